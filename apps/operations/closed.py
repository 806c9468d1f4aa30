"""Whether a customer may be told to somebody who did not open them: asked by rooms, answered by the one that guards."""

from collections.abc import Callable

from apps.audit.actor import Actor

Answer = Callable[[Actor, int], bool]

_answer: list[Answer] = []


def provide(answer: Answer) -> None:
    """The room that guards customers says once at start how it is asked: (actor, customer id) → may be shown."""
    _answer[:] = [answer]


def may_show(actor: Actor, customer_id: int) -> bool:
    """False for one who opens only for a reason this actor has not given; at most one query."""
    return _answer[0](actor, customer_id) if _answer else True
