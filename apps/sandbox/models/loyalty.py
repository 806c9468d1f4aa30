"""Enrolment in programmes and the points ledger that every balance is summed from."""

from decimal import Decimal

from django.db import models

from apps.sandbox.fields import ThousandthsField
from apps.sandbox.models.people import Customer


class Enrolment(models.Model):
    """A customer in a programme, with the tier held now (slab_number counts from 1)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="enrolments")
    programme_id = models.IntegerField()
    slab_number = models.IntegerField(default=1)
    slab_expires_at = models.DateTimeField()
    purchases = ThousandthsField(default=Decimal(0))

    class Meta:
        app_label = "sandbox"
        constraints = [
            models.UniqueConstraint(fields=["customer", "programme_id"], name="enrolled_once_per_programme")
        ]


class SlabChange(models.Model):
    """A move between tiers of a programme."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="slab_changes")
    programme_id = models.IntegerField()
    from_slab = models.CharField(max_length=40, blank=True)
    to_slab = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        app_label = "sandbox"


class LedgerEntry(models.Model):
    """One movement of points: credits are positive, debits negative; nothing else holds a balance."""

    class Kind(models.TextChoices):
        """What moved the points. PROMISED ones are not available yet."""

        EARNED = "EARNED"
        GOODWILL = "GOODWILL"
        PROMISED = "PROMISED"
        REDEEMED = "REDEEMED"
        REVERSED = "REVERSED"
        RETURNED = "RETURNED"
        EXPIRED = "EXPIRED"
        ADJUSTED = "ADJUSTED"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="ledger")
    programme_id = models.IntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    points = ThousandthsField()
    at = models.DateTimeField()
    expires_on = models.DateField(null=True)
    transaction = models.ForeignKey("Transaction", null=True, on_delete=models.CASCADE, related_name="ledger")
    redemption = models.ForeignKey("Redemption", null=True, on_delete=models.CASCADE, related_name="ledger")
    reversal = models.ForeignKey("Reversal", null=True, on_delete=models.CASCADE, related_name="ledger")
    note = models.CharField(max_length=200, blank=True)
    store_code = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "sandbox"
