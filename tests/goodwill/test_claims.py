"""Whose credit it is: what else could have brought it keeps it from proving ours."""

import sqlite3
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.capillary import circuit
from apps.goodwill.deciding import approve, open_evidence
from apps.goodwill.models import GoodwillRequest, OutsideAct
from apps.goodwill.proving import prove_credits
from apps.goodwill.syncing import sync_pending

pytestmark = pytest.mark.django_db(transaction=True)


def say_yes(desk, request):
    seen = open_evidence(actor=desk.actor(), user=desk.lead, request=request).fingerprint
    return approve(actor=desk.actor(), user=desk.lead, request=request, seen=seen)


def look(desk, request, *, late=False):
    desk.overdue()
    if late:
        GoodwillRequest.objects.update(proof_due_at=timezone.now())
    prove_credits()
    request.refresh_from_db()
    return request.state


def earlier(outside, number, minutes):
    """Approval and credit outside were so long ago, and our own act too."""
    ago = f"-{minutes} minutes"
    with sqlite3.connect(outside.database, timeout=10) as rows:
        at = "strftime('%Y-%m-%d %H:%M:%f', {}, ?)"
        rows.execute(
            f"UPDATE sandbox_goodwillrequest SET updated_at = {at.format('updated_at')} WHERE id = ?",
            (ago, number),
        )
        rows.execute(
            f"UPDATE sandbox_ledgerentry SET at = {at.format('at')} WHERE note = ?",
            (ago, f"Goodwill {number}"),
        )
    then = timezone.now() - timedelta(minutes=minutes)
    OutsideAct.objects.filter(request__outside_id=number).update(started_at=then)
    GoodwillRequest.objects.filter(outside_id=number).update(decided_at=then)


@pytest.fixture
def till(desk, outside):
    """``till()``: another request of a till for the same customer, alike unless said otherwise."""

    def ask(**values):
        alike = {"base_type": "POINTS", "points": "500"} | values
        [number] = outside.make_requests(count=1, customers=[desk.customer_id], **alike)
        return number

    return ask


@pytest.fixture
def silent(desk, outside):
    """``silent(request)``: approved, and the outside credits nothing."""

    def approved(request):
        outside.switch(goodwill="approved_not_credited")
        done = say_yes(desk, request)
        outside.switch(goodwill="credited")
        return done

    return approved


@pytest.mark.parametrize("seen", [True, False])
def test_another_approval_s_credit_does_not_prove_ours(desk, outside, till, silent, seen):
    theirs = till()
    if seen:
        sync_pending(round_pages=100)
    request = silent(desk.ask(500))
    outside.decide(theirs, "approve")
    if seen:
        sync_pending(round_pages=100)
    assert look(desk, request) == "approved"
    assert look(desk, request, late=True) == "not_credited"
    assert request.causes == ["shared", "silent"]
    outside.decide(request.outside_id, "credit")
    assert look(desk, request) == "done"


@pytest.mark.parametrize("minutes", [0, 60])
def test_two_credits_prove_both_whoever_s_is_whose(desk, outside, till, minutes):
    theirs = till()
    outside.decide(theirs, "approve")
    earlier(outside, str(theirs), minutes)
    request = say_yes(desk, desk.ask(500))
    assert look(desk, request) == "done"


def test_an_approval_of_a_month_ago_claims_nothing(desk, outside, till, silent):
    theirs = till()
    outside.switch(goodwill="approved_not_credited")
    outside.decide(theirs, "approve")
    outside.switch(goodwill="credited")
    earlier(outside, str(theirs), 60 * 24 * 31)
    request = say_yes(desk, desk.ask(500))
    assert look(desk, request) == "done"


def test_a_credit_from_before_another_approval_is_ours(desk, outside, till, silent):
    request = say_yes(desk, desk.ask(500))
    outside.switch(goodwill="approved_not_credited")
    outside.decide(till(), "approve")
    outside.switch(goodwill="credited")
    earlier(outside, request.outside_id, 15)
    assert look(desk, request) == "done"


@pytest.mark.parametrize(
    "others", [{"points": "450"}, {"base_type": "COUPON", "points": "", "series_id": 4103}]
)
def test_an_approval_of_something_else_claims_nothing(desk, outside, till, others):
    outside.switch(goodwill="approved_not_credited")
    outside.decide(till(**others), "approve")
    outside.switch(goodwill="credited")
    request = say_yes(desk, desk.ask(500))
    assert look(desk, request) == "done"


def test_of_two_alike_of_ours_one_credit_proves_neither_and_the_second_proves_both(desk, outside, silent):
    one, two = desk.ask(500), desk.ask(500)
    one = silent(one)
    two = say_yes(desk, two)
    assert {look(desk, one), look(desk, two)} == {"approved"}
    outside.decide(one.outside_id, "credit")
    assert {look(desk, one), look(desk, two)} == {"done"}
    one.refresh_from_db()
    assert one.proof_key != two.proof_key


def test_while_the_customer_s_approvals_cannot_be_read_nothing_is_proved(desk, outside):
    request = say_yes(desk, desk.ask(500))
    outside.add_fault(kind="status", path="*goodwillRequest", status=500)
    assert look(desk, request) == "approved"
    outside.clear()
    circuit._circuits.clear()
    assert look(desk, request) == "done"


@pytest.mark.parametrize("credited", [True, False])
def test_a_till_s_coupon_of_an_unknown_series_counts_unless_it_has_its_own(desk, outside, till, credited):
    outside.switch(goodwill="credited" if credited else "approved_not_credited")
    outside.decide(till(base_type="COUPON", points="", series_id=4105), "approve")
    outside.switch(goodwill="credited")
    request = desk.ask(1, kind="coupon")
    assert look(desk, request) == ("done" if credited else "approved")
