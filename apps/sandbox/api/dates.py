"""The many date forms of the reference, each under a name."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

INDIA = ZoneInfo("Asia/Kolkata")
CHINA = ZoneInfo("Asia/Shanghai")


def iso(moment: datetime, zone: ZoneInfo = INDIA) -> str:
    """2021-09-25T16:28:11+05:30"""
    return moment.astimezone(zone).isoformat(timespec="seconds")


def zulu(moment: datetime) -> str:
    """2021-09-25T10:58:11Z"""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def plain(moment: datetime) -> str:
    """2021-09-25 16:28:11, local time without a zone"""
    return moment.astimezone(INDIA).strftime("%Y-%m-%d %H:%M:%S")


def plain_tenth(moment: datetime) -> str:
    """2021-09-25 16:28:11.0"""
    return plain(moment) + ".0"


def day(moment: datetime | date) -> str:
    """2021-09-25"""
    return (moment.astimezone(INDIA) if isinstance(moment, datetime) else moment).strftime("%Y-%m-%d")


def day_end(on: date) -> datetime:
    """The last second of a day in India."""
    return datetime(on.year, on.month, on.day, 23, 59, 59, tzinfo=INDIA)


def parse_filter(text: str) -> datetime:
    """A date filter: 2021-09-25 or 2021-09-25 16:28:11. Raises ValueError for anything else."""
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"):
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=INDIA)
        except ValueError:
            continue
    raise ValueError(text)


def parse_invited_on(text: str) -> datetime:
    """When somebody was invited: both forms of the v1.1 sample, the one of v2, or ISO. Raises ValueError."""
    written = text.strip().replace(" T", "T")
    for form in ("%Y%m%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S%z"):
        try:
            return datetime.strptime(written, form).astimezone(INDIA)
        except ValueError:
            continue
    return parse_filter(written)
