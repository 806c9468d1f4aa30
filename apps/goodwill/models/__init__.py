"""The tables of the room."""

from apps.goodwill.models.acts import Decision, OutsideAct
from apps.goodwill.models.counting import CountingLock, FileGrant, SyncCursor, Taking
from apps.goodwill.models.kinds import Kind
from apps.goodwill.models.requests import GoodwillRequest
from apps.goodwill.models.rules import Budget, CouponSeries, Escalation, LimitRule, Reason
from apps.goodwill.states import State

__all__ = [
    "Budget",
    "CountingLock",
    "CouponSeries",
    "Decision",
    "Escalation",
    "FileGrant",
    "GoodwillRequest",
    "Kind",
    "LimitRule",
    "OutsideAct",
    "Reason",
    "State",
    "SyncCursor",
    "Taking",
]
