"""The way to the outside API for an actor: recorded, limited, on behalf of the store they act for."""

import hashlib
import json
import logging
import time
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.recorder import CallRecorder
from apps.capillary.auth import StoredToken
from apps.capillary.circuit import Health, circuit_for
from apps.capillary.client import Client
from apps.capillary.config import Config, Till, parse_sources
from apps.capillary.ratelimit import Lane, limiter_for
from apps.core.errors import BadInput
from apps.core.sealing import Sealer
from apps.staff.models import Store
from apps.staff.outside_models import TillCredentials

log = logging.getLogger("console.staff")


def client_for(actor: Actor, *, lane: Lane | None = None) -> Client:
    """A client whose calls are recorded in the actor's name; make one per click or task.

    `lane` is "people" for somebody who waits and "bulk" for long work: by default what the actor's channel says, so
    that a row of long work gives way to people whichever service it calls.
    """
    return made_client(
        config(), actor, till_of(actor), lane or ("bulk" if actor.channel == "operation" else "people")
    )


def client_for_store(actor: Actor, store: Store) -> Client:
    """A client on behalf of this store, recorded in the name of somebody who does not act for it.

    Raises: as `till_of`
    """
    return made_client(config(), actor, till_for(store), "people")


def made_client(conf: Config, actor: Actor, till: Till | None, lane: Lane) -> Client:
    """A recorded client of this connection, with the sign-in all processes share."""
    return Client(
        conf,
        recorder=CallRecorder(actor),
        limiter=limiter_for(conf),
        tokens=CacheTokenStore(),
        till=till,
        lane=lane,
    )


def config() -> Config:
    """The connection as the settings describe it, with the sources a lookup can choose from."""
    return _config(tuple(sorted(settings.CAPILLARY.items())))


def health() -> Health:
    """How the outside did in the last minutes, as seen by this process."""
    return circuit_for(config()).health()


def till_of(actor: Actor) -> Till | None:
    """The till of the actor's store, see `till_for`; None for somebody who acts for no store."""
    store = Store.objects.filter(pk=actor.store_id).first() if actor.store_id else None
    return None if store is None else till_for(store)


def till_for(store: Store) -> Till | None:
    """The till (or else the external id) of a store, with the sign-in of its own till where Basic is used and it has
    one; None without any of these.

    Raises: BadInput when no request can carry the code of this store, or its sign-in cannot be opened
    """
    username, password = _sign_in_of(store)
    try:
        if store.till_code:
            return Till(store.till_code, username=username, password=password)
        if store.external_id or username:
            entity = "STORE_EXTERNAL_ID"
            return Till(store.external_id, entity_type=entity, username=username, password=password)
        return None
    except ValueError as error:
        raise BadInput(
            _("The till code of store %(code)s cannot be sent to Capillary, so nothing was sent.")
            % {"code": store.code},
            next_step=_("Ask an administrator to correct it: plain Latin letters, digits and signs only."),
        ) from error


def _sign_in_of(store: Store) -> tuple[str, str]:
    """User name and password of the store's own till; empty with OAuth, and for a store without."""
    if config().auth != "basic":
        return "", ""
    kept = TillCredentials.objects.filter(store=store).first()
    if kept is None:
        return "", ""
    opened = kept.open()
    if opened is None:
        # Going out under the connection's own sign-in instead would book the store's acts elsewhere, unnoticed.
        raise BadInput(
            _("The till credentials of store %(code)s cannot be opened any more, so nothing was sent.")
            % {"code": store.code},
            next_step=_("Ask an administrator to type them again, or to remove them."),
        )
    return opened


@lru_cache(maxsize=8)
def _config(items: tuple[tuple[str, Any], ...]) -> Config:
    values = dict(items)
    values["sources"] = parse_sources(values["sources"])
    values["calls_per_second"] = max(1, int(values["calls_per_second"]))
    values["referrals_dialect"] = values.pop("referrals", "auto")
    values["limiter_storage"] = values.pop("limiter_url", "memory://")
    known = Config.__dataclass_fields__.keys()
    return Config(**{name: value for name, value in values.items() if name in known})


class CacheTokenStore:
    """Tokens in Django's cache, so that all processes share them; encrypted, since a cache keeps no secrets.

    While the cache does not answer this process keeps the last token for itself: a broken cache must not make
    every call sign in anew.
    """

    def get(self, key: str) -> StoredToken | None:
        """The token of this connection, None when there is none that can be read."""
        try:
            sealed = cache.get(_cache_key(key))
        except Exception:
            log.warning("The shared sign-in of the connection could not be read.", exc_info=True)
            return _own.get(key)
        opened = _sealer.unseal(sealed.decode()) if sealed else ""
        return StoredToken(**json.loads(opened)) if opened else None

    def put(self, key: str, token: StoredToken) -> None:
        """Keep the token until it ends."""
        _own[key] = token
        content = {"value": token.value, "renew_at": token.renew_at, "ends_at": token.ends_at}
        seconds = max(0, int(token.ends_at - time.time()))
        try:
            cache.set(_cache_key(key), _sealer.seal(json.dumps(content)).encode(), timeout=seconds)
        except Exception:
            log.warning("The shared sign-in of the connection could not be kept.", exc_info=True)


_sealer = Sealer("console connection tokens")
# The last token this process was given, per connection.
_own: dict[str, StoredToken] = {}


def _cache_key(key: str) -> str:
    return "capillary-token-" + hashlib.sha256(key.encode()).hexdigest()
