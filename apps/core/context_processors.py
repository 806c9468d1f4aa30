"""What every page knows: where it runs, for whom, and the reference of this click."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from apps.core.context import current_reference


def console(_request: HttpRequest) -> dict[str, Any]:
    """Environment (sandbox, training or live), organisation and reference."""
    return {
        "environment": settings.CONSOLE_ENVIRONMENT,
        "organisation": settings.CONSOLE_ORGANISATION,
        "reference": current_reference(),
    }
