"""What a requester does with a request of theirs: answer one that was sent back, withdraw a pending one."""

from apps.audit.actor import Actor
from apps.goodwill.models import GoodwillRequest
from apps.staff.models import User


def answer(*, actor: Actor, user: User, request: GoodwillRequest, words: str) -> GoodwillRequest:
    """Answer a question; the request waits again. Raises Refused (not their own), Conflict, BadInput (words)."""
    raise NotImplementedError


def withdraw(*, actor: Actor, user: User, request: GoodwillRequest, reason: str) -> GoodwillRequest:
    """Withdraw a pending request: it is rejected outside and withdrawn here. Raises as answer does."""
    raise NotImplementedError
