"""What a person does with an act the console could not settle by itself."""

from typing import TypeVar

from apps.audit.actor import Actor
from apps.points.models import Redemption, Reversal
from apps.staff.models import User

S = TypeVar("S", Redemption, Reversal)


def look_again(*, actor: Actor, user: User, subject: S) -> S:
    """Read back now. Raises Missing when nothing is open; CapillaryError when it cannot be read."""
    raise NotImplementedError


def it_is(*, actor: Actor, user: User, subject: S, listed_id: str, reason: str) -> S:
    """Say which of the candidates it is. Raises as give_up does, BadInput (listed_id)."""
    raise NotImplementedError


def give_up(*, actor: Actor, user: User, subject: S, reason: str) -> S:
    """Say that it did not take place, after one more look.

    Another person than whoever sent it, who may decide in its store.
    Raises: Refused; BadInput (reason); Conflict while the console is still checking by itself, or when it is found
            after all; CapillaryError when it cannot be read
    """
    raise NotImplementedError
