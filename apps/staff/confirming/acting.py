"""What a room's view calls to make a change: done at once, or shown first and then asked for."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.core.pages import go
from apps.staff.access import person_of
from apps.staff.actors import actor_of
from apps.staff.confirming import kinds
from apps.staff.confirming.guard import needs_second
from apps.staff.confirming.kinds import By, Values
from apps.staff.confirming.proposing import draft


def by_of(request: HttpRequest) -> By:
    """Actor and person of this click."""
    return By(actor_of(request), person_of(request))


def change(request: HttpRequest, name: str, values: Values, done: Callable[[], HttpResponse]) -> HttpResponse:
    """Make the change and answer with ``done()``; where a second person is needed, go to the page that shows it.

    Raises: whatever the kind's service says, in both cases
    """
    kind, by = kinds.named(name), by_of(request)
    if needs_second(by.actor):
        return go(request, "staff:change", draft(by=by, kind=kind, values=values).pk)
    result: Any = kind.apply(by, values)
    return kind.answer(request, result) if kind.answer else done()
