"""What people decided, and what was asked of the outside because of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.goodwill.models.requests import GoodwillRequest
from apps.operations.acts.rows import OPEN_STATES, ActQuerySet, ActRow, ActState
from apps.operations.unknowns import open_and_settled


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


class OutsideActQuerySet(ActQuerySet["OutsideAct"]):
    """Acts of goodwill as sentences."""


class OutsideAct(ActRow):
    """One thing asked of the outside for a request: sending it, or a decision.

    decision      the word it carries out; None for sending the request itself
    customer_id   of the request: while one sending is open for a customer, a second one is refused
    """

    class Kind(models.TextChoices):
        ADD = "add", _("Send")
        APPROVE = "approve", _("Approve")
        REJECT = "reject", _("Reject")

    State = ActState

    request = models.ForeignKey(GoodwillRequest, on_delete=models.PROTECT, related_name="acts")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount = models.DecimalField(max_digits=14, decimal_places=3, null=True)

    objects = OutsideActQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(state__in=OPEN_STATES), name="goodwill_act_open_once"
            ),
            models.UniqueConstraint(
                fields=["customer_id"],
                condition=Q(kind="add", state__in=OPEN_STATES),
                name="goodwill_sending_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_look_at"], name="goodwill_acts_due"),
            *open_and_settled("goodwill_acts"),
        ]
