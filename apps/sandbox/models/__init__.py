"""Everything the look-alike remembers."""

from apps.sandbox.models.activity import Coupon, CouponUse, Redemption, Reversal, Transaction
from apps.sandbox.models.codes import OneTimeCode
from apps.sandbox.models.contact import Message, Note
from apps.sandbox.models.goodwill import GoodwillRequest
from apps.sandbox.models.loyalty import Enrolment, LedgerEntry, SlabChange
from apps.sandbox.models.people import Card, Customer, Identifier, Profile, StatusChange
from apps.sandbox.models.referrals import Referral, ReferralCode

__all__ = [
    "Card",
    "Coupon",
    "CouponUse",
    "Customer",
    "Enrolment",
    "GoodwillRequest",
    "Identifier",
    "LedgerEntry",
    "Message",
    "Note",
    "OneTimeCode",
    "Profile",
    "Redemption",
    "Referral",
    "ReferralCode",
    "Reversal",
    "SlabChange",
    "StatusChange",
    "Transaction",
]
