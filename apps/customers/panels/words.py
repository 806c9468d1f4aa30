"""Words and small sums that several panels share."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import reader
from apps.core.formats import day_in_full

TIER_TONES = {"GOLD": "gold", "PLATINUM": "info", "DIAMOND": "info", "FOUNDER": "gold", "PREMIER": "gold"}
NEVER_AFTER = 2090
SIGNS = {"₹": "INR", "€": "EUR", "£": "GBP", "¥": "JPY", "د.إ": "AED"}


def tidy_word(text: str) -> str:
    """GOLD as Gold; a word that has small letters keeps its spelling."""
    return text.replace("_", " ").capitalize() if text.isupper() else text


def tier_tone(tier: str) -> str:
    """The tone of a tier's badge."""
    return TIER_TONES.get(tier.upper(), "")


def day_of(moment: datetime | date | None) -> date | None:
    """The day a moment falls on for whoever reads."""
    return reader.local(moment).date() if isinstance(moment, datetime) else moment


def last_day(moment: datetime | date | None) -> date | None:
    """The last day of what ends then, None for never: a day of the house, the same for everybody."""
    if never(moment):
        return None
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


def never(moment: datetime | date | None) -> bool:
    """Whether a date is so far that it means never."""
    return moment is None or moment.year >= NEVER_AFTER


def day_heading(day: date | None) -> str:
    """The heading of a day in a timeline."""
    if day is None:
        return _("Without a date")
    today = reader.today()
    if day == today:
        return _("Today, %(day)s") % {"day": day_in_full(day, year=False)}
    if (day.year, day.month) == (today.year, today.month):
        return _("Earlier this month")
    return f"{day:%B %Y}"


def currency_of(told: str) -> str:
    """The code of a currency that is told as a sign, or not at all (then the organisation's)."""
    return SIGNS.get(told, told) or str(settings.CAPILLARY["currency"])


def total(values: Iterable[Decimal | None]) -> Decimal:
    """The sum of what is told."""
    return sum((value for value in values if value is not None), Decimal(0))
