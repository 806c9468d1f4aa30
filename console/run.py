"""`make run`: sets everything up, starts sandbox, web, worker and beat, and says where to sign in."""

import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from console.banner import banner, characters
from console.env import read
from console.first_run import follow_sandbox, prepare, write_settings
from console.processes import commands, free_port, manager, only_one

ROOT = Path(__file__).resolve().parent.parent
SOURCES = "INSTORE;WECHAT:wx_maple,wx_thread;FACEBOOK:fb_maple;MARTJACK:mj_maple;LINE:line_maple"
SANDBOX_PORT = 8900
READY_WITHIN_SECONDS = 60


def main() -> None:
    """Set up, start, announce, and stop all of it together."""
    write_settings(ROOT / ".env", SOURCES, f"http://127.0.0.1:{SANDBOX_PORT}")
    settings = read()
    web = f"http://localhost:{free_port(int(os.environ.get('CONSOLE_PORT', '8000')))}"
    sandbox = sandbox_address(settings["CAPILLARY_BASE_URL"])
    var: Path = settings["CONSOLE_VAR_DIR"].resolve()
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("SANDBOX_DATABASE", str(var / "sandbox.sqlite3"))
    with only_one(var):
        if sandbox:
            follow_sandbox(ROOT / ".env", sandbox)
        prepare(ROOT, with_sandbox=bool(sandbox))
        together = manager(commands(web, sandbox, var), var / "log", ROOT)
        signal.signal(signal.SIGHUP, lambda *_: together.terminate())
        threading.Thread(target=announce, args=(web, sandbox, var), daemon=True).start()
        together.loop()
    sys.exit(0 if together.returncode in (0, 130, -signal.SIGINT, None) else together.returncode)


def sandbox_address(outside: str) -> str:
    """Where our own sandbox will answer; empty when the settings name an API elsewhere.

    A port that is taken gives way to the next one, and all processes started from here are told; commands in
    another shell read it in the environment file.
    """
    named = urlsplit(outside)
    if named.hostname not in {"127.0.0.1", "localhost"}:
        return ""
    port = free_port(int(os.environ.get("SANDBOX_PORT") or named.port or SANDBOX_PORT))
    os.environ["CAPILLARY_BASE_URL"] = f"http://127.0.0.1:{port}"
    return os.environ["CAPILLARY_BASE_URL"]


def announce(web: str, sandbox: str, var: Path) -> None:
    """Wait until the pages answer, then print where they are and who may sign in."""
    if not answers(f"{web}/healthz") or (sandbox and not answers(f"{sandbox}/_control/")):
        print(f"The console did not start in {READY_WITHIN_SECONDS} s. See {var / 'log'}.", flush=True)
        return
    print(banner(web, sandbox, characters(ROOT) if sandbox else []), flush=True)


def answers(url: str) -> bool:
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310  (our own address)
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
    return False


if __name__ == "__main__":
    main()
