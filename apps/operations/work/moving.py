"""The one way an operation's state changes, and the lines it leaves."""

from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import Conflict
from apps.operations.models import Line, Operation
from apps.operations.work.states import Event, State, after


def locked(pk: int) -> Operation:
    """The operation as it stands, locked until the transaction ends."""
    return Operation.objects.select_for_update().get(pk=pk)


def move(operation: Operation, event: Event, **values: Any) -> None:
    """Inside a transaction that holds the operation's lock: what this event leads to, with other columns.

    Raises: Conflict, saying what is true now, when it cannot happen
    """
    state = after(operation.state, event)
    if state is None:
        raise Conflict(standing(operation), next_step=_("Load the page again and look how it stands now."))
    for name, value in {"state": state, **values}.items():
        setattr(operation, name, value)
    operation.save(update_fields=["state", *values])


def standing(operation: Operation) -> str:
    """One sentence about what is true now."""
    words = {"number": operation.number, "state": State(operation.state).label}
    if operation.is_stopping:
        return _("%(number)s is being stopped: rows in flight are finished.") % words
    return _("%(number)s stands at “%(state)s”, so this was not done.") % words


def say(operation: Operation, words: str) -> None:
    """A line for whoever watches, unless the newest one says the same."""
    newest = operation.lines.order_by("-id").values_list("words", flat=True).first()
    if newest != words[:300]:
        Line.objects.create(operation=operation, words=words[:300])
