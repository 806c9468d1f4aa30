"""`make run`: sets everything up, starts sandbox, web, worker and beat, and says where to sign in."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from console.first_run import prepare, write_settings
from console.processes import commands, free_port, manager, only_one

ROOT = Path(__file__).resolve().parent.parent
SOURCES = "INSTORE;WECHAT:wx_maple,wx_thread;FACEBOOK:fb_maple;MARTJACK:mj_maple;LINE:line_maple"
READY_WITHIN_SECONDS = 60


def main() -> None:
    write_settings(ROOT / ".env", SOURCES)
    web_port = free_port(int(os.environ.get("CONSOLE_PORT", "8000")))
    sandbox_port = free_port(int(os.environ.get("SANDBOX_PORT", "8900")))
    os.environ.setdefault("CAPILLARY_BASE_URL", f"http://127.0.0.1:{sandbox_port}")
    from console.env import read

    var: Path = read()["CONSOLE_VAR_DIR"].resolve()
    os.environ.setdefault("SANDBOX_DATABASE", str(var / "sandbox.sqlite3"))
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_one(var):
        prepare(ROOT)
        together = manager(commands(web_port, sandbox_port, var), var / "log", ROOT)
        signal.signal(signal.SIGHUP, lambda *_: together.terminate())
        addresses = {"web": f"http://127.0.0.1:{web_port}", "sandbox": f"http://127.0.0.1:{sandbox_port}"}
        threading.Thread(target=announce, args=(addresses, var), daemon=True).start()
        together.loop()
    sys.exit(0 if together.returncode in (0, 130, -signal.SIGINT, None) else together.returncode)


def announce(addresses: dict[str, str], var: Path) -> None:
    """Wait until the pages answer, then print where they are and who may sign in."""
    if not (answers(f"{addresses['web']}/healthz") and answers(f"{addresses['sandbox']}/_control/")):
        print(f"The console did not start in {READY_WITHIN_SECONDS} s. See {var / 'log'}.", flush=True)
        return
    print("\n".join(banner(addresses, demo_people(), characters())), flush=True)


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


def demo_people() -> list[tuple[str, str, str]]:
    from apps.staff.demo import PASSWORD, PEOPLE

    return [(person.email, PASSWORD, f"{person.name}, {person.description}") for person in PEOPLE]


def characters() -> list[dict[str, Any]]:
    printed = subprocess.run(
        [sys.executable, "-m", "apps.sandbox", "characters"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(printed.stdout) if printed.returncode == 0 else []


def banner(
    addresses: dict[str, str], people: list[tuple[str, str, str]], customers: list[dict[str, Any]]
) -> list[str]:
    """What the terminal shows."""
    lines = [
        "",
        f"  Loyalty Console   {addresses['web']}",
        f"  Sandbox control   {addresses['sandbox']}/_control/",
        "",
    ]
    lines.append("  Sign in as")
    lines += [f"    {email:<32} {password:<20} {who}" for email, password, who in people]
    lines += ["", "  Identifiers worth trying"]
    lines += [f"    {one['identifier']:<32} {one['label']}" for one in customers[:10]]
    lines += ["", "  Logs are in var/log. Ctrl-C stops everything and keeps the data.", ""]
    return lines


if __name__ == "__main__":
    main()
