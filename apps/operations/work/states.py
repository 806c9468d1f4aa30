"""The states of an operation and the only ways between them; docs/operations.md shows the same table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an operation stands. Wishes of people stand beside it until no row is in flight any more."""

    READING = "reading", _("Being read")
    UNREADABLE = "unreadable", _("Cannot be read")
    CHECKING = "checking", _("Dry run")
    CHECKED = "checked", _("Checked")
    WAITING = "waiting", _("Waiting for approval")
    REJECTED = "rejected", _("Rejected")
    READY = "ready", _("Ready to run")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Event(models.TextChoices):
    """What may happen to an operation."""

    READ = "read", _("Every row is read")
    NOT_READ = "not_read", _("What was given cannot be read")
    CHECKED = "checked", _("Every row is checked")
    ASKED = "asked", _("A second person is asked")
    APPROVED = "approved", _("Approved, or within the person's own authority")
    REJECTED = "rejected", _("A second person says no")
    STARTED = "started", _("It may run")
    PAUSED = "paused", _("Nothing is in flight any more, and somebody or a rule wanted a pause")
    RESUMED = "resumed", _("It goes on")
    ENDED = "ended", _("No row is left")
    CANCELLED = "cancelled", _("Nothing is in flight any more, and somebody wanted the end")


S, E = State, Event
TRANSITIONS: dict[tuple[State, Event], State] = {
    (S.READING, E.READ): S.CHECKING,
    (S.READING, E.NOT_READ): S.UNREADABLE,
    (S.READING, E.CANCELLED): S.CANCELLED,
    (S.CHECKING, E.CHECKED): S.CHECKED,
    (S.CHECKING, E.CANCELLED): S.CANCELLED,
    (S.CHECKED, E.ASKED): S.WAITING,
    (S.CHECKED, E.APPROVED): S.READY,
    (S.CHECKED, E.CANCELLED): S.CANCELLED,
    (S.WAITING, E.APPROVED): S.READY,
    (S.WAITING, E.REJECTED): S.REJECTED,
    (S.WAITING, E.CANCELLED): S.CANCELLED,
    (S.READY, E.STARTED): S.RUNNING,
    (S.READY, E.CANCELLED): S.CANCELLED,
    (S.RUNNING, E.PAUSED): S.PAUSED,
    (S.RUNNING, E.ENDED): S.DONE,
    (S.RUNNING, E.CANCELLED): S.CANCELLED,
    (S.PAUSED, E.RESUMED): S.RUNNING,
    (S.PAUSED, E.CANCELLED): S.CANCELLED,
}

WORKING = (S.READING, S.CHECKING, S.RUNNING)
ENDED = (S.UNREADABLE, S.REJECTED, S.DONE, S.CANCELLED)


def after(state: State | str, event: Event) -> State | None:
    """The state this event leads to, None where it cannot happen."""
    return TRANSITIONS.get((State(state), event))


class Phase(models.TextChoices):
    """What a chunk is about: reading rows in, the dry run, summing it up, or the acts themselves."""

    READ = "read", _("Reading")
    CHECK = "check", _("Dry run")
    SUM = "sum", _("Summing up")
    RUN = "run", _("Run")


class ChunkState(models.TextChoices):
    """claimed is a lease that runs out; parked: it failed too often, a person has to free it."""

    WAITING = "waiting", _("Waiting")
    CLAIMED = "claimed", _("Being worked on")
    DONE = "done", _("Done")
    PARKED = "parked", _("Parked")


class ItemState(models.TextChoices):
    """new: not checked; bad: left out by the dry run; going: being done; skipped: cancelled before its turn."""

    NEW = "new", _("Not checked yet")
    BAD = "bad", _("Left out")
    READY = "ready", _("Ready")
    GOING = "going", _("Being done")
    DONE = "done", _("Done")
    NOT_DONE = "not_done", _("Not done")
    UNKNOWN = "unknown", _("Not known yet")
    SKIPPED = "skipped", _("Skipped")


LEFT = (ItemState.READY, ItemState.GOING)
SETTLED = (ItemState.DONE, ItemState.NOT_DONE, ItemState.SKIPPED)
