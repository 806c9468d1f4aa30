"""Checks a referral code: good or not, whose it is, and whether it is the caller's own."""

from apps.audit.actor import Actor
from apps.referrals.wanted import CodeAnswer


def can_check() -> bool:
    """Whether the organisation has a call that checks codes."""
    raise NotImplementedError


def check_code(*, actor: Actor, code: str, caller_customer_id: int | None = None) -> CodeAnswer:
    """Ask outside whether a code is good; an entry. One call, two when it is good.

    Raises: BadInput (code); NotSent where there is no such call; CapillaryError
    """
    raise NotImplementedError
