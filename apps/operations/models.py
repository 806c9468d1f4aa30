"""Signs of life of the background processes, who sweeps what at the moment, and what is switched off."""

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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
