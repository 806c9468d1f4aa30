"""The evidence of a request, read again: what a person looks at before deciding."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.types_points import GoodwillPage
from apps.core.errors import ConsoleError, TraceUnavailable
from apps.goodwill.authority import first_approval, gave_first, why_not
from apps.goodwill.budgets import BudgetLeft, budget_left
from apps.goodwill.duplicates import Duplicate, likely_duplicates, outside_duplicates
from apps.goodwill.facts import Change, Facts, changes, facts_of
from apps.goodwill.identifying import identify
from apps.goodwill.limits import Left, left_to_decide
from apps.goodwill.models import Decision, GoodwillRequest, Kind
from apps.goodwill.reading import read_evidence, taken_over
from apps.goodwill.routing import needed
from apps.goodwill.tracing import trace
from apps.staff.models import User


@dataclass(frozen=True)
class Evidence:
    """What a person looks at before deciding.

    facts        true now, read from the outside this moment;  asked  true when it was asked (None: elsewhere)
    changes      what changed since it was asked
    fingerprint  give it back as `seen`: an approval holds only for exactly what was seen; "" when unread
    refusal      why this person may not decide, "" when they may;  most  the largest amount they may approve,
                 None without a bound
    first        the first of two approvals, when one was given;  no_second  why this person cannot give the other
    approvals_needed  2 above the threshold
    outside_unread  the customer's goodwill outside could not be read: duplicates are the console's own alone
    unread       a sentence when the facts could not be read: then nothing can be approved
    """

    request: GoodwillRequest
    facts: Facts
    asked: Facts | None
    changes: list[Change]
    fingerprint: str
    limit: Left
    budget: BudgetLeft | None
    refusal: str
    most: Decimal | None
    approvals_needed: int
    first: Decision | None = None
    duplicates: list[Duplicate] = field(default_factory=list)
    no_second: str = ""
    outside_unread: bool = False
    unread: str = ""

    @property
    def before(self) -> Decimal | None:
        """The balance now."""
        return self.facts.available

    @property
    def after(self) -> Decimal | None:
        """The balance if it is approved as asked; None for coupons or while a number is not known."""
        if self.before is None or self.request.amount is None or self.request.kind != Kind.POINTS:
            return None
        return self.before + self.request.amount


def open_evidence(*, actor: Actor, user: User, request: GoodwillRequest) -> Evidence:
    """Read everything again and leave an entry. A decision made elsewhere is taken over on the way.

    Raises: TraceUnavailable; what cannot be read is said in `unread`
    """
    trace("opened", request, actor=actor)
    facts, unread, outside = Facts(), "", None
    try:
        identify(actor=actor, request=request)
        facts, standing, outside = read_evidence(actor=actor, request=request)
        taken_over(actor=actor, request=request, standing=standing)
    except TraceUnavailable:
        raise
    except ConsoleError as error:
        unread = error.message
    return weigh(user=user, request=request, facts=facts, unread=unread, outside=outside)


def weigh(
    *,
    user: User,
    request: GoodwillRequest,
    facts: Facts,
    unread: str = "",
    outside: GoodwillPage | None = None,
) -> Evidence:
    """The evidence from facts that were read already: the rules applied to them."""
    asked = facts_of(request.snapshot)
    limit = left_to_decide(user, request.kind)
    first = first_approval(request)
    return Evidence(
        request=request,
        facts=facts,
        asked=asked,
        changes=[] if unread else changes(asked, facts),
        fingerprint="" if unread else facts.fingerprint,
        limit=limit,
        budget=budget_left(request.store, request.kind) if request.store else None,
        refusal=why_not(user, request) or _no_limit(limit),
        most=_most(limit, request.amount),
        approvals_needed=needed(request.store, request.kind, request.amount),
        first=first,
        no_second=gave_first(user, first),
        duplicates=_duplicates(request, user, outside),
        outside_unread=outside is None,
        unread=unread,
    )


def _no_limit(limit: Left) -> str:
    return "" if limit.granted else _("No limit is set for you, so you cannot approve.")


def _most(limit: Left, asked: Decimal | None) -> Decimal | None:
    bounds = [bound for bound in (limit.request, asked) if bound is not None]
    return min(bounds) if bounds else None


def _duplicates(request: GoodwillRequest, user: User, outside: GoodwillPage | None) -> list[Duplicate]:
    if request.customer_id is None:
        return []
    ours = likely_duplicates(
        customer_id=request.customer_id,
        kind=request.kind,
        amount=request.amount,
        bill=request.bill,
        series_id=request.series_id,
        except_pk=request.pk,
        viewer=user,
    )
    return [*ours, *outside_duplicates(outside, kind=request.kind, amount=request.amount)]
