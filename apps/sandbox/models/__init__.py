"""Everything the look-alike remembers."""

from apps.sandbox.models.activity import Coupon, CouponUse, Redemption, Reversal, Transaction
from apps.sandbox.models.codes import OneTimeCode
from apps.sandbox.models.contact import Message, Note, Referral
from apps.sandbox.models.goodwill import GoodwillRequest
from apps.sandbox.models.loyalty import Enrolment, LedgerEntry, SlabChange
from apps.sandbox.models.people import Card, Customer, Identifier, Profile, StatusChange

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
    "Reversal",
    "SlabChange",
    "StatusChange",
    "Transaction",
]
