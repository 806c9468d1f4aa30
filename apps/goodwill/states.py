"""The states of a request and the only ways between them; docs/goodwill.md shows the same table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a request stands. An open act beside it says what is not known yet."""

    SENDING = "sending", _("Being sent")
    WAITING = "waiting", _("Waiting")
    SENT_BACK = "sent_back", _("Sent back")
    DECIDING = "deciding", _("Being decided")
    APPROVED = "approved", _("Approved")
    DONE = "done", _("Done")
    NOT_CREDITED = "not_credited", _("Approved, not credited")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REFUSED = "refused", _("Refused")


class Event(models.TextChoices):
    """What may happen to a request."""

    SENT = "sent", _("The outside has it")
    NOT_SENT = "not_sent", _("The outside refused it, or never got it")
    BEGUN = "begun", _("A decision or withdrawal is on its way")
    STOPPED = "stopped", _("The decision did not take place")
    APPROVED = "approved", _("The outside says it is approved")
    REJECTED = "rejected", _("The outside says it is rejected")
    WITHDRAWN = "withdrawn", _("The withdrawal took place")
    SENT_BACK = "sent_back", _("Sent back to the requester")
    ANSWERED = "answered", _("Answered by the requester")
    CREDITED = "credited", _("The ledger shows it")
    LATE = "late", _("The ledger does not show it in time")


S, E = State, Event
TRANSITIONS: dict[tuple[State, Event], State] = {
    (S.SENDING, E.SENT): S.WAITING,
    (S.SENDING, E.NOT_SENT): S.REFUSED,
    (S.WAITING, E.BEGUN): S.DECIDING,
    (S.WAITING, E.SENT_BACK): S.SENT_BACK,
    (S.WAITING, E.APPROVED): S.APPROVED,
    (S.WAITING, E.REJECTED): S.REJECTED,
    (S.SENT_BACK, E.ANSWERED): S.WAITING,
    (S.SENT_BACK, E.BEGUN): S.DECIDING,
    (S.SENT_BACK, E.APPROVED): S.APPROVED,
    (S.SENT_BACK, E.REJECTED): S.REJECTED,
    (S.DECIDING, E.STOPPED): S.WAITING,
    (S.DECIDING, E.APPROVED): S.APPROVED,
    (S.DECIDING, E.REJECTED): S.REJECTED,
    (S.DECIDING, E.WITHDRAWN): S.WITHDRAWN,
    (S.APPROVED, E.CREDITED): S.DONE,
    (S.APPROVED, E.LATE): S.NOT_CREDITED,
    (S.NOT_CREDITED, E.CREDITED): S.DONE,
}

PENDING = (S.WAITING, S.SENT_BACK)
OPEN = (S.SENDING, *PENDING, S.DECIDING)
GIVEN = (S.APPROVED, S.DONE, S.NOT_CREDITED)
ENDED_WITHOUT = (S.REJECTED, S.WITHDRAWN, S.REFUSED)


class NoSuchWay(ValueError):
    """A programming error: the table has no way for this event from this state."""


def after(state: str, event: Event) -> State:
    """The state an event leads to. Raises NoSuchWay."""
    try:
        return TRANSITIONS[State(state), event]
    except KeyError:
        raise NoSuchWay(f"Nothing leads from {state!r} by {event.value!r}.") from None


def can(state: str, event: Event) -> bool:
    """Whether the event may happen in this state."""
    return (State(state), event) in TRANSITIONS
