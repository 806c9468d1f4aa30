"""The migrated database, made once for each state of the migrations and copied for every process of a run.

Sixty migrations take ten seconds of processor, and a run has four processes that would each take them.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import django
import psycopg
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent.parent
PREFIX = "console_ready_"
# Any number of our own.
LOCK = 7_311_299


def copy_ready_made(database: dict[str, Any]) -> None:
    """Put a copy where this process's test database is expected; Django then finds nothing left to migrate."""
    name = str(database["TEST"]["NAME"] or f"test_{database['NAME']}")
    key = _key()
    if not database["ENGINE"].endswith("sqlite3"):
        _copy_database(database, f"{PREFIX}{key}", name)
        return
    with _folder().joinpath("lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _copy_file(key, Path(name))


def drop_copy(database: dict[str, Any]) -> None:
    """On a server nothing is left behind but the one that is copied; files lie in a folder of the process."""
    if not database["ENGINE"].endswith("sqlite3"):
        with _server(database) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{database["NAME"]}" WITH (FORCE)')


def _key() -> str:
    """Changes with every migration, with what they use, and with Django."""
    told = hashlib.sha256(f"{sys.version} {django.VERSION} {settings.INSTALLED_APPS}".encode())
    used = [ROOT / "apps/audit/triggers.py", *sorted(ROOT.glob("apps/*/migrations/*.py"))]
    used += sorted(ROOT.glob("apps/audit/keeping/*.py"))
    for path in used:
        told.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return told.hexdigest()[:16]


def _folder() -> Path:
    folder = Path(tempfile.gettempdir()) / f"console-ready-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _copy_file(key: str, target: Path) -> None:
    ready = _folder() / f"{key}.sqlite3"
    if not ready.exists():
        for old in _folder().glob("*.sqlite3*"):
            old.unlink()
        fresh = _folder() / "fresh.sqlite3"
        _migrate(f"sqlite:///{fresh}")
        # What stands in the write-ahead log would stay behind.
        with closing(sqlite3.connect(fresh)) as database:
            database.execute("PRAGMA journal_mode=DELETE")
        fresh.rename(ready)
    shutil.copyfile(ready, target)


def _copy_database(database: dict[str, Any], ready: str, target: str) -> None:
    with _server(database) as server:
        # On the server, not in a folder: whoever uses it waits, wherever they were started. Ends with the connection.
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ready]).fetchone()
        if not found:
            old = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
            for (name,) in old.fetchall():
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{PREFIX}fresh"')
            _migrate(_url(database, f"{PREFIX}fresh"))
            server.execute(f'ALTER DATABASE "{PREFIX}fresh" RENAME TO "{ready}"')
        server.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{target}" TEMPLATE "{ready}"')


def _migrate(url: str) -> None:
    environment = os.environ | {
        "CONSOLE_TEST_DATABASE_URL": url,
        "CONSOLE_TEST_VAR_DIR": str(_folder()),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def _server(database: dict[str, Any]) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(
        _url(database, "postgres").replace("postgres://", "postgresql://", 1), autocommit=True
    )


def _url(database: dict[str, Any], name: str) -> str:
    who = database["USER"] + (f":{database['PASSWORD']}" if database.get("PASSWORD") else "")
    return f"postgres://{who}@{database['HOST']}:{database['PORT'] or 5432}/{name}"
