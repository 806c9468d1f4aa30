"""Who may decide on a request: the rules that hold whatever a screen shows."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core.errors import Refused
from apps.goodwill.models import Decision, GoodwillRequest
from apps.goodwill.tracing import trace
from apps.staff.models import User
from apps.staff.stores import stores_where

DECIDE = "staff.approve_goodwill"


def why_not(user: User, request: GoodwillRequest) -> str:
    """Why this person may not decide on this request, "" when they may (the amount is another question)."""
    if not user.has_perm(DECIDE):
        return _("Your role does not decide on goodwill.")
    if request.requester_id == user.pk:
        return _("Nobody decides on their own request.")
    if request.requester_id in user.hands:
        return _("Nobody decides on what a program asked whose key they made, nor the other way round.")
    if user.contact_digests & set(request.contact_digests):
        return _("This customer has your own mobile or e-mail. A manager of another store decides.")
    return _wrong_store(user, request)


def check_may_decide(*, actor: Actor, user: User, request: GoodwillRequest) -> None:
    """Raises Refused with the reason; the refusal is an entry."""
    words = why_not(user, request)
    if words:
        refuse(actor=actor, request=request, words=words)


def refuse(*, actor: Actor, request: GoodwillRequest, words: str, next_step: str = "") -> None:
    """Write the refusal down and raise it."""
    trace("refused", request, actor=actor, outcome="refused", reason=words)
    raise Refused(words, next_step=next_step or _("Leave it to somebody else who may decide."))


def first_approval(request: GoodwillRequest) -> Decision | None:
    """The first of two approvals, while nothing came after that made it void. One query."""
    return first_of(request.decisions.order_by("-id"))


def first_of(newest_first: Iterable[Decision]) -> Decision | None:
    """The same of decisions at hand."""
    for decision in newest_first:
        if decision.elsewhere:
            continue
        if decision.verdict == Decision.Verdict.APPROVE_FIRST:
            return decision
        if decision.took_effect is not False:
            return None
    return None


def gave_first(user: User, first: Decision | None) -> str:
    """Why somebody who gave the first of two approvals does not give the second, "" for everybody else."""
    if first is None or first.by_id not in user.hands:
        return ""
    return _("You gave the first approval. Above this amount another person decides too.")


def _wrong_store(user: User, request: GoodwillRequest) -> str:
    stores = stores_where(user, DECIDE)
    if request.needs_other_store:
        if request.store_id in stores:
            return _("The customer is a colleague of this store. A manager of another store decides.")
        return ""
    if request.store_id in stores or (request.escalated_to_id and request.escalated_to_id in stores):
        return ""
    return _("You do not decide for this store.")
