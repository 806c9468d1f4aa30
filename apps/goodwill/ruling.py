"""Changing the rules: every change is traced with what was and what is."""

from typing import TypeVar

from apps.audit.actor import Actor
from apps.goodwill.models import Budget, CouponSeries, Escalation, LimitRule, Reason
from apps.staff.models import User

Rule = TypeVar("Rule", Reason, CouponSeries, LimitRule, Budget, Escalation)


def save_rule(*, actor: Actor, user: User, rule: Rule) -> Rule:
    """Save a new or changed rule. Raises Refused without the permission, BadInput for one that cannot be."""
    raise NotImplementedError


def remove_rule(*, actor: Actor, user: User, rule: Rule) -> None:
    """Remove a limit, budget or escalation; reasons and series in use are only switched off. Raises Conflict."""
    raise NotImplementedError
