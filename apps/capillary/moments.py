"""Reading dates and times: the outside writes them in more than a dozen forms.

A moment without a zone is taken in the zone of `naive_zone`, which the client sets from its configuration:
the API states none, so it is the organisation's. Results are aware. A date without a time is midnight there.
"""

import re
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from apps.capillary.readers import text

DEFAULT_ZONE = ZoneInfo("Asia/Kolkata")
naive_zone: ContextVar[tzinfo] = ContextVar("naive_zone", default=DEFAULT_ZONE)

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ZONES = {"Z": UTC, "UTC": UTC, "GMT": UTC, "IST": timezone(timedelta(hours=5, minutes=30))}
TIME = (
    r"(?:(?P<hour>\d{1,2})[:-](?P<minute>\d{1,2})(?::{1,2}|-)?(?P<second>\d{1,2})?(?:[.,](?P<part>\d{1,9}))?)"
)
ZONE = r"\s*(?P<zone>Z|[A-Z]{3}|[+-]\d{2}:?\d{2})?"
FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}})(?:[\sT+]+{TIME})?{ZONE}",
        rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})(?:[\sT]+{TIME})?{ZONE}",
        rf"(?P<day>\d{{1,2}})[-/](?P<month>\d{{1,2}})[-/](?P<year>\d{{4}})(?:[\sT]+{TIME})?{ZONE}",
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?P<name>[A-Za-z]{3})[a-z]*,?\s+(?P<year>\d{4})",
        rf"[A-Z][a-z]{{2}}\s+(?P<name>[A-Za-z]{{3}})\s+(?P<day>\d{{1,2}})\s+{TIME}{ZONE}\s+(?P<year>\d{{4}})",
    )
)
EPOCH = re.compile(r"\d{9,10}|\d{12,13}")


def moment(value: object) -> datetime | None:
    """An aware moment in the offset it was given in; None when absent or in no form we know."""
    written = text(value)
    if EPOCH.fullmatch(written):
        seconds = int(written) / 1000 if len(written) > 11 else int(written)
        return datetime.fromtimestamp(seconds, UTC)
    for form in FORMS:
        if found := form.fullmatch(written):
            return _build(found.groupdict())
    return None


def day(value: object) -> date | None:
    """The calendar day a moment names in its own offset: 2029-09-01T00:00:00+05:30 is 1 September."""
    found = moment(value)
    return None if found is None else found.date()


def _build(part: dict[str, str | None]) -> datetime | None:
    """Put the pieces together; None when they name no real moment (month 13, year 0)."""
    name = (part.get("name") or "").lower()
    if name and name not in MONTHS:
        return None
    month = MONTHS.index(name) + 1 if name else int(part.get("month") or 0)
    zone = _zone(part.get("zone"))
    if zone is None:
        return None
    micro = int((part.get("part") or "0")[:6].ljust(6, "0"))
    try:
        found = datetime(
            int(part["year"] or 0),
            month,
            int(part["day"] or 0),
            int(part.get("hour") or 0),
            int(part.get("minute") or 0),
            int(part.get("second") or 0),
            micro,
            tzinfo=zone,
        )
        found.astimezone(UTC)  # the first and last days of the calendar have no UTC
    except (ValueError, OverflowError):
        return None
    return found


def _zone(written: str | None) -> tzinfo | None:
    """The zone written after a moment; the organisation's when none is, None for one we do not know."""
    if not written:
        return naive_zone.get()
    if written in ZONES:
        return ZONES[written]
    if written[0] not in "+-":
        return None
    hours, minutes = int(written[1:3]), int(written[-2:])
    if hours > 14 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written[0] == "-" else offset)
