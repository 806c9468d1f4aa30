"""Production's settings as `check --deploy` sees them: HTTPS on, PostgreSQL, Redis, a live connection."""

import os

os.environ.update(
    {
        "CONSOLE_SECRET_KEY": "check-only-7Qm2Vw9Rt4Xz6Yb8Nc1Kd3Lf5Gh0JpQsTuWvA1Bc2De3Fg4H",
        "CONSOLE_AUDIT_KEY": "check-only-0aZsXdCfVgBhNjMk1Lq2Wp3EoRiTuYx",
        "CONSOLE_ENVIRONMENT": "live",
        "CONSOLE_DEBUG": "false",
        "CONSOLE_HTTPS": "true",
        "CONSOLE_HSTS_SUBDOMAINS": "true",
        "CONSOLE_ALLOWED_HOSTS": "console.example.com",
        "CONSOLE_DATABASE_URL": "postgres://console@127.0.0.1:5432/console",
        "CONSOLE_BROKER_URL": "redis://127.0.0.1:6379/0",
        "CONSOLE_CACHE_URL": "redis://127.0.0.1:6379/1",
        "CAPILLARY_BASE_URL": "https://api.example.com",
        "CAPILLARY_AUTH": "oauth",
        "CAPILLARY_CLIENT_KEY": "key",
        "CAPILLARY_CLIENT_SECRET": "secret",
    }
)

from console.settings import *  # noqa: F403
