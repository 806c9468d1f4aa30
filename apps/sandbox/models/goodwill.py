"""Goodwill requests: asked for at a till, by a console or by member care, decided once."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from apps.sandbox.fields import ThousandthsField
from apps.sandbox.models.activity import Coupon
from apps.sandbox.models.people import Customer


class GoodwillRequest(models.Model):
    """Points or a coupon asked for a customer.

    points were asked, approved_value was granted. credited_at says when the customer really got it, and
    credit_due_at that this is still to come; an approved request with neither is the silent failure.
    added_by and updated_by are till codes, or names of people of member care.
    """

    class Status(models.TextChoices):
        """PENDING is left once and never entered again."""

        PENDING = "PENDING"
        APPROVED = "APPROVED"
        REJECTED = "REJECTED"

    class Approval(models.TextChoices):
        """Who approves: the caller at once (CLIENT), or somebody later."""

        CLIENT = "CLIENT"
        CONFIG = "CONFIG"
        CONFIG_DISABLED = "CONFIG_DISABLED"
        CLIENT_DISABLED = "CLIENT_DISABLED"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="goodwill_requests")
    type = models.CharField(max_length=10, default="POINTS")
    status = models.CharField(max_length=10, default=Status.PENDING)
    programme_id = models.IntegerField()
    points = ThousandthsField(default=Decimal(0))
    approved_value = ThousandthsField(default=Decimal(0))
    series_id = models.IntegerField(null=True)
    coupon = models.ForeignKey(Coupon, null=True, on_delete=models.SET_NULL, related_name="goodwill")
    reason = models.TextField(blank=True)
    comments = models.TextField(blank=True)
    updated_comments = models.TextField(blank=True)
    reference_id = models.CharField(max_length=100, blank=True, db_index=True)
    one_step = models.BooleanField(default=False)
    approval_type = models.CharField(max_length=20, default=Approval.CONFIG_DISABLED)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=40)
    updated_at = models.DateTimeField()
    updated_by = models.CharField(max_length=40, blank=True)
    updated_ip = models.CharField(max_length=45, blank=True)
    credited_at = models.DateTimeField(null=True)
    credit_due_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "sandbox"
        indexes = [
            models.Index(fields=["status", "id"], name="requests_by_status"),
            models.Index(
                fields=["credit_due_at"], condition=Q(credit_due_at__isnull=False), name="credits_to_come"
            ),
        ]
