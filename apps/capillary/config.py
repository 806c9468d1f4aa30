"""What a connection to the outside API needs to know, as plain values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

MULTI_ACCOUNT_SOURCES = frozenset(
    {"WECHAT", "FACEBOOK", "LINE", "WEB_ENGAGE", "MOBILE_APP", "MARTJACK"},
)
ATTRIBUTION_TYPES = (
    "TILL",
    "STORE_CODE",
    "STORE_NAME",
    "STORE_EXTERNAL_ID",
    "STORE_EXTERNAL_ID_1",
    "STORE_EXTERNAL_ID_2",
)

# Which version answers what is asked about referrals: see resources/referrals.py.
ReferralsDialect = Literal["auto", "v2", "v1.1"]
# What a header can carry as it stands.
TILL_CODE = re.compile(r"[!-~](?:[ -~]{0,98}[!-~])?")
DEFAULT_TIMEZONE = "Asia/Kolkata"


@dataclass(frozen=True, slots=True)
class Source:
    """One channel customers come through, with its accounts when it has several."""

    name: str
    account_ids: tuple[str, ...] = ()

    @property
    def needs_account(self) -> bool:
        """Whether a lookup in this source must name an account."""
        return bool(self.account_ids)


@dataclass(frozen=True, slots=True)
class Till:
    """On whose behalf a call is made: the attribution headers of a store's till.

    `entity_type` is one of ATTRIBUTION_TYPES. With Basic authentication a till may carry its own user
    name and password; without them those of the connection are used.
    Raises: ValueError for a code that no header can carry
    """

    code: str
    entity_type: str = "TILL"
    username: str = ""
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.code and not TILL_CODE.fullmatch(self.code):
            raise ValueError(
                "A till's code is made of plain Latin letters, digits and signs, with no space around."
            )


@dataclass(frozen=True, slots=True)
class Config:
    """The connection: address, credentials, patience. Times are in seconds.

    `auth` is "oauth" (client_key, client_secret) or "basic" (username, password). `v11_format` is the form
    asked of version 1.1: "json" or "xml". `timezone` is the organisation's: version 1.1 writes most times without a
    zone. `limiter_storage` is a storage address of the `limits` library:
    "memory://" counts per process, "redis://…" across all of them. `extra_headers` go with every call.
    `referrals_dialect` is "auto", or the one version in which the organisation has referrals: "v2" or "v1.1".
    """

    base_url: str
    auth: str = "oauth"
    client_key: str = ""
    client_secret: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    connect_timeout_seconds: float = 3.0
    read_timeout_seconds: float = 10.0
    deadline_seconds: float = 20.0
    calls_per_second: int = 20
    sources: tuple[Source, ...] = (Source("INSTORE"),)
    default_source: str = "INSTORE"
    currency: str = "INR"
    timezone: str = DEFAULT_TIMEZONE
    v11_format: str = "json"
    limiter_storage: str = "memory://"
    people_wait_seconds: float = 5.0
    pool_size: int = 32
    referrals_dialect: ReferralsDialect = "auto"
    extra_headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Names this connection in caches and limiters; holds no secret."""
        return f"{self.base_url}|{self.auth}|{self.client_key or self.username}"


def parse_sources(text: str) -> tuple[Source, ...]:
    """Read "INSTORE;WECHAT:wx_maple,wx_thread" into sources; raises ValueError naming the bad part."""
    found: dict[str, Source] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, _, accounts = part.partition(":")
        name = name.strip().upper()
        if not name.replace("_", "").isalnum() or name in found:
            raise ValueError(f"Source {part!r} is not understood or named twice.")
        found[name] = Source(name, tuple(filter(None, (item.strip() for item in accounts.split(",")))))
    return tuple(found.values())
