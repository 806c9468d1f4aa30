"""Keys of programs, and what they did by them."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.staff.confirming.guard import both_named
from apps.staff.models.people import User


class ApiKey(models.Model):
    """A key for a program. Only the hash of its secret is kept; `prefix` tells keys apart in lists and logs.

    `scopes` are codes of apps/staff/api/scopes.py. The name is copied into every entry the program causes.
    service  the account it acts as; None for a key that only reads the trail, which belongs to no store
    made_by  who was shown its text: with a second person, that one;  asked_by_name  then who asked
    """

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    service = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="api_keys"
    )
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_by_name = models.CharField(max_length=120, blank=True, default="")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def made_by_words(self) -> str:
        """Who made it, both people where there were two."""
        return both_named(self.asked_by_name, self.made_by.name) if self.made_by else ""

    @property
    def last_day(self) -> datetime:
        """A moment of the last day on which it works."""
        return self.expires_at - timedelta(seconds=1)

    @property
    def works(self) -> bool:
        """True while it has neither run out nor been revoked."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class ApiAct(models.Model):
    """One write of a program under its Idempotency-Key: what was asked, and what it was answered.

    text         the Idempotency-Key;  asked  keyed hash of method, address, store and body
    token        what the services take for a form's token: the same for every try, so that they act once
    answer       sealed JSON; empty while it goes on. One-time codes are in no answer
    begun_at     of the try that goes on;  None: nobody is at it
    """

    class State(models.TextChoices):
        GOING = "going", _("Going on")
        DONE = "done", _("Answered")

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="acts")
    text = models.CharField(max_length=255)
    asked = models.CharField(max_length=64)
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.GOING)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.CharField(max_length=200, blank=True)
    answer = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    begun_at = models.DateTimeField(null=True, default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "text"], name="api_act_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.text}"
