"""What people decided, and what was asked of the outside because of it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.audit.actor import Actor
from apps.goodwill.models.kinds import new_reference
from apps.goodwill.models.requests import GoodwillRequest

OPEN_ACTS = ("in_progress", "unknown", "person")


class Decision(models.Model):
    """One word somebody spoke on a request: kept for good.

    policy       names the rule when nobody but the rules decided; then by is None
    by_words     who it was elsewhere, or a copy of the person's name
    seen         fingerprint of the facts the person had seen (facts.py)
    took_effect  None until the outside's answer is known; False: it did not come to pass
    """

    class Verdict(models.TextChoices):
        APPROVE = "approve", _("Approved")
        APPROVE_FIRST = "approve_first", _("Approved first, another person is needed")
        REJECT = "reject", _("Rejected")
        SEND_BACK = "send_back", _("Sent back")
        WITHDRAW = "withdraw", _("Withdrawn")
        ANSWER = "answer", _("Answered")

    request = models.ForeignKey(GoodwillRequest, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=14, choices=Verdict.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    by_words = models.CharField(max_length=160)
    policy = models.CharField(max_length=160, blank=True)
    elsewhere = models.BooleanField(default=False)
    amount = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    reason = models.CharField(max_length=300, blank=True)
    seen = models.CharField(max_length=64, blank=True)
    took_effect = models.BooleanField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["by", "-at"], name="goodwill_decisions_of")]


class OutsideActQuerySet(models.QuerySet["OutsideAct"]):
    def unsettled(self) -> "OutsideActQuerySet":
        """What became of these is not known."""
        return self.filter(state__in=OPEN_ACTS)

    def due(self, now: datetime) -> "OutsideActQuerySet":
        """Those to be read back now, crashed ones among them."""
        return self.filter(
            state__in=[OutsideAct.State.IN_PROGRESS, OutsideAct.State.UNKNOWN], next_look_at__lte=now
        ).order_by("next_look_at")


class OutsideAct(models.Model):
    """One thing asked of the outside, from before it was sent until it is known what became of it.

    decision      the word it carries out; None for sending the request itself
    customer_id   of the request: while one sending is open for a customer, a second one is refused
    looks         how often it was read back; next_look_at when again
    actor         who stood behind it, so that a sweep settles it in their name
    """

    class Kind(models.TextChoices):
        ADD = "add", _("Send")
        APPROVE = "approve", _("Approve")
        REJECT = "reject", _("Reject")

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", _("Being sent")
        DONE = "done", _("Done")
        NOT_DONE = "not_done", _("Not done")
        UNKNOWN = "unknown", _("Not known yet")
        PERSON = "person", _("A person has to look")

    request = models.ForeignKey(GoodwillRequest, on_delete=models.PROTECT, related_name="acts")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reference = models.CharField(max_length=26, default=new_reference, unique=True)
    customer_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.IN_PROGRESS)
    amount = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    started_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True)
    looks = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=20, blank=True)
    message = models.CharField(max_length=300, blank=True)
    cap_request_id = models.CharField(max_length=80, blank=True)
    correlation = models.CharField(max_length=40, blank=True)
    actor = models.JSONField(default=dict)

    objects = OutsideActQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(state__in=OPEN_ACTS), name="goodwill_act_open_once"
            ),
            models.UniqueConstraint(
                fields=["customer_id"],
                condition=Q(kind="add", state__in=OPEN_ACTS),
                name="goodwill_sending_open_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "next_look_at"], name="goodwill_acts_due")]

    @property
    def is_open(self) -> bool:
        """Whether it is not settled yet."""
        return self.state in OPEN_ACTS

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
