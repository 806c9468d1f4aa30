"""Who acts: a person with role, store and session, or the system with a name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest

Channel = Literal["screen", "api", "operation", "command", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Copied into every entry, so that an entry outlives the account it names.

    `role` is the word a person would use ("Agent"). `session` is a hash of the session key, never the key.
    `browser` is what the browser says of itself. `user_id` is None for the system and for strangers.
    """

    user_id: int | None
    name: str
    role: str
    store_id: int | None = None
    store_code: str = ""
    session: str = ""
    ip: str = ""
    browser: str = ""
    channel: Channel = "screen"


def system_actor(name: str) -> Actor:
    """The console itself, named after what it is doing: ``system_actor("Sweeper")``."""
    return Actor(user_id=None, name=name, role="System", channel="system")


_source: list[Callable[[HttpRequest], Actor]] = []


def provide(source: Callable[[HttpRequest], Actor]) -> None:
    """The room above, which knows people and stores, says once at start how a request becomes an actor."""
    _source[:] = [source]


def actor_of(request: HttpRequest) -> Actor:
    """Who stands behind this request. Raises LookupError when no room has called `provide`."""
    if not _source:
        raise LookupError("No room has said who stands behind a request: call apps.audit.actor.provide().")
    return _source[0](request)
