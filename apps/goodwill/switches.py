"""The off switch: goodwill stopped for a store or for all, with a reason everybody reads."""

from apps.audit.actor import Actor
from apps.goodwill.models import Switch
from apps.staff.models import Store, User


def off_for(store: Store | None) -> Switch | None:
    """The switch that stops this store (its own, or the one for all), None while goodwill is on."""
    raise NotImplementedError


def switches_off() -> list[Switch]:
    """All that are off, the one for all first: for the banner."""
    raise NotImplementedError


def turn_off(*, actor: Actor, user: User, store: Store | None, reason: str) -> Switch:
    """Stop asking and approving, for a store or for all. Raises Refused, BadInput (reason)."""
    raise NotImplementedError


def turn_on(*, actor: Actor, user: User, store: Store | None, reason: str) -> Switch:
    """Let it run again. Raises Refused, BadInput (reason)."""
    raise NotImplementedError
