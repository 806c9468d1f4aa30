"""What was taken of limits and budgets, and the rows that are locked while counting."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.goodwill.models.kinds import Kind
from apps.goodwill.models.requests import GoodwillRequest


class Taking(models.Model):
    """A part taken of a person's limit or a store's budget by one request; given back when it came to nothing.

    account  "give" (the requester's own authority), "decide" (the decider's) or "store" (budget and store limit)
    """

    class Account(models.TextChoices):
        GIVE = "give"
        DECIDE = "decide"
        STORE = "store"

    request = models.ForeignKey(GoodwillRequest, on_delete=models.PROTECT, related_name="takings")
    account = models.CharField(max_length=8, choices=Account.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    store = models.ForeignKey("staff.Store", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount = models.DecimalField(max_digits=14, decimal_places=3)
    at = models.DateTimeField(default=timezone.now)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "account", "user"],
                condition=Q(released_at=None, user__isnull=False),
                name="goodwill_taken_once",
            ),
            models.UniqueConstraint(
                fields=["request", "account"],
                condition=Q(released_at=None, user=None),
                name="goodwill_taken_of_store_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "user", "kind", "at"],
                condition=Q(released_at=None, user__isnull=False),
                name="goodwill_taken_of_user",
            ),
            models.Index(
                fields=["store", "kind", "at"],
                condition=Q(released_at=None, account="store"),
                name="goodwill_taken_of_store",
            ),
        ]


class CountingLock(models.Model):
    """Locked while a person's limit or a store's budget is counted and taken from."""

    name = models.CharField(max_length=40, unique=True)


class SyncCursor(models.Model):
    """How far the pending requests of the outside were read.

    head_id   the highest request id seen; newer ones are read from there
    round_id  where the walk through everything pending stands; it starts again from 0 when it is through
    """

    name = models.CharField(max_length=40, unique=True)
    head_id = models.BigIntegerField(default=0)
    round_id = models.BigIntegerField(default=0)
    round_began_at = models.DateTimeField(null=True)
    round_ended_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
