"""The console's settings for tests: SQLite by default, or what CONSOLE_TEST_DATABASE_URL names."""

import os
import tempfile
from pathlib import Path

VAR = Path(os.environ.get("CONSOLE_TEST_VAR_DIR") or tempfile.mkdtemp(prefix="console-test-"))


def cache_of_this_worker() -> str:
    """Redis is shared by all test processes: each of them clears a database of its own."""
    url = os.environ.get("CONSOLE_TEST_CACHE_URL", "locmem://")
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return f"{url.rpartition('/')[0]}/{13 - number}" if url.startswith("redis") else url


os.environ.update(
    {
        "CONSOLE_SECRET_KEY": "only-for-tests-" + "s" * 40,
        "CONSOLE_AUDIT_KEY": "only-for-tests-" + "a" * 40,
        "CONSOLE_VAR_DIR": str(VAR),
        "CONSOLE_ENVIRONMENT": "sandbox",
        "CONSOLE_HTTPS": "false",
        "CONSOLE_DEBUG": "false",
        "CONSOLE_ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        "CONSOLE_DATABASE_URL": os.environ.get(
            "CONSOLE_TEST_DATABASE_URL", f"sqlite:///{VAR / 'console.sqlite3'}"
        ),
        "CONSOLE_BROKER_URL": os.environ.get("CONSOLE_TEST_BROKER_URL", "filesystem://"),
        "CONSOLE_CACHE_URL": cache_of_this_worker(),
        "CONSOLE_LOG_LEVEL": "WARNING",
        # What one person does at once is what most tests are about; those of the second person switch it on.
        "CONSOLE_SECOND_PERSON": "false",
        "CAPILLARY_BASE_URL": "http://127.0.0.1:9",
        "CAPILLARY_AUTH": "oauth",
        "CAPILLARY_CLIENT_KEY": "demo-key",
        "CAPILLARY_CLIENT_SECRET": "demo-secret",
        "CAPILLARY_SOURCES": "INSTORE;WECHAT:wx_maple,wx_thread;FACEBOOK:fb_maple;MARTJACK:mj_maple;LINE:line_maple",
    }
)

from console.settings import *  # noqa: E402,F403
from console.settings import DATABASES, MIDDLEWARE  # noqa: E402

# Hashing on purpose slow makes every sign-in of every test slow; one test checks the real choice.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# What tests write need not survive a power cut; waiting for the disk at every commit takes longer than the tests.
# A killed process loses nothing by this, on either database. tests/core/test_env.py checks the real choice.
HOUSE = DATABASES["default"]
# A file, not memory: pool threads, live servers and real workers open connections of their own.
if HOUSE["ENGINE"].endswith("sqlite3"):
    HOUSE["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
    HOUSE["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
else:
    HOUSE["OPTIONS"] = {**HOUSE.get("OPTIONS", {}), "options": "-c synchronous_commit=off"}
