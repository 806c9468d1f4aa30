"""A whole house for measurements: sandbox and console as in production, in a folder of their own."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import django
import requests

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 60
AGENT = "asha.verma@example.com"


@dataclass
class House:
    """Addresses of both, and a session signed in as the agent."""

    web: str
    sandbox: str
    session: requests.Session


@contextmanager
def open_house(*, workers: int = 1, threads: int = 16) -> Iterator[House]:
    """Start everything, sign in, and stop everything in the end. The environment of this process is set."""
    with tempfile.TemporaryDirectory(prefix="console-bench-") as folder:
        sandbox_port, web_port = free_port(), free_port()
        os.environ.update(environment(folder, sandbox_port))
        manage("-m", "apps.sandbox", "migrate", "--verbosity=0")
        manage("-m", "apps.sandbox", "seed", "--customers=200")
        manage("-m", "console.prepare")
        django.setup()
        with (
            served("apps.sandbox.wsgi:application", sandbox_port, 1, 32),
            served("console.wsgi:application", web_port, workers, threads),
        ):
            session = sign_in(f"http://127.0.0.1:{web_port}")
            yield House(f"http://127.0.0.1:{web_port}", f"http://127.0.0.1:{sandbox_port}", session)


def environment(folder: str, sandbox_port: int) -> dict[str, str]:
    """Settings of the embedded way to run, with invented secrets."""
    return {
        "DJANGO_SETTINGS_MODULE": "console.settings",
        "CONSOLE_SECRET_KEY": "only-for-measurements-" + "s" * 40,
        "CONSOLE_AUDIT_KEY": "only-for-measurements-" + "a" * 40,
        "CONSOLE_VAR_DIR": folder,
        "CONSOLE_DATABASE_URL": f"sqlite:///{folder}/console.sqlite3",
        "CONSOLE_CACHE_URL": "database://",
        "CONSOLE_ENVIRONMENT": "sandbox",
        "CONSOLE_HTTPS": "false",
        "CONSOLE_DEBUG": "false",
        "CONSOLE_LOG_LEVEL": "WARNING",
        "CONSOLE_ALLOWED_HOSTS": "127.0.0.1",
        "CAPILLARY_BASE_URL": f"http://127.0.0.1:{sandbox_port}",
        "CAPILLARY_AUTH": "oauth",
        "CAPILLARY_CLIENT_KEY": "demo-key",
        "CAPILLARY_CLIENT_SECRET": "demo-secret",
        "CAPILLARY_CALLS_PER_SECOND": "1000",
        "CAPILLARY_SOURCES": "INSTORE;WECHAT:wx_maple,wx_thread;FACEBOOK:fb_maple;MARTJACK:mj_maple;LINE:line_maple",
        "SANDBOX_DATABASE": f"{folder}/sandbox.sqlite3",
    }


def sign_in(web: str) -> requests.Session:
    """The agent's session, over the form like anybody's."""
    from apps.staff import demo

    session = requests.Session()
    session.trust_env = False
    form = session.get(f"{web}/sign-in/", timeout=PATIENCE_SECONDS).text
    found = re.search(r'csrfmiddlewaretoken" value="([^"]+)', form)
    data = {"username": AGENT, "password": demo.PASSWORD, "csrfmiddlewaretoken": found[1] if found else ""}
    answer = session.post(f"{web}/sign-in/", data=data, timeout=PATIENCE_SECONDS)
    if not answer.url.endswith("/customers/"):
        raise SystemExit(f"Signing in led to {answer.url}.")
    return session


@contextmanager
def served(application: str, port: int, workers: int, threads: int) -> Iterator[None]:
    """One application under gunicorn, until the block ends."""
    command = [sys.executable, "-m", "gunicorn", "--worker-class=gthread", f"--threads={threads}"]
    options = [f"--workers={workers}", f"--bind=127.0.0.1:{port}", "--no-control-socket", "--log-level=error"]
    process = subprocess.Popen([*command, *options, application], cwd=ROOT)
    try:
        wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def manage(*arguments: str) -> None:
    """Run one Python command of the house."""
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def free_port() -> int:
    """A port nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_for(port: int) -> None:
    """Until somebody answers, at most a minute."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit(f"Nobody answers on port {port}.")
