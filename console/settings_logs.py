"""What the console writes to its standard output: one JSON object a line."""

from typing import Any


def logging_at(level: str) -> dict[str, Any]:
    """Django's LOGGING, with everything from this level on."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "reference": {"()": "apps.core.context.ReferenceFilter"},
            "address": {"()": "apps.core.addresses.AddressFilter"},
        },
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "{levelname}{name}{reference}{message}",
                "style": "{",
                # UTC with its offset, whatever the console shows.
                "timestamp": "at",
                "rename_fields": {"levelname": "level", "name": "logger"},
                "defaults": {"reference": ""},
            }
        },
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "json",
                "filters": ["reference", "address"],
            },
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stdout"], "propagate": False},
            "axes": {"level": "WARNING"},
            # It would tell the ids of passkeys.
            "fido2": {"level": "WARNING"},
        },
    }
