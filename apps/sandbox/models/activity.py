"""What customers did: bought, redeemed points and coupons, had redemptions reversed."""

from django.db import models

from apps.sandbox.fields import ThousandthsField
from apps.sandbox.models.people import Customer


class Transaction(models.Model):
    """A bill; lines is a list of {item_code, description, qty, rate, amount} as shown to the caller."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="transactions")
    number = models.CharField(max_length=40, db_index=True)
    type = models.CharField(max_length=12, default="REGULAR")
    amount = ThousandthsField()
    gross_amount = ThousandthsField()
    discount = ThousandthsField()
    billed_at = models.DateTimeField()
    store_code = models.CharField(max_length=40)
    programme_id = models.IntegerField()
    source = models.CharField(max_length=20, default="instore")
    notes = models.CharField(max_length=200, blank=True)
    lines = models.JSONField(default=list)

    class Meta:
        app_label = "sandbox"
        indexes = [models.Index(fields=["customer", "billed_at"], name="bills_of_customer")]


class Redemption(models.Model):
    """Points spent; code is the short id a reversal names, external_reference the caller's own.

    programme_id is the programme named; how much came out of which one say the ledger entries. at is when the
    caller says it was, booked_at when it came in. mode says how the customer agreed; empty for seeded ones.
    """

    class Mode(models.TextChoices):
        """How the customer agreed; a till elsewhere has asked in its own way."""

        CODE = "CODE"
        MISSED_CALL = "MISSED_CALL"
        SKIPPED = "SKIPPED"
        ELSEWHERE = "ELSEWHERE"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="redemptions")
    code = models.CharField(max_length=12, unique=True)
    programme_id = models.IntegerField()
    points = ThousandthsField()
    at = models.DateTimeField()
    store_code = models.CharField(max_length=40)
    transaction_number = models.CharField(max_length=40, blank=True)
    external_reference = models.CharField(max_length=100, blank=True, db_index=True)
    validation_code = models.CharField(max_length=20, blank=True)
    notes = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=100, blank=True)
    mode = models.CharField(max_length=12, blank=True)
    booked_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "sandbox"


class Reversal(models.Model):
    """Points of one redemption given back, wholly or in part."""

    redemption = models.ForeignKey(Redemption, on_delete=models.CASCADE, related_name="reversals")
    code = models.CharField(max_length=12, unique=True)
    points = ThousandthsField()
    at = models.DateTimeField()
    till_id = models.IntegerField()

    class Meta:
        app_label = "sandbox"


class Coupon(models.Model):
    """A voucher issued to a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="coupons")
    series_id = models.IntegerField()
    code = models.CharField(max_length=20, unique=True)
    created_at = models.DateTimeField()
    valid_till = models.DateTimeField()
    store_code = models.CharField(max_length=40)
    transaction_number = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "sandbox"


class CouponUse(models.Model):
    """A coupon redeemed at a till."""

    coupon = models.ForeignKey(Coupon, on_delete=models.CASCADE, related_name="uses")
    at = models.DateTimeField()
    transaction_number = models.CharField(max_length=40)
    store_code = models.CharField(max_length=40)

    class Meta:
        app_label = "sandbox"
