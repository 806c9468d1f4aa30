"""How values read on every page: points, money, days and ages. Plain functions, no HTML."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
    """4820 or Decimal("4820.000") as ``4,820``; parts of a point stay: ``12.5``."""
    amount = decimal_of(value)
    if amount is None:
        return NOTHING
    whole, _dot, part = f"{abs(amount):,f}".partition(".")
    part = part.rstrip("0")
    return f"{MINUS if amount < 0 else ''}{whole}{'.' + part if part else ''}"


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
    shown = f"{abs(amount):,.{max(digits, len(part))}f}"
    return f"{MINUS if amount < 0 else ''}{shown} {currency}".rstrip()


def day(value: date | datetime | None) -> str:
    """``23 Nov 2026``, in the console's time zone."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return f"{local.day} {local:%b %Y}"


def clock(value: datetime | None) -> str:
    """``11:40``, in the console's time zone."""
    return NOTHING if value is None else f"{timezone.localtime(value):%H:%M}"


def moment(value: datetime | None, *, seconds: bool = False) -> str:
    """``23 Nov 2026, 11:40 IST``: a point in time always names its zone."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value)
    return f"{day(value)}, {local:%H:%M:%S}{local: %Z}" if seconds else f"{day(value)}, {local:%H:%M %Z}"


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
