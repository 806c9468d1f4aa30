"""Sessions in the environment: when a page locks, and when a session is over."""

from typing import Any

from environs import Env, validate


def read(env: Env) -> dict[str, Any]:
    """Both in whole numbers, within what still protects somebody."""
    return {
        "CONSOLE_IDLE_MINUTES": env.int(
            "CONSOLE_IDLE_MINUTES", 15, validate=validate.Range(2, 240, error="must be 2 to 240")
        ),
        "CONSOLE_SESSION_HOURS": env.int(
            "CONSOLE_SESSION_HOURS", 12, validate=validate.Range(1, 24, error="must be 1 to 24")
        ),
    }
