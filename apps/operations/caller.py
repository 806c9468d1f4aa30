"""How sure a person may be who is calling: asked by the rooms that act, answered by the one that verifies."""

from collections.abc import Callable

from apps.audit.actor import Actor

Source = Callable[[int, int], str]
Passed = Callable[[Actor, int], None]

# From not at all to the strongest.
LEVELS = ("", "number_matched", "questions_passed", "code_passed")

_source: list[Source] = []
_passed: list[Passed] = []


def provide(source: Source, *, passed: Passed | None = None) -> None:
    """The room that verifies callers says once at start how it is asked: (user id, customer id) → level.

    passed  is told of a one-time code the caller read out and the outside took: (actor, customer id)
    """
    _source[:] = [source]
    _passed[:] = [passed] if passed else []


def verification_level(user_id: int, customer_id: int) -> str:
    """The level that holds now ("code_passed" …), empty when the caller is not verified."""
    return _source[0](user_id, customer_id) if _source else ""


def is_at_least(held: str, needed: str) -> bool:
    """Whether a level is as strong as another; a level nobody knows counts for nothing."""
    return (LEVELS.index(held) if held in LEVELS else 0) >= LEVELS.index(needed)


def passed_code(actor: Actor, customer_id: int) -> None:
    """The caller read out the code that was sent to this customer, and it was right. Raises TraceUnavailable."""
    for keep in _passed:
        keep(actor, customer_id)
