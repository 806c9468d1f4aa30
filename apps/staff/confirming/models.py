"""A change that somebody asked for, and what a second person said to it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from apps.staff.models import User

READ = "staff.view_trail"
# Whoever reads the trail, or may propose or confirm anything; rows are chosen by `visible_to`.
SEEN_WITH = (READ, "staff.manage_staff", "staff.manage_limits", "staff.manage_stores")


class ProposedChangeQuerySet(models.QuerySet["ProposedChange"]):
    def waiting(self) -> "ProposedChangeQuerySet":
        """Those a second person may still decide on."""
        return self.filter(state=ProposedChange.State.WAITING, runs_out_at__gt=timezone.now())

    def ended(self) -> "ProposedChangeQuerySet":
        """The history: decided, withdrawn or run out, also where no sweep has said so yet."""
        over = models.Q(state=ProposedChange.State.WAITING, runs_out_at__lte=timezone.now())
        return self.filter(models.Q(state__in=ProposedChange.ENDED) | over)

    def untold_to(self, user: "User") -> "ProposedChangeQuerySet":
        """Those the person asked for that ended without effect, until they have opened them."""
        return self.filter(asked_by=user, untold=True)

    def visible_to(self, user: "User") -> "ProposedChangeQuerySet":
        """What the person may propose or confirm, everything for a reader of the trail; drafts are their maker's."""
        from apps.staff.confirming.kinds import names_for

        own = models.Q(asked_by=user)
        seen = models.Q() if user.has_perm(READ) else models.Q(kind__in=names_for(user)) | own
        return self.filter(seen).exclude(~own, state=ProposedChange.State.DRAFT)

    def confirmable_by(self, user: "User") -> "ProposedChangeQuerySet":
        """Waiting ones of others that are not about the person themselves."""
        from apps.staff.confirming.kinds import names_confirmed_by

        found = self.waiting().filter(kind__in=names_confirmed_by(user))
        return found.exclude(asked_by=user).exclude(about=about_person(user.pk))


def about_person(pk: int) -> str:
    """How a change names the person it is about."""
    return f"person:{pk}"


class ProposedChange(models.Model):
    """One change, as its kind (apps/staff/confirming/kinds.py) made it.

    values    what the kind applies, as sealed JSON; empty once it has ended, so that nothing typed outlives it
    digest    keyed hash of kind and values: the same change waits once
    about     ``person:12``, or what the kind calls it; empty where nothing fits
    subject   whom or what it changes, in words
    facts     rows [label, before, after] in words, as they were when it was made; equal ones are part of the state
    untold    whoever asked has not seen yet that it was refused or has run out
    state_hash  of the subject and everything before: when it differs, something has changed since
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Not asked yet")
        WAITING = "waiting", _("Waiting")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        RUN_OUT = "run_out", _("Has run out")

    ENDED = (State.CONFIRMED, State.REFUSED, State.WITHDRAWN, State.RUN_OUT)

    kind = models.CharField(max_length=60)
    values = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    about = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=200)
    facts = models.JSONField(default=list)
    state_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    reason = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField(default=timezone.now)
    runs_out_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_by_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=300, blank=True)
    untold = models.BooleanField(default=False)

    objects = ProposedChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "runs_out_at"], name="change_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], name="change_waits_once", condition=models.Q(state="waiting")
            ),
            models.CheckConstraint(
                name="change_of_two_people",
                condition=~models.Q(state="confirmed")
                | models.Q(asked_by=None)
                | models.Q(decided_by=None)
                | ~models.Q(asked_by=models.F("decided_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"Change {self.pk}"

    @property
    def number(self) -> str:
        """``change 4417``, as the trail names it."""
        return f"change {self.pk}"

    @property
    def has_run_out(self) -> bool:
        """Whether its time was over before anybody decided, also where no sweep has said so yet."""
        late = self.state == self.State.WAITING and self.runs_out_at <= timezone.now()
        return late or self.state == self.State.RUN_OUT

    @property
    def waits(self) -> bool:
        """Whether a second person may still decide."""
        return self.state == self.State.WAITING and not self.has_run_out

    @property
    def changed(self) -> list[tuple[str, str, str]]:
        """(label, before, after) of what becomes different."""
        return [(label, before, after) for label, before, after in self.facts if before != after]


def runs_out(now: datetime) -> datetime:
    """When a change that is asked for now is not done any more."""
    return now + timedelta(days=settings.CONSOLE_SECOND_PERSON_DAYS)
