"""Programs among those who act: each is answered for by somebody, whom an item names beside it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Behind:
    """Who answers for a program."""

    person_id: int
    name: str


Source = Callable[[int], Behind | None]
_source: list[Source] = []


def provide(source: Source) -> None:
    """The room above, which knows accounts, says once at start who answers for one; None for a person's own."""
    _source[:] = [source]


def behind(account_id: int | None) -> Behind | None:
    """Who answers for this account, None when it is nobody's program."""
    return next((one(account_id) for one in _source), None) if account_id is not None else None


def named(program: str, who: Behind) -> str:
    """Both in words, as an item and its entry name them."""
    return _("%(program)s (%(person)s answers for it)") % {"program": program, "person": who.name}
