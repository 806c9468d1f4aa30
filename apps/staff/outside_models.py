"""What the console keeps of its way to Capillary: the till sign-in of a store, and the last checks of the set-up."""

import json

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.core.sealing import Sealer

# A purpose of its own: nothing that is sealed elsewhere opens as somebody's sign-in, nor this as anything else.
_sealer = Sealer("apps.staff.stores_admin.till_credentials")


class TillCredentials(models.Model):
    """User name and password of a store's own till, sealed together.

    tested_* is what Capillary said when they were last tried; given is forgotten with the credentials.
    """

    class Tested(models.TextChoices):
        DONE = "done"
        NOT_DONE = "not_done"
        UNKNOWN = "unknown"

    store = models.OneToOneField("staff.Store", on_delete=models.CASCADE, related_name="till_credentials")
    sealed = models.TextField()
    given_at = models.DateTimeField(default=timezone.now)
    given_by = models.CharField(max_length=120)
    tested_at = models.DateTimeField(null=True)
    tested_by = models.CharField(max_length=120, blank=True)
    tested_outcome = models.CharField(max_length=10, choices=Tested.choices, blank=True)
    tested_words = models.CharField(max_length=500, blank=True)
    tested_code = models.CharField(max_length=20, blank=True)
    tested_request_id = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"Till credentials of {self.store}"

    @staticmethod
    def sealed_pair(username: str, password: str) -> str:
        """Both as one text that only this console can open."""
        return _sealer.seal(json.dumps([username, password]))

    def open(self) -> tuple[str, str] | None:
        """User name and password; None when they were sealed under another secret key."""
        opened = _sealer.unseal(self.sealed)
        if not opened:
            return None
        username, password = json.loads(opened)
        return str(username), str(password)


class ConnectionCheck(models.Model):
    """One check of the set-up, whole: what was asked and what came back. A row never changes.

    findings    rows of apps/staff/outside/findings.py as plain values; holds no secret
    reference   of the click: the trail has every call under it
    """

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=120)
    reference = models.CharField(max_length=40, blank=True)
    took_ms = models.PositiveIntegerField()
    findings = models.JSONField(default=list)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Check of the connection, {self.at:%Y-%m-%d %H:%M}"
