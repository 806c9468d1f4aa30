"""How values read on every page: points, money, days and ages. Plain functions, no HTML.

In the reader's time zone and region (apps/core/reader.py). What is kept or sent takes the same from apps/core/kept.py.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core import reader
from apps.core.grouping import LAKHS, THOUSANDS, grouped

# A value nobody told us is shown as a dash: an empty place would look like a fault, a zero like an answer.
NOTHING = "–"
MINUS = "−"
MINOR_DIGITS = {"BHD": 3, "IDR": 0, "JOD": 3, "JPY": 0, "KRW": 0, "KWD": 3, "OMR": 3, "TND": 3, "VND": 0}

Amount = Decimal | int | str | None


def decimal_of(value: Amount) -> Decimal | None:
    """The value as a Decimal; None for nothing. A float raises TypeError: points and money are exact."""
    if value is None or value == "":
        return None
    if isinstance(value, (float, bool)):
        raise TypeError("Points and money are Decimal, int or str, never float.")
    return Decimal(value)


def number(value: Amount) -> str:
    """4820 or Decimal("4820.000") as ``4,820``; parts of a point stay: ``12.5``. In India ``1,20,000``."""
    amount = decimal_of(value)
    if amount is None:
        return NOTHING
    whole, _dot, part = f"{abs(amount):f}".partition(".")
    part = part.rstrip("0")
    return f"{MINUS if amount < 0 else ''}{_grouped(whole)}{'.' + part if part else ''}"


def _grouped(digits: str) -> str:
    return grouped(digits, LAKHS if reader.region() == reader.INDIA else THOUSANDS)


def signed(value: Amount) -> str:
    """A movement: ``+150``, ``−500``, ``0``."""
    amount = decimal_of(value)
    return f"+{number(amount)}" if amount is not None and amount > 0 else number(amount)


def points(value: Amount) -> str:
    """``4,820 points``, ``1 point``."""
    amount = decimal_of(value)
    if amount is None:
        return NOTHING
    count = 1 if abs(amount) == 1 else 2
    return ngettext("%(number)s point", "%(number)s points", count) % {"number": number(amount)}


def money(value: Amount, currency: str = "") -> str:
    """``1,205.00 INR``: the currency's own digits, and never fewer than the amount has."""
    amount = decimal_of(value)
    if amount is None:
        return NOTHING
    digits = MINOR_DIGITS.get(currency, 2)
    part = f"{abs(amount):f}".partition(".")[2].rstrip("0")
    whole, dot, part = f"{abs(amount):.{max(digits, len(part))}f}".partition(".")
    return f"{MINUS if amount < 0 else ''}{_grouped(whole)}{dot}{part} {currency}".rstrip()


def day(value: date | datetime | None) -> str:
    """``23 Nov 2026``; in the United States ``Nov 23, 2026``."""
    if value is None:
        return NOTHING
    if reader.is_program():
        return _iso(value)
    return _day(reader.local(value) if isinstance(value, datetime) else value)


def _day(on: date) -> str:
    return f"{on:%b} {on.day}, {on.year}" if _is_american() else f"{on.day} {on:%b} {on.year}"


def day_in_full(on: date, *, year: bool = True) -> str:
    """``23 November 2026``, ``November 23, 2026``; without the year where that is told already."""
    if _is_american():
        return f"{on:%B} {on.day}, {on.year}" if year else f"{on:%B} {on.day}"
    return f"{on.day} {on:%B} {on.year}" if year else f"{on.day} {on:%B}"


def clock(value: datetime | None, *, seconds: bool = False) -> str:
    """``11:40``; in the United States ``11:40 AM``."""
    if value is None:
        return NOTHING
    if reader.is_program():
        return _iso(value)
    local = reader.local(value)
    exact = f":{local:%S}" if seconds else ""
    if not _is_american():
        return f"{local:%H:%M}{exact}"
    return f"{local.hour % 12 or 12}:{local:%M}{exact} {'AM' if local.hour < 12 else 'PM'}"


def clock_exact(value: datetime | None) -> str:
    """``11:40:09``: with seconds."""
    return clock(value, seconds=True)


def moment(value: datetime | None, *, seconds: bool = False) -> str:
    """``23 Nov 2026, 11:40 IST``: a point in time always names its zone."""
    if value is None:
        return NOTHING
    if reader.is_program():
        return _iso(value)
    return f"{day(value)}, {clock(value, seconds=seconds)} {reader.zone_name(value)}"


def day_and_clock(value: datetime | None) -> str:
    """``23 Nov 2026, 11:40``: within a sentence, on a page that names the zone elsewhere."""
    if value is None or reader.is_program():
        return moment(value)
    return f"{day(value)}, {clock(value)}"


def _iso(value: date | datetime) -> str:
    """``2026-11-23T06:10:00Z``: what a program reads, whoever's zone it is."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value.isoformat()


def _is_american() -> bool:
    return reader.region() == reader.UNITED_STATES


def duration(span: timedelta) -> str:
    """``8 s``, ``12 min``, ``1 h 38 min``, ``3 days``."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return _("%(count)s s") % {"count": seconds}
    minutes = seconds // 60
    if minutes < 60:
        return _("%(count)s min") % {"count": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours >= 24:
        return ngettext("%(count)s day", "%(count)s days", hours // 24) % {"count": hours // 24}
    if not minutes:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}


def age(value: datetime | None, style: str = "ago") -> str:
    """How long since: ``8 s ago``, ``1 h 40 min old`` or, bare, ``1 h 38 min``; ``in 11 min`` for what comes.

    style  ago, old, bare or quiet: as ago, but ``just now`` for the first minute
    """
    if value is None:
        return NOTHING
    passed = timezone.now() - value
    if passed < timedelta(seconds=-1):
        return _("in %(duration)s") % {"duration": duration(-passed)}
    if style == "quiet" and passed < timedelta(minutes=1):
        return _("just now")
    wordings = {
        "quiet": _("%(duration)s ago"),
        "ago": _("%(duration)s ago"),
        "old": _("%(duration)s old"),
        "bare": "%(duration)s",
    }
    return wordings[style] % {"duration": duration(passed)}
