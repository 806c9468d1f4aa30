"""`make run`: sets everything up, starts sandbox, web, worker and beat, and says where to sign in."""

import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from console.banner import banner, characters
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
    print(banner(addresses["web"], addresses["sandbox"], characters(ROOT)), flush=True)


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
