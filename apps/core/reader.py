"""Who reads: the time zone and the region of English in which values are shown to them.

Django's own current time zone is never changed. It is the console's: `timezone.localdate()` and `timezone.localtime()`
are the days and hours of business, which limits, budgets, end dates and hours of work count by, whoever looks on. What
is shown goes through here. Without a reader (API, mails, workers, commands, files) both are the console's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation

UNITED_KINGDOM, INDIA, UNITED_STATES = REGIONS = ("en-gb", "en-in", "en-us")

_zone: ContextVar[tzinfo | None] = ContextVar("the reader's time zone", default=None)
_program: ContextVar[bool] = ContextVar("a program reads", default=False)


def zone() -> tzinfo:
    """The reader's time zone."""
    return _zone.get() or timezone.get_current_timezone()


def region() -> str:
    """The reader's region of English, one of REGIONS."""
    return translation.get_language() or settings.LANGUAGE_CODE


def local(value: datetime) -> datetime:
    """A moment on the reader's clock."""
    return timezone.localtime(value, zone())


def today() -> date:
    """The day it is for the reader: for what is shown or typed. A day of business is `timezone.localdate()`."""
    return local(timezone.now()).date()


def begins(day: date) -> datetime:
    """When this day begins for the reader."""
    return datetime.combine(day, time.min, zone())


def is_elsewhere() -> bool:
    """Whether the reader's zone is another than the console's."""
    return zone() != timezone.get_current_timezone()


def other_zone() -> str:
    """The console's own zone where the reader's is another, else "": beside hours that are hours of business."""
    return str(timezone.get_current_timezone()) if is_elsewhere() else ""


def own_zone() -> str:
    """The reader's zone, as they chose it, where it is another than the console's, else ""."""
    return str(zone()) if is_elsewhere() else ""


def zone_name(at: datetime | None = None) -> str:
    """``IST``, ``PST``; a zone that has no letters of its own is told from UTC: ``UTC+04``."""
    name = f"{local(at or timezone.now()):%Z}"
    return f"UTC{name}" if name.startswith(("+", "-")) else name


@contextmanager
def program() -> Iterator[None]:
    """A program reads: moments are ISO 8601 in UTC, also within sentences, and also in what is kept of its call."""
    token = _program.set(True)
    try:
        yield
    finally:
        _program.reset(token)


def is_program() -> bool:
    """Whether a program reads."""
    return _program.get()


@contextmanager
def nobody() -> Iterator[None]:
    """Everything inside reads as the console writes: for what is kept or sent. Whoever read before reads on after."""
    token = _zone.set(None)
    try:
        with translation.override(settings.LANGUAGE_CODE):
            yield
    finally:
        _zone.reset(token)


@contextmanager
def read_by(named: str, wanted: str) -> Iterator[None]:
    """Everything inside is shown to somebody with this time zone and region."""
    with nobody():
        begin(named, wanted)
        yield


def begin(named: str, wanted: str) -> None:
    """From here on somebody reads; only inside of `nobody`, which ends it. No zone, or one unknown: the console's."""
    try:
        _zone.set(ZoneInfo(named) if named else None)
    except (LookupError, ValueError, OSError):
        # The data of the time zones is the machine's, and names leave it now and then.
        _zone.set(None)
    translation.activate(wanted if wanted in REGIONS else settings.LANGUAGE_CODE)
