"""The forms values of the environment may have: each refuses nonsense in words, or reads what is written in short."""

import re
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from environs import ValidationError
from phonenumbers import SUPPORTED_REGIONS

HOURS = re.compile(r"([a-z_]+)=((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)")
# Ways to a mail server with their usual ports; without one, mails are files.
MAIL = {"file": 0, "smtp": 25, "smtp+tls": 587, "smtps": 465}
SYSLOG = ("udp", "tcp", "tls")
HEADER = re.compile(r"[A-Za-z0-9-]+\s*=\s*[\x20-\x7e]+")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKING = re.compile(
    rf"({'|'.join(WEEK)})(?:-({'|'.join(WEEK)}))? ((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)"
)


def scheme_of(*allowed: str) -> Any:
    """A validator: the value is a URL with one of these schemes."""

    def check(value: str) -> str:
        scheme = urlsplit(value).scheme
        if scheme not in allowed:
            raise ValidationError(f"must start with one of: {', '.join(f'{one}://' for one in allowed)}")
        return value

    return check


def mail_server(value: str) -> str:
    """A validator: a mail server's address, or files."""
    try:
        parts = urlsplit(value)
        whole = parts.scheme == "file" or (bool(parts.hostname) and parts.port != 0)
    except ValueError:
        whole = False
    if not whole or parts.scheme not in MAIL:
        raise ValidationError(
            "must be file://, smtp://host:25, smtp+tls://user:password@host:587 or smtps://user:password@host:465"
        )
    return value


def mail_settings(url: str, folder: Path) -> dict[str, Any]:
    """Django's settings for this mail server; without one the mails are files in this folder."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": folder,
        }
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or MAIL[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def at_least(letters: int) -> Any:
    """A validator: a secret shorter than this is none."""

    def check(value: str) -> str:
        if len(value) < letters:
            raise ValidationError(f"must have at least {letters} characters")
        return value

    return check


def each(check: Any) -> Any:
    """A validator of lists: every part has to pass this one."""

    def check_all(values: list[str]) -> list[str]:
        return [check(one) for one in values]

    return check_all


def positive(value: float) -> float:
    """A validator: durations and rates are above zero."""
    if value <= 0:
        raise ValidationError("must be above zero")
    return value


def log_name(value: str) -> str:
    """A validator: the name of a log stands in its notes between spaces and plus signs."""
    if not re.fullmatch(r"[^\s+]{1,80}", value):
        raise ValidationError("must have no space and no plus sign in it")
    return value


def kept_days(least: int) -> Any:
    """A validator: 0 for ever, or long enough to look into what happened."""

    def check(value: int) -> int:
        if value and not least <= value <= 36_500:
            raise ValidationError(
                f"must be 0 (for ever) or at least {least} days: earlier than that, nobody has looked yet"
            )
        return value

    return check


def syslog(value: str) -> str:
    """A validator: empty, or a receiver of syslog."""
    found = urlsplit(value)
    if value and (found.scheme not in SYSLOG or not found.hostname or found.path.strip("/")):
        raise ValidationError("must be udp://host:port, tcp://host:port or tls://host:port")
    try:
        _port = found.port
    except ValueError:
        raise ValidationError("has a port that is none") from None
    return value


def collector(value: str) -> str:
    """A validator: empty, or the whole address of a collector of OpenTelemetry logs."""
    found = urlsplit(value)
    if value and (found.scheme not in ("http", "https") or not found.hostname or not found.path.strip("/")):
        raise ValidationError("must be an address such as https://collector:4318/v1/logs")
    return value


def headers(value: str) -> str:
    """A validator: headers of HTTP, each with its value."""
    for part in filter(None, (one.strip() for one in value.split(";"))):
        if not HEADER.fullmatch(part):
            # Their values are secrets: none is repeated here.
            raise ValidationError("has a part that is not Name=value")
    return value


def values_by_header(value: str) -> dict[str, str]:
    """``Authorization=Bearer abc;X-Tenant=7`` as name → value."""
    parts = (part.strip().partition("=") for part in value.split(";") if part.strip())
    return {name.strip(): told.strip() for name, _, told in parts}


def readable(value: str) -> str:
    """A validator: empty, or a file that is there."""
    if value and not Path(value).is_file():
        raise ValidationError("names a file that is not there")
    return value


def sources(value: str) -> str:
    """A validator: names of sources, each with its account ids if it has any."""
    for part in value.split(";"):
        if not re.fullmatch(r"[A-Z][A-Z_]*(:[^\s,:;]+(,[^\s,:;]+)*)?", part.strip()):
            raise ValidationError(
                f"has a part that is not SOURCE or SOURCE:account,account: {part.strip()!r}"
            )
    return value


def known_region(value: str) -> str:
    """A validator: a country with telephone numbers, by its two capital letters."""
    if value not in SUPPORTED_REGIONS:
        raise ValidationError("must be the two capital letters of a country, such as IN")
    return value


def known_zone(value: str) -> str:
    """A validator: a time zone by its IANA name."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValidationError("must be a time zone such as Asia/Kolkata or UTC") from None
    return value


def hours(value: str) -> str:
    """A validator: kinds of long work, each with the hours in which its rows may run."""
    for part in filter(None, (one.strip() for one in value.split(";"))):
        if not HOURS.fullmatch(part):
            raise ValidationError(f"has a part that is not kind=HH:MM-HH:MM: {part!r}")
    return value


def hours_by_kind(value: str) -> dict[str, tuple[time, time]]:
    """``bulk_goodwill=20:00-08:00;trail_export=00:00-06:00`` as kind → from, until."""
    found = (HOURS.fullmatch(part.strip()) for part in value.split(";") if part.strip())
    return {one[1]: (time.fromisoformat(one[2]), time.fromisoformat(one[3])) for one in found if one}


def nought_or(least: int, most: int) -> Any:
    """A validator: a limit that is switched off, or one that makes sense."""

    def check(value: int) -> int:
        if value and not least <= value <= most:
            raise ValidationError(f"must be 0 (off) or {least} to {most}")
        return value

    return check


def working_hours(value: str) -> str:
    """A validator: days of the week, each with the hours in which people work."""
    for part in filter(None, (one.strip() for one in value.split(";"))):
        if not WORKING.fullmatch(part):
            raise ValidationError(f"has a part that is not day-day HH:MM-HH:MM: {part!r}")
    return value


def hours_of_week(value: str) -> tuple[tuple[frozenset[int], time, time], ...]:
    """``mon-fri 08:00-20:00;sat 09:00-14:00`` as (days, from, until), Monday being 0; sat-mon goes over Sunday."""
    found = (WORKING.fullmatch(part.strip()) for part in value.split(";") if part.strip())
    return tuple(
        (_days(one[1], one[2] or one[1]), time.fromisoformat(one[3]), time.fromisoformat(one[4]))
        for one in found
        if one
    )


def _days(first: str, last: str) -> frozenset[int]:
    begin, count = WEEK.index(first), (WEEK.index(last) - WEEK.index(first)) % 7 + 1
    return frozenset((begin + step) % 7 for step in range(count))
