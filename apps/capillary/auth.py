"""Who the console is to the outside: Basic with an md5 password per till, or an OAuth token; and for which till."""

import base64
import hashlib
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from apps.capillary.config import Config, Till
from apps.capillary.errors import NotSent
from apps.capillary.types_auth import Token

LONGEST_EARLY_SECONDS = 60.0
EARLY_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token with the moments (seconds since 1970) from which it should be, and must be, replaced."""

    value: str = field(repr=False)
    renew_at: float
    ends_at: float


class TokenStore(Protocol):
    """Keeps tokens where all processes find them. A store that fails may simply answer None."""

    def get(self, key: str) -> StoredToken | None:
        """The token of this connection, None when there is none."""

    def put(self, key: str, token: StoredToken) -> None:
        """Keep the token until `ends_at`."""


class MemoryTokenStore:
    """Tokens of one process."""

    def __init__(self) -> None:
        self._tokens: dict[str, StoredToken] = {}

    def get(self, key: str) -> StoredToken | None:
        """The token of this connection, None when there is none."""
        return self._tokens.get(key)

    def put(self, key: str, token: StoredToken) -> None:
        """Keep the token."""
        self._tokens[key] = token


class Auth(Protocol):
    """Gives the headers of a call, and can be told that they were refused."""

    def headers(self, fetch: Callable[[], Token], *, wait_seconds: float) -> dict[str, str]:
        """Credentials and attribution; `fetch` makes a token when one is needed.

        Raises: NotSent when another thread is still fetching after `wait_seconds`; whatever `fetch` raises.
        """

    def refused(self, headers: Mapping[str, str]) -> bool:
        """The outside said 401 to these: whether trying once more with others makes sense."""

    def secrets(self, headers: Mapping[str, str]) -> tuple[str, ...]:
        """Values that must never be kept anywhere."""


class BasicAuth:
    """User name and md5 of the password: the till's own, or the connection's on behalf of the till."""

    def __init__(self, config: Config, till: Till | None) -> None:
        own = till is not None and bool(till.username)
        username = till.username if till and own else config.username
        password = till.password if till and own else config.password
        # The outside wants md5 here; nothing of ours is protected by it.
        digest = hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()
        pair = base64.b64encode(f"{username}:{digest}".encode()).decode()
        self._secrets = tuple(filter(None, (password, digest, pair)))
        self._headers = {"Authorization": f"Basic {pair}"}
        if till is not None and till.code and not own:
            self._headers["X-CAP-API-ATTRIBUTION-LOOKUP-TYPE"] = till.entity_type
            self._headers["X-CAP-API-ATTRIBUTION-LOOKUP"] = till.code

    def headers(self, fetch: Callable[[], Token], *, wait_seconds: float) -> dict[str, str]:
        """Always the same; no token is needed."""
        return dict(self._headers)

    def refused(self, headers: Mapping[str, str]) -> bool:
        """A wrong password stays wrong."""
        return False

    def secrets(self, headers: Mapping[str, str]) -> tuple[str, ...]:
        """Password, digest and the pair as sent."""
        return self._secrets


class OAuth:
    """A token shared through a store: renewed early, by one thread of a process at a time."""

    HEADER = "X-CAP-API-OAUTH-TOKEN"

    def __init__(self, config: Config, tokens: TokenStore, till: Till | None) -> None:
        self._key = config.key
        self._tokens = tokens
        self._secret = config.client_secret
        self._refused = ""
        self._attribution: dict[str, str] = {}
        if till is not None and till.code:
            self._attribution["X-CAP-API-ATTRIBUTION-ENTITY-TYPE"] = till.entity_type
            self._attribution["X-CAP-API-ATTRIBUTION-ENTITY-CODE"] = till.code

    def headers(self, fetch: Callable[[], Token], *, wait_seconds: float) -> dict[str, str]:
        """The shared token while it is fresh, a new one otherwise."""
        token = self._fresh()
        if token is None:
            token = self._renew_alone(fetch, wait_seconds)
        return {self.HEADER: token.value, **self._attribution}

    def refused(self, headers: Mapping[str, str]) -> bool:
        """Never use this token again; another process may have stored a newer one already."""
        self._refused = headers.get(self.HEADER, "")
        return True

    def secrets(self, headers: Mapping[str, str]) -> tuple[str, ...]:
        """The client's secret and the token at hand."""
        return tuple(filter(None, (self._secret, headers.get(self.HEADER, ""))))

    def _fresh(self) -> StoredToken | None:
        token = self._tokens.get(self._key)
        if token is None or token.value == self._refused or token.renew_at <= time.time():
            return None
        return token

    def _renew_alone(self, fetch: Callable[[], Token], wait_seconds: float) -> StoredToken:
        lock = _lock_of(self._key)
        if not lock.acquire(timeout=max(0.0, wait_seconds)):
            raise NotSent(
                "The loyalty system did not give the console a sign-in in time, so nothing was sent.",
                next_step="Try again in a minute.",
            )
        try:
            return self._fresh() or self._renew(fetch)
        finally:
            lock.release()

    def _renew(self, fetch: Callable[[], Token]) -> StoredToken:
        """A token without a stated life is used for the call at hand and no other."""
        asked_at = time.time()
        made = fetch()
        early = min(LONGEST_EARLY_SECONDS, made.lives_seconds * EARLY_SHARE)
        ends_at = asked_at + made.lives_seconds
        token = StoredToken(made.value, ends_at - early, ends_at)
        self._tokens.put(self._key, token)
        return token


def auth_for(config: Config, tokens: TokenStore, till: Till | None) -> Auth:
    """The way this connection signs in; raises ValueError for one we do not know."""
    if config.auth == "oauth":
        return OAuth(config, tokens, till)
    if config.auth == "basic":
        return BasicAuth(config, till)
    raise ValueError(f"auth must be oauth or basic, not {config.auth!r}.")


_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()


def _lock_of(key: str) -> threading.Lock:
    with _guard:
        return _locks.setdefault(key, threading.Lock())


os.register_at_fork(after_in_child=_locks.clear)
