"""Limits and budgets under concurrency: twenty at once never exceed them. Real threads, on either database."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum

from apps.core.errors import Conflict, ConsoleError
from apps.goodwill.deciding import approve, open_evidence
from apps.goodwill.models import Budget, GoodwillRequest, LimitRule, Taking

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 20


def together(acts):
    """All acts in their own threads, let go at the same moment; what each gave or raised."""
    gate = threading.Barrier(len(acts))

    def run(act):
        try:
            gate.wait(timeout=30)
            return act()
        except ConsoleError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, act) for act in acts]]


def taken(**which):
    return Taking.objects.filter(released_at=None, **which).aggregate(sum=Sum("amount"))["sum"] or 0


def test_twenty_requests_at_once_never_exceed_a_persons_limit(desk, agent, several, outside):
    LimitRule.objects.create(
        user=agent, purpose="give", kind="points", per_request=Decimal(100), per_day=Decimal(500)
    )
    customers = several(AT_ONCE)
    results = together([lambda one=one: desk.ask(100, customer_id=one) for one in customers])
    assert [one for one in results if isinstance(one, Exception)] == []
    by_policy = GoodwillRequest.objects.filter(by_policy=True)
    assert by_policy.count() == 5
    assert GoodwillRequest.objects.filter(state="waiting", why__0__rule="over_day").count() == 15
    assert taken(account="give") == 500
    approved = outside.goodwill(status="APPROVED")
    ours = set(GoodwillRequest.objects.values_list("reference", flat=True))
    assert sum(Decimal(str(one["approved_value"])) for one in approved if one["reference_id"] in ours) == 500


def test_twenty_requests_at_once_never_exceed_the_budget(desk, stores, several):
    Budget.objects.filter(store=stores.contact_centre, kind="points").update(amount=Decimal(30))
    results = together([lambda one=one: desk.ask(10, customer_id=one) for one in several(AT_ONCE)])
    assert [one for one in results if isinstance(one, Exception)] == []
    assert GoodwillRequest.objects.filter(by_policy=True).count() == 3
    assert taken(account="store") == 30


def test_approvals_at_once_never_exceed_budget_or_the_deciders_day(desk, lead, stores, several):
    LimitRule.objects.create(user=lead, purpose="decide", kind="points", per_day=Decimal(2_000))
    Budget.objects.filter(store=stores.contact_centre, kind="points").update(amount=Decimal(1_500))
    asked = [desk.ask(400, customer_id=one) for one in several(8)]
    results = together(
        [lambda one=one: approve(actor=desk.actor(), user=lead, request=one, seen="") for one in asked]
    )
    assert sum(not isinstance(one, Exception) for one in results) == 3
    assert taken(account="store") == taken(account="decide") == 1_200


def test_two_managers_approving_at_the_same_moment_credit_once(desk, lead, second_lead, outside):
    request = desk.ask(600)
    seen = open_evidence(actor=desk.actor(), user=lead, request=request).fingerprint
    results = together(
        [
            lambda who=who: approve(actor=desk.actor(who), user=who, request=request, seen=seen)
            for who in (lead, second_lead)
        ]
    )
    refused = [one for one in results if isinstance(one, Conflict)]
    assert len(refused) == 1
    assert "Mira Kapoor" in refused[0].message or "Jonas Weber" in refused[0].message
    assert len(outside.requests(path="/v1.1/request/approve")) == 1
    request.refresh_from_db()
    assert request.state == "approved"
    assert request.decisions.filter(took_effect=True).count() == 1


def test_a_double_click_asks_and_approves_once(desk, lead, outside):
    wanted = desk.wanted(650)
    asked = together(
        [lambda: desk.ask(650, token=wanted.token) for _press in range(2)],
    )
    assert {getattr(one, "pk", one) for one in asked} == {asked[0].pk}
    assert len(outside.requests(path="/v1.1/request/add")) == 1
    request = GoodwillRequest.objects.get()
    seen = open_evidence(actor=desk.actor(), user=lead, request=request).fingerprint
    done = together(
        [lambda: approve(actor=desk.actor(), user=lead, request=request, seen=seen) for _press in range(2)]
    )
    assert [one.pk for one in done] == [request.pk, request.pk]
    assert len(outside.requests(path="/v1.1/request/approve")) == 1


def test_what_comes_to_nothing_is_given_back(desk, outside):
    outside.add_fault(kind="status", path="/v1.1/request/add", status=429)
    request = desk.ask(100)
    assert request.state == "refused"
    assert taken() == 0
