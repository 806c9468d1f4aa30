"""Referrals: codes per campaign, the people invited, and how far each of them came."""

from django.db import models

from apps.sandbox.models.activity import Coupon
from apps.sandbox.models.people import Customer


class ReferralCode(models.Model):
    """A customer's code in a campaign beside the default one, whose code stands on the customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="referral_codes")
    campaign_token = models.CharField(max_length=40)
    code = models.CharField(max_length=20, unique=True)

    class Meta:
        app_label = "sandbox"
        constraints = [
            models.UniqueConstraint(fields=["customer", "campaign_token"], name="one_code_per_campaign")
        ]


class Referral(models.Model):
    """Someone a customer invited: joined_at, bought_at and rewarded_at are filled one after the other.

    key is the comparable identifier. referee is who came; their identifiers may be others than the invited one,
    and a hidden one came without the outside knowing who: nothing of them is told but nulls.
    The coupons are the incentives of both sides; local_id is the caller's own number, told by no read call.
    """

    referrer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="invitations")
    referee = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="referred_by")
    campaign_token = models.CharField(max_length=40, default="MAPLEFRIENDS")
    type = models.CharField(max_length=10, default="MOBILE")
    identifier = models.CharField(max_length=200)
    key = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=160)
    local_id = models.CharField(max_length=40, blank=True)
    invited_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    bought_at = models.DateTimeField(null=True)
    rewarded_at = models.DateTimeField(null=True)
    till_code = models.CharField(max_length=40)
    hidden = models.BooleanField(default=False)
    referrer_coupon = models.ForeignKey(Coupon, null=True, on_delete=models.SET_NULL, related_name="+")
    referee_coupon = models.ForeignKey(Coupon, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        app_label = "sandbox"
        indexes = [
            models.Index(fields=["referrer", "campaign_token", "key"], name="invited_by_customer"),
            models.Index(fields=["key"], name="invitations_of_somebody"),
        ]
