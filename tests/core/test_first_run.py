"""The environment file of `make run`: it follows our own sandbox and never another address."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from console.first_run import follow_sandbox

ROOT = Path(__file__).resolve().parents[2]
LINES = "# Mine\nCONSOLE_HTTPS=false\n{line}\nCAPILLARY_AUTH=oauth\n"


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("CAPILLARY_BASE_URL=http://127.0.0.1:8900", "CAPILLARY_BASE_URL=http://127.0.0.1:8990"),
        ("CAPILLARY_BASE_URL=http://localhost:8900/", "CAPILLARY_BASE_URL=http://127.0.0.1:8990"),
        ("CAPILLARY_BASE_URL=https://api.example.com", "CAPILLARY_BASE_URL=https://api.example.com"),
        (
            "CAPILLARY_BASE_URL=http://127.0.0.1.example.com",
            "CAPILLARY_BASE_URL=http://127.0.0.1.example.com",
        ),
        ("# CAPILLARY_BASE_URL=http://127.0.0.1:8900", "# CAPILLARY_BASE_URL=http://127.0.0.1:8900"),
    ],
)
def test_the_file_follows_the_sandbox_and_nothing_else(tmp_path, line, after):
    path = tmp_path / ".env"
    path.write_text(LINES.format(line=line))
    follow_sandbox(path, "http://127.0.0.1:8990")
    assert path.read_text() == LINES.format(line=after)
    assert [one.name for one in tmp_path.iterdir()] == [".env"]
    if line != after:
        assert path.stat().st_mode & 0o777 == 0o600


def test_without_a_file_nothing_is_written(tmp_path):
    follow_sandbox(tmp_path / ".env", "http://127.0.0.1:8990")
    assert list(tmp_path.iterdir()) == []


def test_a_live_console_is_prepared_without_anything_of_the_demo(tmp_path):
    names = {
        "CONSOLE_ENVIRONMENT": "live",
        "CONSOLE_HTTPS": "true",
        "CONSOLE_ALLOWED_HOSTS": "console.example.com",
        "CONSOLE_VAR_DIR": str(tmp_path),
        "CONSOLE_DATABASE_URL": f"sqlite:///{tmp_path / 'console.sqlite3'}",
        "CONSOLE_BROKER_URL": "filesystem://",
        "CONSOLE_CACHE_URL": "database://",
        "CAPILLARY_BASE_URL": "https://api.example.com",
        "DJANGO_SETTINGS_MODULE": "console.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "console.prepare"],
        env={**os.environ, **names},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(tmp_path / "console.sqlite3")) as rows:
        counts = [
            rows.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
            for table in ("staff_user", "goodwill_limitrule", "points_pointsrules", "referrals_inviterules")
        ]
    assert counts == [0, 0, 0, 0]
