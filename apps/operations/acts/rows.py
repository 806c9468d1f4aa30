"""The row of one act outside: there before it is sent, kept for good."""

from datetime import datetime
from typing import Any, Self, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ulid import ULID

from apps.audit.actor import Actor

A = TypeVar("A", bound="ActRow")


class ActState(models.TextChoices):
    """done and not_done are final; unknown is read back; person: the console gave up, somebody has to look."""

    IN_PROGRESS = "in_progress", _("Being sent")
    DONE = "done", _("Done")
    NOT_DONE = "not_done", _("Not done")
    UNKNOWN = "unknown", _("Not known yet")
    PERSON = "person", _("A person has to look")


OPEN_STATES = ("in_progress", "unknown", "person")


def new_reference() -> str:
    """A fresh reference of an act: a ULID, so that references sort by time."""
    return str(ULID())


class ActQuerySet(models.QuerySet[A]):
    """Acts as sentences."""

    def unsettled(self) -> Self:
        """What became of these is not known."""
        return self.filter(state__in=OPEN_STATES)

    def not_known(self) -> Self:
        """Those whose answer never came, or that a person has to look at."""
        return self.filter(state__in=[ActState.UNKNOWN, ActState.PERSON])

    def due(self, now: datetime) -> Self:
        """Those to be read back now, crashed ones among them."""
        return self.filter(
            state__in=[ActState.IN_PROGRESS, ActState.UNKNOWN], next_look_at__lte=now
        ).order_by("next_look_at")


class ActRow(models.Model):
    """One thing asked of the outside, from before it was sent until it is known what became of it.

    reference     our own, a ULID; every attempt carries the same one
    sent_at       set in the moment before the call leaves, by whoever holds the row in progress: without it
                  nothing has left, and once it is settled nothing can leave any more
    looks         how often it was read back; next_look_at when again
    correlation   the reference of the click that set it off
    actor         who stood behind it, so that a sweep settles it in their name
    """

    reference = models.CharField(max_length=26, default=new_reference, unique=True)
    customer_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12, choices=ActState.choices, default=ActState.IN_PROGRESS)
    started_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True)
    looks = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=20, blank=True)
    message = models.CharField(max_length=300, blank=True)
    cap_request_id = models.CharField(max_length=80, blank=True)
    correlation = models.CharField(max_length=40, blank=True)
    actor = models.JSONField(default=dict)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        """Whether it is not settled yet."""
        return self.state in OPEN_STATES

    @property
    def is_of_a_file(self) -> bool:
        """Whether a row of long work set it off."""
        return bool(self.actor.get("channel") == "operation")

    @property
    def behind(self) -> Actor:
        """Who stood behind it, on whose behalf the console settles it later."""
        return Actor(**{**self.actor, "channel": "system"})


def kept(actor: Actor) -> dict[str, Any]:
    """An actor as a row keeps it: who, in which role and store. Session, address and browser stay in the trail."""
    return {
        "user_id": actor.user_id,
        "name": actor.name,
        "role": actor.role,
        "store_id": actor.store_id,
        "store_code": actor.store_code,
        "channel": actor.channel,
    }
