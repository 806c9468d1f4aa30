"""Reading the facts of a decision from the outside, all calls at once."""

from typing import Any

from django.db import transaction

from apps.audit.actor import Actor
from apps.capillary.calls import Answer, Call
from apps.capillary.ratelimit import Lane
from apps.capillary.resources import goodwill
from apps.capillary.types_points import GoodwillPage
from apps.core.errors import ConsoleError, Unavailable
from apps.goodwill.budgets import BudgetLeft, budget_left, budget_of
from apps.goodwill.effects import take_over
from apps.goodwill.facts import Facts
from apps.goodwill.models import Budget, Decision, GoodwillRequest, Taking
from apps.goodwill.outside import Standing, listed, listing_call
from apps.operations.colleagues import is_colleague
from apps.operations.customers import Person, call_for, merged_of, person_of
from apps.staff.connection import client_for


def read_facts(
    *, actor: Actor, request: GoodwillRequest, lane: Lane = "people"
) -> tuple[Facts, Standing | None]:
    """The facts as they are now, and how the request stands outside (None: it does not list it).

    Raises: CapillaryError (or the trail's error) when a part could not be read
    """
    answers = client_for(actor, lane=lane).send_all(_calls(request))
    return _read(answers, request)


def read_evidence(
    *, actor: Actor, request: GoodwillRequest
) -> tuple[Facts, Standing | None, GoodwillPage | None]:
    """The same, and the customer's goodwill as the outside lists it; None when that could not be read.

    Raises: as read_facts
    """
    calls = _calls(request)
    if request.customer_id is not None:
        calls["goodwill"] = goodwill.requests(customer_id=request.customer_id)
    answers = client_for(actor).send_all(calls)
    facts, standing = _read(answers, request)
    page = answers.get("goodwill")
    return facts, standing, page.value if page is not None else None


def _calls(request: GoodwillRequest) -> dict[str, Call[Any]]:
    calls: dict[str, Call[Any]] = {}
    if request.outside_id:
        calls["listing"] = listing_call(request)
    if request.customer_id is not None:
        calls["customer"] = call_for(request.customer_id)
    return calls


def _read(answers: dict[str, Answer[Any]], request: GoodwillRequest) -> tuple[Facts, Standing | None]:
    standing = _standing(answers, request)
    person, merged = _person(answers, request)
    fraud = standing.fraud if standing else ""
    facts = facts_from(
        request=request, status=standing.status if standing else "", person=person, merged=merged, fraud=fraud
    )
    return facts, standing


def taken_over(*, actor: Actor, request: GoodwillRequest, standing: Standing | None) -> bool:
    """Follow a decision made elsewhere; True when there was one (the request itself is brought up to date)."""
    if standing is None:
        return False
    with transaction.atomic():
        kept = GoodwillRequest.objects.locked(request.pk)
        followed = not kept.acts.unsettled().exists() and take_over(kept, standing, actor=actor)
    if followed:
        request.refresh_from_db()
    return followed


def _standing(answers: dict[str, Answer[Any]], request: GoodwillRequest) -> Standing | None:
    answer = answers.get("listing")
    if answer is None:
        return None
    return listed(_value(answer).rows, request.outside_id)


def _person(answers: dict[str, Answer[Any]], request: GoodwillRequest) -> tuple[Person | None, str]:
    answer = answers.get("customer")
    if answer is None or request.customer_id is None:
        return None, ""
    merged = merged_of(answer.error)
    if merged:
        return None, merged
    person = person_of(_value(answer), request.customer_id)
    _keep_contacts(request, person)
    return person, person.merged


def _keep_contacts(request: GoodwillRequest, person: Person) -> None:
    """Contact data the list of the outside did not tell, or a colleague who is new: nobody decides on their own."""
    known = set(request.contact_digests)
    colleague = request.needs_other_store or is_colleague(person.contacts, person.digests)
    if request.pk is None or (known.issuperset(person.digests) and colleague == request.needs_other_store):
        return
    request.contact_digests = sorted(known.union(person.digests))
    request.needs_other_store = colleague
    GoodwillRequest.objects.filter(pk=request.pk).update(
        contact_digests=request.contact_digests, needs_other_store=request.needs_other_store
    )


def _value(answer: Answer[Any]) -> Any:
    if isinstance(answer.error, ConsoleError):
        raise answer.error
    if answer.pending:
        raise Unavailable("The loyalty system has not answered yet.")
    return answer.value


def facts_from(
    *,
    request: GoodwillRequest,
    status: str,
    person: Person | None,
    merged: str,
    fraud: str = "",
    is_taken: bool = False,
) -> Facts:
    """Facts of what was read, of the store's budget and of what was said meanwhile. Four queries.

    is_taken  its part of the budget was taken with its file: then the month is not summed
    """
    budget: Budget | BudgetLeft | None = None
    over = False
    if request.store and is_taken:
        budget = budget_of(request.store, request.kind)
    elif request.store:
        budget = budget_left(request.store, request.kind)
        over = _is_over(request, budget)
    return Facts(
        status=status,
        balance=plain(person.balance) if person and person.balance is not None else "",
        tier=person.tier if person else "",
        fraud=(person.fraud if person else "") or fraud,
        merged=merged,
        budget=plain(budget.amount) if budget and budget.amount is not None else "",
        over_budget=over,
        talks=_talks(request),
    )


def _is_over(request: GoodwillRequest, budget: BudgetLeft) -> bool:
    """Whether what is left, and what the request holds itself, do not suffice."""
    if budget.left is None or request.granted is None:
        return False
    held = request.takings.filter(account=Taking.Account.STORE, released_at=None) if request.pk else None
    own = held.first() if held is not None else None
    return request.granted > budget.left + (own.amount if own else 0)


def _talks(request: GoodwillRequest) -> str:
    """Somebody who decides must have read what was asked and answered since they looked."""
    spoken = (Decision.Verdict.SEND_BACK, Decision.Verdict.ANSWER)
    count = request.decisions.filter(verdict__in=spoken).count() if request.pk else 0
    return str(count or "")


def plain(number: Any) -> str:
    """A Decimal as text, the same for 10, 10.0 and 1E+1."""
    return f"{number.normalize():f}"
