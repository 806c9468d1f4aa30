"""Signs of life of the processes, who sweeps what, what is switched off, and what people are told of later."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.staff.models import User


class Heartbeat(models.Model):
    """The last sign of life of one process kind on one machine."""

    class Name(models.TextChoices):
        WORKER = "worker", _("Worker")
        BEAT = "beat", _("Clock")

    name = models.CharField(max_length=20, choices=Name.choices)
    hostname = models.CharField(max_length=120)
    version = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["name", "hostname"]
        constraints = [models.UniqueConstraint(fields=["name", "hostname"], name="heartbeat_once")]


class SweepLease(models.Model):
    """One row per registered sweep: who holds it, until when, and how the last run went.

    A row without a running lease is free. ``owner`` is a token of one run, so that a run whose lease has
    passed to another can no longer write here.
    """

    name = models.CharField(max_length=80)
    owner = models.CharField(max_length=26, blank=True)
    lease_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    handled = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name"], name="sweep_lease_once")]


class Switch(models.Model):
    """An act switched off for a store, or for all (no store): who did it, when and why.

    The row stays when it is on again, and then says who switched it on.
    """

    act = models.CharField(max_length=20)
    store = models.ForeignKey(
        "staff.Store", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    off = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    by_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "switches"
        constraints = [models.UniqueConstraint("act", Coalesce("store", 0), name="act_switch_once")]


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices as sentences."""

    def unread_of(self, user: User) -> "NoticeQuerySet":
        """What this person has not dismissed, newest first."""
        return self.filter(user=user, read_at=None).order_by("-id")


class Notice(models.Model):
    """Something a person is told of later: how an act ended that was not known. Nothing personal of customers.

    url  leads to the act;  read_at  when the person dismissed it
    """

    class Level(models.TextChoices):
        OK = "ok", _("It took place")
        BAD = "bad", _("It did not take place")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    level = models.CharField(max_length=4, choices=Level.choices)
    words = models.CharField(max_length=300)
    url = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user"], name="notices_unread", condition=Q(read_at=None))]
