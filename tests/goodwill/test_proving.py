"""Proof of credit: the ledger says so, or the request is red, with likely causes."""

import pytest
from django.utils import timezone

from apps.audit.models import Entry
from apps.goodwill.causes import CAUSES
from apps.goodwill.deciding import approve
from apps.goodwill.models import GoodwillRequest
from apps.goodwill.proving import prove_credits

pytestmark = pytest.mark.django_db(transaction=True)


def look(desk, request, *, late=False):
    desk.overdue()
    if late:
        GoodwillRequest.objects.update(proof_due_at=timezone.now())
    prove_credits()
    request.refresh_from_db()
    return request


@pytest.mark.parametrize("kind", ["points", "coupon"])
def test_the_silent_failure_becomes_red_and_is_proved_when_it_is_mended(desk, outside, kind):
    outside.switch(goodwill="approved_not_credited")
    request = desk.ask(111, kind=kind)
    assert request.state == "approved"
    assert look(desk, request).state == "approved"
    assert look(desk, request, late=True).state == "not_credited"
    assert request.causes == ["silent"]
    assert request in GoodwillRequest.objects.not_credited()
    assert request.badge == "not_credited"
    assert Entry.objects.filter(action="goodwill.request.not_credited").count() == 1
    look(desk, request, late=True)
    assert Entry.objects.filter(action="goodwill.request.not_credited").count() == 1
    outside.decide(request.outside_id, "credit")
    assert look(desk, request).state == "done"
    assert request.causes == []


def test_a_late_credit_is_waited_for(desk, outside):
    outside.switch(goodwill="credit_late:1")
    request = desk.ask(112)
    assert look(desk, request).state == "approved"
    assert request.next_proof_at > timezone.now()
    import time

    time.sleep(1.1)
    assert look(desk, request).state == "done"


def test_a_credit_of_another_amount_or_of_before_proves_nothing(desk, outside):
    [earlier] = outside.make_requests(count=1, customers=[desk.customer_id], base_type="POINTS", points="113")
    outside.decide(earlier, "approve")
    outside.switch(goodwill="approved_not_credited")
    request = desk.ask(114)
    assert look(desk, request).state == "approved"


def test_the_likely_causes_name_a_fraud_mark_and_the_programme(desk, outside):
    outside.switch(goodwill="approved_not_credited")
    marked = int(outside.characters["fraud"]["id"])
    request = desk.ask(115, customer_id=marked)
    approve(actor=desk.actor(), user=desk.lead, request=request, seen="")
    look(desk, request, late=True)
    assert request.causes == ["fraud", "silent"]
    assert set(request.causes) <= set(CAUSES)


def test_while_the_ledger_cannot_be_read_nothing_is_said(desk, outside):
    request = desk.ask(116)
    outside.add_fault(kind="status", path="/v2/*", status=500)
    outside.add_fault(kind="status", path="/v2/customers/*", status=500)
    assert look(desk, request, late=True).state == "approved"
    outside.clear()
    from apps.capillary import circuit

    circuit._circuits.clear()
    assert look(desk, request).state == "done"


def test_looking_gets_rarer_and_is_never_lost(desk, outside):
    outside.switch(goodwill="approved_not_credited")
    request = desk.ask(117)
    waits = []
    for _look in range(4):
        look(desk, request)
        waits.append((request.next_proof_at - timezone.now()).total_seconds())
    assert waits == sorted(waits)
    assert waits[0] < 3 < 29 < waits[-1] + 2


def test_a_customer_no_store_knows_is_proved_where_they_are_known(desk, outside):
    request = desk.ask(118, customer_id=int(outside.characters["wechat_both"]["id"]))
    assert (request.handle.source, request.handle.account_id) == ("WECHAT", "wx_maple")
    assert look(desk, request).state == "done"
    assert request.proof["source"] == "ledger"


def test_a_credit_behind_ten_others_is_found_in_the_ledger(desk, outside):
    others = outside.make_requests(count=12, customers=[desk.customer_id], points="7")
    for number in others:
        assert outside.decide(number, "approve").ok
    request = desk.ask(119)
    assert look(desk, request).state == "done"
    assert request.proof["source"] == "ledger"


def test_a_coupon_of_another_series_proves_nothing(desk, outside):
    outside.switch(goodwill="approved_not_credited")
    request = desk.ask(kind="coupon")
    outside.switch(goodwill="credited")
    [other] = outside.make_requests(
        count=1, customers=[desk.customer_id], base_type="COUPON", series_id="4105"
    )
    outside.decide(other, "approve")
    assert look(desk, request, late=True).state == "not_credited"
    assert request.causes == ["silent"]
    outside.decide(request.outside_id, "credit")
    assert look(desk, request).state == "done"
    assert request.proof["name"] == "Goodwill voucher Rs 500"
    entry = Entry.objects.filter(action="goodwill.request.credited").latest("id")
    assert entry.content["details"]["gave"] == "Goodwill voucher Rs 500"
