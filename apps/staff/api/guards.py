"""Whether a customer may be shown to a program at all: asked by all rooms, answered by the one that guards."""

from typing import Protocol

from apps.audit.actor import Actor
from apps.staff.models import User


class Guard(Protocol):
    """Raises Refused while a reason is needed that this program has not given."""

    def __call__(self, *, actor: Actor, user: User, customer_id: int) -> None: ...


_guard: list[Guard] = []


def provide(guard: Guard) -> None:
    """The room that guards customers says once at start how it is asked."""
    _guard[:] = [guard]


def check(*, actor: Actor, user: User, customer_id: int) -> None:
    """Raises Refused, code reason_needed."""
    for guard in _guard:
        guard(actor=actor, user=user, customer_id=customer_id)
