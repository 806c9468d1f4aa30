"""How long files and rows are kept."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone


def expires_from_now() -> datetime:
    """When what is kept of an operation that is touched now is deleted."""
    return timezone.now() + timedelta(days=settings.CONSOLE_WORK_KEPT_DAYS)
