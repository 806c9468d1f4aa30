"""What a room says of its acts: how they are sent, understood, read back and settled."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.db.models import QuerySet

from apps.audit.actor import Actor
from apps.capillary.calls import Call
from apps.capillary.client import Client
from apps.operations.acts.results import Result
from apps.operations.acts.rows import ActRow

A = TypeVar("A", bound=ActRow)


@dataclass(frozen=True, slots=True)
class Sought:
    """What reading back found.

    result  done, not done or person; None: read, and nothing can be said yet
    news    anything else that was seen, for `Trade.after`
    """

    result: Result | None = None
    news: Any = None


class Conclude(Protocol[A]):
    """Writes the outcome, its effects and the entry in one short transaction, unless the act is settled already."""

    def __call__(self, *, actor: Actor, act: A, result: Result) -> A: ...


def nothing_more(_act: ActRow, _sought: Sought) -> None:
    """Most acts are through when they are settled."""


@dataclass(frozen=True)
class Trade(Generic[A]):
    """One kind of acts.

    name        of the room, for the log
    rows        the acts with everything their sending and reading back needs
    call_of     the one call that carries an act out. Raises ConsoleError for what no call can carry
    understood  what a good answer means
    conclude    see Conclude
    seek        looks outside for what became of the act. Raises ConsoleError when it cannot be read
    after       what follows once the result of reading back is written down
    """

    name: str
    rows: Callable[[], QuerySet[A]]
    call_of: Callable[[A], Call[Any]]
    understood: Callable[[A, Any], Result]
    conclude: Conclude[A]
    seek: Callable[[Client, A], Sought]
    after: Callable[[A, Sought], None] = nothing_more
