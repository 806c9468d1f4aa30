"""The hours in which rows of a kind may run: a setting, in the console's own time zone."""

from datetime import datetime, time

from django.conf import settings
from django.utils import timezone


def may_run_now(kind: str, now: datetime | None = None) -> bool:
    """Whether rows of this kind may begin at this moment; a kind the setting does not name always may."""
    window = hours_of(kind)
    if window is None:
        return True
    begins, ends = window
    clock = timezone.localtime(now).time()
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


def hours_of(kind: str) -> tuple[time, time] | None:
    """From when to when on the clock, over midnight where the end is the earlier one; None for always."""
    hours: dict[str, tuple[time, time]] = settings.CONSOLE_WORK_HOURS
    return hours.get(kind)
