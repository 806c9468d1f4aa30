"""Words people read where a general sentence would be wrong, and presses that say the same twice."""

import re
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.audit.models import Entry
from apps.audit.narrative import sentence
from apps.core.errors import Conflict
from apps.goodwill.answering import answer
from apps.goodwill.deciding import approve, reject, send_back
from apps.goodwill.models import Decision, GoodwillRequest, LimitRule
from apps.goodwill.proving import prove_credits
from apps.goodwill.records import record_of
from apps.goodwill.telling import told
from apps.goodwill.told import told_of

pytestmark = pytest.mark.django_db(transaction=True)


class TestCoupons:
    """A coupon is in no ledger."""

    @pytest.fixture
    def coupon(self, desk, outside):
        LimitRule.objects.filter(kind="coupon", purpose="give").delete()
        request = desk.ask(1, kind="coupon")
        outside.switch(goodwill="approved_not_credited")
        return approve(actor=desk.actor(), user=desk.lead, request=request, seen="")

    def test_approved_it_is_looked_for_among_the_coupons(self, coupon):
        assert "The customer's coupons are being read." in told_of(coupon).words
        assert "ledger" not in told(coupon).text.lower()

    def test_missing_it_is_missing_among_the_coupons(self, coupon, desk, client_as, lead):
        GoodwillRequest.objects.update(proof_due_at=timezone.now())
        desk.overdue()
        prove_credits()
        coupon.refresh_from_db()
        assert "It is not among the customer's coupons in time." in told(coupon).text
        page = client_as(lead).get(f"/goodwill/approvals/{coupon.pk}/").content.decode()
        assert "The ledger" not in page
        entry = Entry.objects.get(action="goodwill.request.not_credited")
        assert "ledger" not in sentence(entry)

    def test_found_it_is_found_among_the_coupons(self, coupon, desk, outside):
        outside.decide(coupon.outside_id, "credit")
        desk.overdue()
        prove_credits()
        coupon.refresh_from_db()
        assert "it is among the customer's coupons" in told_of(coupon).words
        assert "found in the <b>coupons</b>" in sentence(
            Entry.objects.get(action="goodwill.request.credited")
        )


def test_a_number_stays_on_one_line(desk):
    request = desk.ask(500)
    entry = Entry.objects.get(action="goodwill.request.asked")
    assert f'<b class="lc-nowrap">{request.number}</b>' in sentence(entry)


def test_with_nothing_left_the_form_does_not_offer_up_to_nothing(desk, client_as, agent):
    LimitRule.objects.filter(kind="coupon", purpose="give").update(per_day=Decimal(0))
    answer = client_as(agent).post(f"/goodwill/customers/{desk.customer_id}/ask/check/", {"kind": "coupon"})
    page = answer.content.decode()
    assert "Nothing is left of your own limit now: everything goes for approval." in page
    assert "Up to 0" not in page


def test_points_nobody_told_the_number_of_read_as_a_sentence(desk, outside, client_as, agent):
    outside.make_requests(count=1, customers=[desk.customer_id], base_type="POINTS")
    client = client_as(agent)
    page = client.get(f"/goodwill/customers/{desk.customer_id}/ask/").content.decode()
    known = re.search(r'name="known" value="([^"]+)"', page)[1]
    data = {"kind": "points", "amount": "500", "known": known}
    page = client.post(f"/goodwill/customers/{desk.customer_id}/ask/check/", data).content.decode()
    assert "Points (how many is not told)" in page


def test_the_record_counts_only_what_was_decided(desk, several, client_as, lead):
    one, two, three = several(3)
    desk.ask(40, customer_id=one)
    rejected = desk.ask(500, customer_id=two)
    reject(actor=desk.actor(), user=desk.lead, request=rejected, reason="No.")
    desk.ask(510, customer_id=two)
    request = desk.ask(520, customer_id=three)
    record = record_of(request)
    assert (record.asked, record.decided, record.percent) == (3, 2, 50)
    page = client_as(lead).get(f"/goodwill/approvals/{request.pk}/").content.decode()
    assert "1 of 2 decided (50 %), 0 cut" in page


class TestPressedTwice:
    def test_sending_back_is_the_same_as_once(self, desk, lead):
        request = desk.ask(500)
        words = {"actor": desk.actor(), "user": lead, "request": request}
        once = send_back(**words, reason="Which order?")
        twice = send_back(**words, reason="Which order?")
        assert (once.state, twice.state) == ("sent_back", "sent_back")
        assert Decision.objects.filter(request=request, verdict="send_back").count() == 1
        with pytest.raises(Conflict):
            send_back(**words, reason="Something else?")

    def test_a_new_question_after_an_answer_is_another_one(self, desk, lead, agent):
        request = desk.ask(500)
        words = {"actor": desk.actor(), "user": lead, "request": request}
        send_back(**words, reason="Which order?")
        said = {"actor": desk.actor(agent), "user": agent, "request": request}
        answer(**said, words="The last one.")
        assert answer(**said, words="The last one.").state == "waiting"
        send_back(**words, reason="Which order?")
        assert Decision.objects.filter(request=request, verdict="send_back").count() == 2
        assert Decision.objects.filter(request=request, verdict="answer").count() == 1
