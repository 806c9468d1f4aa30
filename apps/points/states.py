"""The states of a reversal and the only ways between them; docs/points.md shows the same table.

A redemption is one act outside and stands as `apps.operations.acts.rows.ActState` says.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a reversal stands. An open act beside `going` says what is not known yet."""

    WAITING = "waiting", _("Waiting")
    GOING = "going", _("Being sent")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Event(models.TextChoices):
    """What may happen to a reversal."""

    BEGUN = "begun", _("A second person approved it")
    REJECTED = "rejected", _("A second person rejected it")
    WITHDRAWN = "withdrawn", _("Whoever asked for it withdrew it")
    GIVEN_BACK = "given_back", _("The outside gave the points back")
    NOT_DONE = "not_done", _("It certainly did not take place")
    STOPPED = "stopped", _("Approved, and nothing could be sent for now")


S, E = State, Event
TRANSITIONS: dict[tuple[State, Event], State] = {
    (S.WAITING, E.BEGUN): S.GOING,
    (S.WAITING, E.REJECTED): S.REJECTED,
    (S.WAITING, E.WITHDRAWN): S.WITHDRAWN,
    (S.GOING, E.GIVEN_BACK): S.DONE,
    (S.GOING, E.NOT_DONE): S.REFUSED,
    (S.GOING, E.STOPPED): S.WAITING,
}
OPEN = (S.WAITING, S.GOING)
ENDED_WITHOUT = (S.REFUSED, S.REJECTED, S.WITHDRAWN)


class NoSuchWay(ValueError):
    """A programming error: the table has no way for this event from this state."""


def after(state: str, event: Event) -> State:
    """The state an event leads to. Raises NoSuchWay."""
    try:
        return TRANSITIONS[State(state), event]
    except KeyError:
        raise NoSuchWay(f"Nothing leads from {state!r} by {event.value!r}.") from None
