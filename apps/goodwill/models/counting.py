"""What was taken of limits and budgets, and the rows that are locked while counting."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.goodwill.models.kinds import Kind
from apps.goodwill.models.requests import GoodwillRequest


class FileGrant(models.Model):
    """What may be given by the rows of one file without a further decision, once the file itself is approved.

    reference  of the operation;  number  what people call it
    approver   who approved the file, None within the requester's own authority
    """

    reference = models.CharField(max_length=26, unique=True)
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    store = models.ForeignKey("staff.Store", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    @property
    def policy(self) -> str:
        """Whose word it is, as a request and its decision name it."""
        words = (
            _("file %(number)s, approved by %(name)s") if self.approver else _("own limit, file %(number)s")
        )
        return words % {"number": self.number, "name": self.approver.name if self.approver else ""}


class Taking(models.Model):
    """A part taken of a person's limit or a store's budget by one request; given back when it came to nothing.

    account  "give" (the requester's own authority), "decide" (the decider's) or "store" (budget and store limit)
    file     taken for a whole file at its approval; without a request it is what its rows have left of it
    """

    class Account(models.TextChoices):
        GIVE = "give"
        DECIDE = "decide"
        STORE = "store"

    request = models.ForeignKey(GoodwillRequest, on_delete=models.PROTECT, null=True, related_name="takings")
    file = models.ForeignKey(FileGrant, on_delete=models.PROTECT, null=True, related_name="takings")
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
            models.UniqueConstraint(
                fields=["file", "account"], condition=Q(request=None), name="goodwill_taken_of_file_once"
            ),
            models.CheckConstraint(
                name="goodwill_taken_for_something",
                condition=Q(request__isnull=False) | Q(file__isnull=False),
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
