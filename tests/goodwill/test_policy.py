"""The policy: what it may not approve, what it reads again, and whom it leaves a request to."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.audit.models import Entry
from apps.capillary import circuit
from apps.goodwill.answering import answer
from apps.goodwill.deciding import approve, open_evidence, send_back
from apps.goodwill.models import Budget, Escalation, GoodwillRequest, LimitRule, Taking
from apps.goodwill.policy import approve_due
from apps.staff.services import give_role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held(desk, outside):
    """``held(90)``: asked within one's own limit a moment ago; the policy's step could not be sent yet."""

    def ask(amount, **more):
        outside.add_fault(path="/v1.1/request/approve", count=3, kind="status", status=429)
        request = desk.ask(amount, **more)
        outside.clear()
        circuit._circuits.clear()
        assert (request.state, request.by_policy) == ("waiting", True)
        return request

    return ask


@pytest.fixture
def generous(agent):
    """Asha may give up to 9,000 at once."""
    return LimitRule.objects.create(user=agent, purpose="give", kind="points", per_request=Decimal(9000))


def later(desk, request):
    """The policy's sweep has come by."""
    desk.overdue()
    approve_due()
    request.refresh_from_db()
    return request


def rules_of(request):
    return [one["rule"] for one in request.why]


def held_parts(request):
    return sorted(request.takings.filter(released_at=None).values_list("account", flat=True))


class TestTwoPeople:
    def test_above_the_second_threshold_two_people_decide_whatever_ones_own_limit(
        self, desk, generous, lead, second_lead
    ):
        Budget.objects.update(amount=100_000)
        request = desk.ask(2600)
        assert (request.state, request.by_policy, request.approvals_needed) == ("waiting", False, 2)
        assert (rules_of(request), held_parts(request)) == (["two_people"], [])
        assert "Above 2,000 points two people decide." in request.why[0]["words"]
        for who in (lead, second_lead):
            seen = open_evidence(actor=desk.actor(who), user=who, request=request).fingerprint
            request = approve(actor=desk.actor(who), user=who, request=request, seen=seen)
        assert request.state == "approved"

    def test_up_to_the_threshold_ones_own_limit_is_enough(self, desk, generous):
        assert desk.ask(2000).decided_by == "policy"

    def test_the_form_says_so_before_it_is_sent(self, desk, generous, client_as, agent):
        data = {"kind": "points", "amount": "2600"}
        answer = client_as(agent).post(f"/goodwill/customers/{desk.customer_id}/ask/check/", data)
        page = answer.content.decode()
        assert "Above 2,000 points two people decide." in page
        assert "Send for approval" in page
        assert "So much needs two people" not in page

    def test_a_threshold_lowered_meanwhile_holds_for_the_second_step(self, desk, generous, held):
        request = held(2000)
        Escalation.objects.filter(store=None).update(second_threshold=1000)
        request = later(desk, request)
        assert (request.state, request.by_policy, request.approvals_needed) == ("waiting", False, 2)


class TestReadAgain:
    """All of it moments after it was asked: what the outside told still holds, our own rows are read."""

    def test_the_budget(self, desk, held):
        request = held(90)
        Budget.objects.update(amount=0)
        request = later(desk, request)
        assert (request.state, request.decided_by, rules_of(request)) == (
            "waiting",
            "",
            ["budget", "handed_on"],
        )
        assert held_parts(request) == []
        assert Entry.objects.filter(action="goodwill.request.handed_on", subject=request.number).count() == 1

    def test_the_limits(self, desk, held):
        request = held(90)
        LimitRule.objects.filter(purpose="give").update(per_request=10, per_day=10, per_month=10)
        request = later(desk, request)
        assert (request.state, rules_of(request)) == ("waiting", ["over_request", "handed_on"])

    def test_what_it_has_taken_itself_counts_once(self, desk, held, agent):
        LimitRule.objects.create(
            user=agent, purpose="give", kind="points", per_request=100, per_day=100, per_month=100
        )
        Budget.objects.update(amount=90)
        request = later(desk, held(90))
        assert (request.state, request.decided_by) == ("approved", "policy")
        assert held_parts(request) == ["give", "store"]

    @pytest.mark.parametrize("gone", ["switched off", "without a role", "moved to another store"])
    def test_whether_the_requester_still_works_there(self, desk, held, agent, stores, gone):
        request = held(90)
        if gone == "switched off":
            type(agent).objects.filter(pk=agent.pk).update(is_active=False)
        else:
            agent.memberships.all().delete()
        if gone == "moved to another store":
            give_role(agent, "agent", stores.store_12)
        request = later(desk, request)
        assert (request.state, rules_of(request)) == ("waiting", ["requester", "handed_on"])

    def test_whether_the_customer_is_the_requester(self, desk, held, agent):
        request = held(90)
        type(agent).objects.filter(pk=agent.pk).update(mobile_digest=request.contact_digests[0])
        request = later(desk, request)
        assert (request.state, request.needs_other_store) == ("waiting", True)
        assert rules_of(request) == ["colleague", "handed_on"]

    def test_whether_the_customer_is_a_colleague_by_now(self, desk, held, lead):
        request = held(90)
        type(lead).objects.filter(pk=lead.pk).update(mobile_digest=request.contact_digests[0])
        assert later(desk, request).needs_other_store

    def test_a_colleague_s_e_mail_is_seen_when_the_customer_is_read_again(self, desk, held, lead, outside):
        request = held(90, customer_id=int(outside.characters["everything"]["id"]))
        type(lead).objects.filter(pk=lead.pk).update(email=outside.identifier("everything", "email"))
        GoodwillRequest.objects.update(asked_at=timezone.now() - timedelta(minutes=3))
        assert later(desk, request).needs_other_store


class TestAPersonWasQuicker:
    def test_after_a_first_of_two_the_policy_leaves_it_to_the_second(
        self, desk, generous, held, lead, second_lead
    ):
        request = held(2000)
        Escalation.objects.filter(store=None).update(second_threshold=1000)
        seen = open_evidence(actor=desk.actor(), user=lead, request=request).fingerprint
        request = approve(actor=desk.actor(), user=lead, request=request, seen=seen)
        assert (request.state, request.by_policy, held_parts(request)) == ("waiting", False, ["decide"])
        request = later(desk, request)
        assert request.state == "waiting"
        seen = open_evidence(actor=desk.actor(), user=second_lead, request=request).fingerprint
        request = approve(actor=desk.actor(second_lead), user=second_lead, request=request, seen=seen)
        assert (request.state, request.decided_by) == ("approved", "person")
        assert held_parts(request) == ["decide", "decide", "store"]

    def test_after_a_question_and_its_answer_a_person_decides(self, desk, held, lead, agent):
        request = held(90)
        send_back(actor=desk.actor(), user=lead, request=request, reason="Which order?")
        assert not Taking.objects.filter(released_at=None).exists()
        answer(actor=desk.actor(agent), user=agent, request=request, words="The last one.")
        request = later(desk, request)
        assert (request.state, request.by_policy) == ("waiting", False)
