"""Signs of life of the background processes, and who sweeps what at the moment."""

from django.db import models
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
