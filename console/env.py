"""Reads the environment in one place, refuses nonsense and names it."""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from environs import Env, EnvError, ValidationError, validate
from phonenumbers import SUPPORTED_REGIONS

BASE_DIR = Path(__file__).resolve().parent.parent

ENVIRONMENTS = ("sandbox", "training", "live")
DATABASES = ("sqlite", "postgres", "postgresql")
BROKERS = ("filesystem", "redis", "rediss", "amqp", "amqps")
HOURS = re.compile(r"([a-z_]+)=((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)")
CACHES = ("locmem", "database", "redis", "rediss")


def scheme_of(*allowed: str) -> Any:
    """A validator: the value is a URL with one of these schemes."""

    def check(value: str) -> str:
        scheme = urlsplit(value).scheme
        if scheme not in allowed:
            raise ValidationError(f"must start with one of: {', '.join(f'{one}://' for one in allowed)}")
        return value

    return check


def at_least(letters: int) -> Any:
    """A validator: a secret shorter than this is none."""

    def check(value: str) -> str:
        if len(value) < letters:
            raise ValidationError(f"must have at least {letters} characters")
        return value

    return check


def positive(value: float) -> float:
    """A validator: durations and rates are above zero."""
    if value <= 0:
        raise ValidationError("must be above zero")
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


def read(values: Mapping[str, str] | None = None) -> dict[str, Any]:
    """All settings of the environment, checked.

    Shape:  a dictionary with the variable names as keys
    Raises: SystemExit that names every variable that is missing or makes no sense
    """
    env = Env(eager=False)
    if values is None:
        env.read_env(str(BASE_DIR / ".env"), recurse=False)
    else:
        known = {name: os.environ.get(name) for name in values}
        os.environ.update(values)
    try:
        found = _console(env) | _long_work(env) | _capillary(env)
        env.seal()
    except EnvError as error:
        raise SystemExit(f"The settings in the environment cannot be used. {_in_words(error)}") from None
    finally:
        if values is not None:
            _restore(known)
    _check_together(found)
    return found


def _restore(known: Mapping[str, str | None]) -> None:
    for name, value in known.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _console(env: Env) -> dict[str, Any]:
    var_dir = Path(env.str("CONSOLE_VAR_DIR", "") or BASE_DIR / "var")
    return {
        "CONSOLE_VAR_DIR": var_dir,
        "CONSOLE_SECRET_KEY": env.str("CONSOLE_SECRET_KEY", validate=at_least(32)),
        "CONSOLE_AUDIT_KEY": env.str("CONSOLE_AUDIT_KEY", validate=at_least(32)),
        "CONSOLE_DEBUG": env.bool("CONSOLE_DEBUG", False),
        "CONSOLE_HTTPS": env.bool("CONSOLE_HTTPS", True),
        "CONSOLE_HSTS_SUBDOMAINS": env.bool("CONSOLE_HSTS_SUBDOMAINS", False),
        "CONSOLE_PROXIES": env.int(
            "CONSOLE_PROXIES", 0, validate=validate.Range(0, 9, error="must be 0 to 9")
        ),
        "CONSOLE_ALLOWED_HOSTS": env.list("CONSOLE_ALLOWED_HOSTS", ["localhost", "127.0.0.1"]),
        "CONSOLE_ENVIRONMENT": env.str("CONSOLE_ENVIRONMENT", "live", validate=validate.OneOf(ENVIRONMENTS)),
        "CONSOLE_DATABASE_URL": env.str(
            "CONSOLE_DATABASE_URL", f"sqlite:///{var_dir / 'console.sqlite3'}", validate=scheme_of(*DATABASES)
        ),
        "CONSOLE_BROKER_URL": env.str("CONSOLE_BROKER_URL", "filesystem://", validate=scheme_of(*BROKERS)),
        "CONSOLE_CACHE_URL": env.str("CONSOLE_CACHE_URL", "database://", validate=scheme_of(*CACHES)),
        "CONSOLE_TIME_ZONE": env.str("CONSOLE_TIME_ZONE", "Asia/Kolkata", validate=known_zone),
        "CONSOLE_DEFAULT_REGION": env.str("CONSOLE_DEFAULT_REGION", "IN", validate=known_region),
        "CONSOLE_ORGANISATION": env.str("CONSOLE_ORGANISATION", "Maple & Thread"),
        "CONSOLE_LOG_LEVEL": env.str(
            "CONSOLE_LOG_LEVEL", "INFO", validate=validate.OneOf(("DEBUG", "INFO", "WARNING", "ERROR"))
        ),
    }


def _long_work(env: Env) -> dict[str, Any]:
    return {
        "CONSOLE_WORK_AT_ONCE": env.int(
            "CONSOLE_WORK_AT_ONCE", 4, validate=validate.Range(1, 500, error="must be 1 to 500")
        ),
        "CONSOLE_WORK_MOST_ROWS": env.int(
            "CONSOLE_WORK_MOST_ROWS",
            100_000,
            validate=validate.Range(1, 2_000_000, error="must be 1 to 2000000"),
        ),
        "CONSOLE_WORK_KEPT_DAYS": env.int(
            "CONSOLE_WORK_KEPT_DAYS", 90, validate=validate.Range(1, 3650, error="must be 1 to 3650")
        ),
        "CONSOLE_WORK_HOURS": env.str("CONSOLE_WORK_HOURS", "", validate=hours),
        "CONSOLE_FILE_MOST_BYTES": env.int(
            "CONSOLE_FILE_MOST_BYTES",
            100_000_000,
            validate=validate.Range(1_000, 2_000_000_000, error="must be 1000 to 2000000000"),
        ),
        "CONSOLE_FILE_MOST_COLUMNS": env.int(
            "CONSOLE_FILE_MOST_COLUMNS", 100, validate=validate.Range(1, 1_000, error="must be 1 to 1000")
        ),
        "CONSOLE_FILE_LONGEST_CELL": env.int(
            "CONSOLE_FILE_LONGEST_CELL",
            4_000,
            validate=validate.Range(100, 100_000, error="must be 100 to 100000"),
        ),
    }


def _capillary(env: Env) -> dict[str, Any]:
    seconds = {"CONNECT_TIMEOUT": 3.0, "READ_TIMEOUT": 10.0, "DEADLINE": 15.0}
    return {
        "CAPILLARY_BASE_URL": env.str("CAPILLARY_BASE_URL", validate=scheme_of("http", "https")),
        "CAPILLARY_AUTH": env.str("CAPILLARY_AUTH", "oauth", validate=validate.OneOf(("oauth", "basic"))),
        "CAPILLARY_CLIENT_KEY": env.str("CAPILLARY_CLIENT_KEY", ""),
        "CAPILLARY_CLIENT_SECRET": env.str("CAPILLARY_CLIENT_SECRET", ""),
        "CAPILLARY_USERNAME": env.str("CAPILLARY_USERNAME", ""),
        "CAPILLARY_PASSWORD": env.str("CAPILLARY_PASSWORD", ""),
        **{
            f"CAPILLARY_{name}_SECONDS": env.float(f"CAPILLARY_{name}_SECONDS", default, validate=positive)
            for name, default in seconds.items()
        },
        "CAPILLARY_CALLS_PER_SECOND": env.float("CAPILLARY_CALLS_PER_SECOND", 50.0, validate=positive),
        "CAPILLARY_LIMITER_URL": env.str(
            "CAPILLARY_LIMITER_URL", "memory://", validate=scheme_of("memory", "redis", "rediss")
        ),
        "CAPILLARY_SOURCES": env.str("CAPILLARY_SOURCES", "INSTORE", validate=sources),
        "CAPILLARY_DEFAULT_SOURCE": env.str("CAPILLARY_DEFAULT_SOURCE", "INSTORE"),
        "CAPILLARY_TIMEZONE": env.str("CAPILLARY_TIMEZONE", "Asia/Kolkata", validate=known_zone),
        "CAPILLARY_V11_FORMAT": env.str(
            "CAPILLARY_V11_FORMAT", "json", validate=validate.OneOf(("json", "xml"))
        ),
        "CAPILLARY_REFERRALS": env.str(
            "CAPILLARY_REFERRALS", "auto", validate=validate.OneOf(("auto", "v2", "v1.1"))
        ),
        "CAPILLARY_CURRENCY": env.str("CAPILLARY_CURRENCY", "INR"),
    }


def _check_together(found: Mapping[str, Any]) -> None:
    """Values that make sense alone and not together."""
    wrong = [*_connection(found), *(_live(found) if found["CONSOLE_ENVIRONMENT"] == "live" else ())]
    if found["CONSOLE_AUDIT_KEY"] == found["CONSOLE_SECRET_KEY"]:
        wrong.append("CONSOLE_AUDIT_KEY must differ from CONSOLE_SECRET_KEY.")
    if wrong:
        raise SystemExit(f"The settings in the environment cannot be used. {' '.join(wrong)}")


def _connection(found: Mapping[str, Any]) -> Iterator[str]:
    needed = {"oauth": ("CLIENT_KEY", "CLIENT_SECRET"), "basic": ("USERNAME", "PASSWORD")}
    way = found["CAPILLARY_AUTH"]
    missing = [f"CAPILLARY_{name}" for name in needed[way] if not found[f"CAPILLARY_{name}"]]
    if missing:
        yield f"CAPILLARY_AUTH is {way}, so these are needed too: {', '.join(missing)}."
    known = {part.partition(":")[0].strip() for part in found["CAPILLARY_SOURCES"].split(";")}
    if found["CAPILLARY_DEFAULT_SOURCE"] not in known:
        yield "CAPILLARY_DEFAULT_SOURCE is not among CAPILLARY_SOURCES."
    if found["CAPILLARY_DEADLINE_SECONDS"] < found["CAPILLARY_READ_TIMEOUT_SECONDS"]:
        yield "CAPILLARY_DEADLINE_SECONDS is shorter than CAPILLARY_READ_TIMEOUT_SECONDS."


def _live(found: Mapping[str, Any]) -> Iterator[str]:
    """What is convenient on one's own machine and careless with customers."""
    if not found["CAPILLARY_BASE_URL"].startswith("https://"):
        yield "CAPILLARY_BASE_URL must start with https:// when CONSOLE_ENVIRONMENT is live."
    if found["CONSOLE_DEBUG"]:
        yield "CONSOLE_DEBUG must be off when CONSOLE_ENVIRONMENT is live."
    if "*" in found["CONSOLE_ALLOWED_HOSTS"]:
        yield "CONSOLE_ALLOWED_HOSTS must name the hosts when CONSOLE_ENVIRONMENT is live."


def _in_words(error: EnvError) -> str:
    messages = getattr(error, "error_messages", None)
    if isinstance(messages, Mapping):
        return " ".join(f"{name}: {' '.join(map(str, said))}" for name, said in sorted(messages.items()))
    return str(error)
