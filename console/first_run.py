"""The set-up that `make run` does by itself: settings, tables, demo people, sandbox data."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

SETTINGS = """\
# Made at the first `make run`. All names and what they mean: .env.example
CONSOLE_SECRET_KEY={secret}
CONSOLE_AUDIT_KEY={audit}
CONSOLE_ENVIRONMENT=sandbox
CONSOLE_HTTPS=false
CAPILLARY_BASE_URL={address}
CAPILLARY_AUTH=oauth
CAPILLARY_CLIENT_KEY=demo-key
CAPILLARY_CLIENT_SECRET=demo-secret
CAPILLARY_SOURCES={sources}
"""


def write_settings(path: Path, sources: str, address: str) -> None:
    """Write the environment file once, readable by its owner only."""
    if path.exists():
        return
    text = SETTINGS.format(
        secret=secrets.token_urlsafe(48), audit=secrets.token_urlsafe(48), sources=sources, address=address
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


# Only an address of this machine: that of a real API belongs to whoever wrote it.
SANDBOX_LINE = re.compile(
    r"^(CAPILLARY_BASE_URL=)http://(?:127\.0\.0\.1|localhost)(?::\d+)?/?[ \t]*$", re.MULTILINE
)


def follow_sandbox(path: Path, address: str) -> None:
    """Write where the sandbox answers now, so that `manage.py` in another shell asks there too."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    moved = SANDBOX_LINE.sub(rf"\g<1>{address}", text)
    if moved == text:
        return
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(moved)
    fresh.replace(path)


def prepare(root: Path, *, with_sandbox: bool) -> None:
    """Tables and demo data of console and sandbox, side by side; quick when all is there."""
    modules = [["console.prepare"], ["apps.sandbox", "prepare"]] if with_sandbox else [["console.prepare"]]
    running = [
        subprocess.Popen([sys.executable, "-m", *module], cwd=root)  # noqa: S603  (our own commands)
        for module in modules
    ]
    ended = [process.wait() for process in running]
    if any(ended):
        raise SystemExit("The set-up did not finish; the lines above say why.")
