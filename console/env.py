"""Reads the environment in one place, refuses nonsense and names it."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from environs import Env, EnvError, validate

from console import env_oidc
from console.env_factors import read as factors
from console.env_sessions import read as sessions
from console.env_values import (
    at_least,
    collector,
    each,
    headers,
    hours,
    kept_days,
    known_region,
    known_zone,
    log_name,
    mail_server,
    nought_or,
    positive,
    readable,
    scheme_of,
    sources,
    syslog,
    working_hours,
)

BASE_DIR = Path(__file__).resolve().parent.parent

ENVIRONMENTS = ("sandbox", "training", "live")
DATABASES = ("sqlite", "postgres", "postgresql")
BROKERS = ("filesystem", "redis", "rediss", "amqp", "amqps")
CACHES = ("locmem", "database", "redis", "rediss")
BREAK_GLASS = ("off", "protected", "stores")
# Days that entries of the trail stay in the database: default, and the least that still is a trail.
KEEP = {"CALLS": (400, 90), "LOOKS": (400, 180), "ACTS": (2_555, 730)}
# Limits of the watch: default, and between which values one that is not nought (off) must lie.
WATCH = {
    "LOOKUPS_A_DAY": (60, 5, 100_000),
    "LOOKUPS_AN_HOUR": (25, 3, 100_000),
    "PROGRAM_LOOKUPS_A_DAY": (1_000, 5, 1_000_000),
    "PROGRAM_LOOKUPS_AN_HOUR": (200, 3, 1_000_000),
    "REVEALS_A_DAY": (25, 2, 100_000),
    "GOODWILL_LEAST": (10, 5, 10_000),
    "GOODWILL_CUSTOMERS_SHARE": (60, 20, 100),
    "GOODWILL_REASON_SHARE": (95, 50, 100),
    "OUTSIDE_HOURS_A_DAY": (3, 1, 100_000),
    "REFUSALS_IN_A_ROW": (6, 3, 1_000),
    "EXPORT_MOST": (500_000, 1_000, 1_000_000_000),
    "EXPORT_TIMES": (5, 2, 1_000),
}


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
        found = _console(env) | _stream(env) | _keeping(env) | _long_work(env) | _watch(env) | _capillary(env)
        found |= env_oidc.read(env)
        found |= factors(env)
        found |= sessions(env)
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
        "CONSOLE_SECRET_KEY_FALLBACKS": env.list(
            "CONSOLE_SECRET_KEY_FALLBACKS", [], subcast=str.strip, validate=each(at_least(32))
        ),
        "CONSOLE_AUDIT_KEY": env.str("CONSOLE_AUDIT_KEY", validate=at_least(32)),
        "CONSOLE_AUDIT_SIGNING_KEY": env.str("CONSOLE_AUDIT_SIGNING_KEY", ""),
        "CONSOLE_AUDIT_LOG_NAME": env.str("CONSOLE_AUDIT_LOG_NAME", "loyalty-console", validate=log_name),
        "CONSOLE_AUDIT_SEAL_SECONDS": env.float("CONSOLE_AUDIT_SEAL_SECONDS", 1.0, validate=positive),
        "CONSOLE_AUDIT_CHECKPOINT_FILE": env.str("CONSOLE_AUDIT_CHECKPOINT_FILE", ""),
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
        "CONSOLE_BREAK_GLASS": env.str(
            "CONSOLE_BREAK_GLASS", "protected", validate=validate.OneOf(BREAK_GLASS)
        ),
        "CONSOLE_BREAK_GLASS_SERVE_ALL": env.list("CONSOLE_BREAK_GLASS_SERVE_ALL", [], subcast=str.strip),
        "CONSOLE_SUBJECT_PACK_STAFF_NAMES": env.bool("CONSOLE_SUBJECT_PACK_STAFF_NAMES", False),
        "CONSOLE_SECOND_PERSON": env.bool("CONSOLE_SECOND_PERSON", True),
        "CONSOLE_SECOND_PERSON_DAYS": env.int(
            "CONSOLE_SECOND_PERSON_DAYS", 7, validate=validate.Range(1, 90, error="must be 1 to 90")
        ),
        "CONSOLE_ACCESS_REVIEW_MONTHS": env.int("CONSOLE_ACCESS_REVIEW_MONTHS", 3, validate=nought_or(1, 24)),
        "CONSOLE_ACCESS_REVIEW_DAYS": env.int(
            "CONSOLE_ACCESS_REVIEW_DAYS", 21, validate=validate.Range(1, 180, error="must be 1 to 180")
        ),
        "CONSOLE_ORGANISATION": env.str("CONSOLE_ORGANISATION", "Maple & Thread"),
        "CONSOLE_EMAIL_URL": env.str("CONSOLE_EMAIL_URL", "file://", validate=mail_server),
        "CONSOLE_EMAIL_FROM": env.str("CONSOLE_EMAIL_FROM", "Loyalty Console <console@localhost>"),
        "CONSOLE_LOG_LEVEL": env.str(
            "CONSOLE_LOG_LEVEL", "INFO", validate=validate.OneOf(("DEBUG", "INFO", "WARNING", "ERROR"))
        ),
    }


def _stream(env: Env) -> dict[str, Any]:
    """Where the trail is sent to, as `CONSOLE_AUDIT_STREAM_…`."""
    name = "CONSOLE_AUDIT_STREAM_{}".format
    found = {
        "SYSLOG": env.str(name("SYSLOG"), "", validate=syslog),
        "ENTERPRISE": env.int(
            name("ENTERPRISE"),
            32473,
            validate=validate.Range(1, 2**32 - 1, error="must be a private enterprise number"),
        ),
        "FACILITY": env.int(
            name("FACILITY"), 13, validate=validate.Range(0, 23, error="must be a facility, 0 to 23")
        ),
        "FILE": env.str(name("FILE"), ""),
        "OTLP": env.str(name("OTLP"), "", validate=collector),
        "OTLP_HEADERS": env.str(name("OTLP_HEADERS"), "", validate=headers),
        "CA": env.str(name("CA"), "", validate=readable),
        "CERTIFICATE": env.str(name("CERTIFICATE"), "", validate=readable),
        "FROM": env.str(name("FROM"), "beginning", validate=validate.OneOf(("beginning", "now"))),
    }
    return {name(one): value for one, value in found.items()}


def _keeping(env: Env) -> dict[str, Any]:
    """How long entries stay in the database, and where their archives lie."""
    name = "CONSOLE_AUDIT_KEEP_{}_DAYS".format
    return {
        "CONSOLE_AUDIT_ARCHIVE_DIR": env.str("CONSOLE_AUDIT_ARCHIVE_DIR", ""),
        **{
            name(kind): env.int(name(kind), default, validate=kept_days(least))
            for kind, (default, least) in KEEP.items()
        },
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


def _watch(env: Env) -> dict[str, Any]:
    return {
        "CONSOLE_WATCH_HOURS": env.str("CONSOLE_WATCH_HOURS", "mon-sun 06:00-23:00", validate=working_hours),
        **{
            f"CONSOLE_WATCH_{name}": env.int(
                f"CONSOLE_WATCH_{name}", default, validate=nought_or(least, most)
            )
            for name, (default, least, most) in WATCH.items()
        },
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
        "CAPILLARY_CHECK_EXTERNAL_ID": env.str("CAPILLARY_CHECK_EXTERNAL_ID", ""),
    }


def _check_together(found: Mapping[str, Any]) -> None:
    """Values that make sense alone and not together."""
    wrong = [*_connection(found), *(_live(found) if found["CONSOLE_ENVIRONMENT"] == "live" else ())]
    wrong += env_oidc.check(found)
    if found["CONSOLE_AUDIT_KEY"] == found["CONSOLE_SECRET_KEY"]:
        wrong.append("CONSOLE_AUDIT_KEY must differ from CONSOLE_SECRET_KEY.")
    if {found["CONSOLE_SECRET_KEY"], found["CONSOLE_AUDIT_KEY"]} & set(found["CONSOLE_SECRET_KEY_FALLBACKS"]):
        wrong.append(
            "CONSOLE_SECRET_KEY_FALLBACKS holds older secret keys only: neither that of now nor CONSOLE_AUDIT_KEY."
        )
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
