"""What a person does with an act the console could not settle by itself."""

from apps.audit.actor import Actor
from apps.goodwill.models import GoodwillRequest
from apps.staff.models import User


def look_again(*, actor: Actor, user: User, request: GoodwillRequest) -> GoodwillRequest:
    """Read back now. Raises CapillaryError when it cannot be read."""
    raise NotImplementedError


def give_up(*, actor: Actor, user: User, request: GoodwillRequest, reason: str) -> GoodwillRequest:
    """Say that it did not take place, after one more look: a sending is refused, a decision waits again.

    Raises: Refused for the person who did it, or without the right to decide; Conflict while the console is
            still checking, or when it is found after all; CapillaryError when it cannot be read
    """
    raise NotImplementedError
