"""Notes, referrals, goodwill requests, and messages the look-alike would have sent."""

from decimal import Decimal

from django.db import models

from apps.sandbox.fields import ThousandthsField
from apps.sandbox.models.people import Customer


class Note(models.Model):
    """A remark of the staff on a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes")
    description = models.TextField()
    added_at = models.DateTimeField()
    till_code = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "sandbox"


class Referral(models.Model):
    """Someone a customer invited; referee is set when that person registered."""

    referrer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="invitations")
    referee = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="referred_by")
    type = models.CharField(max_length=10, default="MOBILE")
    identifier = models.CharField(max_length=200)
    name = models.CharField(max_length=160)
    invited_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    till_code = models.CharField(max_length=40)

    class Meta:
        app_label = "sandbox"


class GoodwillRequest(models.Model):
    """Points or a coupon asked for a customer; approved_value counts once somebody approved."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="goodwill_requests")
    type = models.CharField(max_length=10, default="POINTS")
    status = models.CharField(max_length=10, default="PENDING")
    programme_id = models.IntegerField()
    points = ThousandthsField(default=Decimal(0))
    approved_value = ThousandthsField(default=Decimal(0))
    reason = models.CharField(max_length=200, blank=True)
    comments = models.CharField(max_length=300, blank=True)
    updated_comments = models.CharField(max_length=300, blank=True)
    reference_id = models.CharField(max_length=100, blank=True, db_index=True)
    one_step = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    added_by = models.CharField(max_length=40)

    class Meta:
        app_label = "sandbox"


class Message(models.Model):
    """A text or e-mail the look-alike would have sent; nothing ever leaves this machine."""

    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="messages")
    channel = models.CharField(max_length=10)
    to = models.CharField(max_length=200)
    purpose = models.CharField(max_length=40)
    body = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "sandbox"
