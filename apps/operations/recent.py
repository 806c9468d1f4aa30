"""What was done last for a customer, in words: told by the rooms that act, kept by the one that lists them."""

from collections.abc import Callable

Keep = Callable[[int, int, str], None]

_keep: list[Keep] = []


def provide(keep: Keep) -> None:
    """The room that lists recent customers says once at start where it goes: user id, customer id, words."""
    _keep[:] = [keep]


def remember_act(user_id: int, customer_id: int, act: str) -> None:
    """``500 points requested``, for the person's own list of recent customers."""
    for keep in _keep:
        keep(user_id, customer_id, act)
