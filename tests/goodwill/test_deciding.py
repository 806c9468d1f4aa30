"""Deciding: who may, on what they have seen, how many, and what it takes of limits and budgets."""

from decimal import Decimal

import pytest

from apps.audit.models import Entry
from apps.core.errors import BadInput, Conflict, Refused
from apps.goodwill.answering import answer, withdraw
from apps.goodwill.deciding import Chosen, approve, approve_many, open_evidence, reject, send_back
from apps.goodwill.models import Budget, Escalation, GoodwillRequest, LimitRule, Taking
from apps.operations.models import Notice
from apps.operations.switches import turn_off
from apps.staff.models import Membership, User
from apps.staff.services import give_role
from tests.goodwill.conftest import actor_for
from tests.support.times import LONG_AGO

pytestmark = pytest.mark.django_db(transaction=True)


def decide(desk, request, user=None, **more):
    who = User.objects.get(pk=(user or desk.lead).pk)
    evidence = open_evidence(actor=desk.actor(who), user=who, request=request)
    values = {"seen": evidence.fingerprint, **more}
    return approve(actor=desk.actor(who), user=who, request=request, **values)


def status(outside, request):
    return outside.goodwill(reference_id=request.reference)[0]["status"]


def test_a_second_person_approves_what_they_saw(desk, outside, lead):
    request = decide(desk, desk.ask(500))
    assert (request.state, request.decided_by, request.decided_by_words) == (
        "approved",
        "person",
        "Mira Kapoor",
    )
    assert request.approved_amount == 500
    (decision,) = request.decisions.all()
    assert (decision.by, decision.took_effect) == (lead, True)
    assert len(decision.seen) == 32
    assert status(outside, request) == "APPROVED"
    accounts = Taking.objects.filter(released_at=None).values_list("account", "amount")
    assert sorted(accounts) == [("decide", Decimal(500)), ("store", Decimal(500))]


def test_whoever_asked_is_told_what_somebody_else_decided(desk, agent):
    one = decide(desk, desk.ask(500))
    two = desk.ask(600)
    reject(actor=desk.actor(desk.lead), user=desk.lead, request=two, reason="Given before.")
    told = Notice.objects.filter(user=agent).order_by("id").values_list("level", "words")
    assert [(level, words.split(",")[0]) for level, words in told] == [
        ("ok", f"Approved: {one.number}"),
        ("bad", f"Rejected: {two.number}"),
    ]
    decide(desk, desk.ask(700, bill="B 7"), amount=Decimal(350))
    assert Notice.objects.latest("id").words.endswith(", 350 of the 700 points asked for.")


def test_a_smaller_amount_is_approved_and_more_is_not(desk, outside):
    request = desk.ask(500)
    with pytest.raises(BadInput) as caught:
        decide(desk, request, amount=Decimal(501))
    assert caught.value.field == "amount"
    done = decide(desk, request, amount=Decimal(320))
    assert done.approved_amount == 320
    assert Decimal(outside.goodwill(reference_id=request.reference)[0]["approved_value"]) == 320


def test_nobody_decides_their_own_request_and_the_refusal_is_an_entry(desk, lead, outside):
    request = desk.ask(600, user=lead)
    for act in (
        lambda: decide(desk, request),
        lambda: reject(actor=desk.actor(), user=lead, request=request, reason="No."),
        lambda: send_back(actor=desk.actor(), user=lead, request=request, reason="Why?"),
    ):
        with pytest.raises(Refused, match="own request"):
            act()
    assert Entry.objects.filter(action="goodwill.request.refused", subject=request.number).count() == 3
    assert status(outside, request) == "PENDING"


@pytest.mark.parametrize("own", ["mobile", "email"])
def test_nobody_decides_for_a_customer_who_is_themselves(desk, lead, outside, own):
    """Also when the contact data became theirs after it was asked."""
    kavya = int(outside.characters["everything"]["id"])
    request = desk.ask(500, customer_id=kavya)
    if own == "mobile":
        lead.set_mobile(outside.identifier("everything", "mobile"))
    else:
        lead.email = outside.identifier("everything", "email").lower()
    lead.save()
    with pytest.raises(Refused, match="your own mobile or e-mail"):
        decide(desk, request)


def test_a_colleagues_goodwill_is_decided_by_a_manager_of_another_store(desk, outside, agent, manager):
    agent.set_mobile(outside.identifier("everything", "mobile"))
    agent.save()
    request = desk.ask(10, customer_id=int(outside.characters["everything"]["id"]))
    with pytest.raises(Refused, match="another store"):
        decide(desk, request)
    assert request in GoodwillRequest.objects.decidable_by(manager)
    assert request not in GoodwillRequest.objects.decidable_by(desk.lead)
    assert decide(desk, request, manager).state == "approved"


def test_a_manager_of_another_store_neither_sees_nor_decides_it(desk, manager):
    request = desk.ask(500)
    assert request not in GoodwillRequest.objects.visible_to(manager)
    with pytest.raises(Refused, match="this store"):
        decide(desk, request, manager)


def test_an_agent_an_auditor_and_an_administrator_do_not_decide(desk, stores, auditor, administrator):
    request = desk.ask(500)
    other = User.objects.create_user("divya.nair@example.com", "Divya Nair")
    give_role(other, "agent", stores.contact_centre)
    for person in (other, auditor, administrator):
        assert request in GoodwillRequest.objects.visible_to(person)
        with pytest.raises(Refused, match="does not decide"):
            decide(desk, request, person)


def test_a_membership_that_was_taken_away_takes_the_authority_with_it(desk, lead):
    request = desk.ask(500)
    Membership.objects.filter(user=lead).delete()
    with pytest.raises(Refused):
        decide(desk, request)


def test_a_decider_has_authority_for_the_amount(desk, lead):
    LimitRule.objects.create(user=lead, purpose="decide", kind="points", per_request=Decimal(400))
    request = desk.ask(500)
    with pytest.raises(Refused, match="400"):
        decide(desk, request)
    assert decide(desk, request, amount=Decimal(400)).approved_amount == 400
    details = Entry.objects.get(action="goodwill.request.approval_begun").content["details"]
    assert details["changed"] == {"amount": ["500 points", "400 points"]}


def test_without_a_limit_for_deciding_nothing_is_approved(desk):
    LimitRule.objects.filter(purpose="decide").delete()
    with pytest.raises(Refused, match="No limit is set"):
        decide(desk, desk.ask(500))


def test_the_deciders_day_is_counted(desk, lead, several):
    LimitRule.objects.create(user=lead, purpose="decide", kind="points", per_day=Decimal(900))
    first, second = (desk.ask(500, customer_id=one) for one in several(2))
    decide(desk, first)
    with pytest.raises(Refused, match="400"):
        decide(desk, second)


def test_the_budget_is_not_exceeded(desk, stores, several):
    Budget.objects.filter(store=stores.contact_centre, kind="points").update(amount=Decimal(900))
    first, second = (desk.ask(500, customer_id=one) for one in several(2))
    decide(desk, first)
    with pytest.raises(Conflict, match="400 left") as caught:
        decide(desk, second)
    assert caught.value.field == "amount"
    assert decide(desk, second, amount=Decimal(400)).state == "approved"


def test_a_stores_limit_bounds_what_may_be_approved(desk, stores):
    LimitRule.objects.create(
        store=stores.contact_centre, purpose="decide", kind="points", per_day=Decimal(450)
    )
    with pytest.raises(Conflict, match="limit of Contact Centre"):
        decide(desk, desk.ask(500))


def test_above_the_second_threshold_two_different_people_decide(desk, lead, second_lead, outside):
    request = desk.ask(2_500)
    assert request.approvals_needed == 2
    request = decide(desk, request)
    assert (request.state, status(outside, request)) == ("waiting", "PENDING")
    assert request.decisions.get().verdict == "approve_first"
    request.decisions.update(at=LONG_AGO)
    with pytest.raises(Refused, match="first approval"):
        decide(desk, request, lead)
    with pytest.raises(BadInput):
        decide(desk, desk_request(request), second_lead, amount=Decimal(2_600))
    assert decide(desk, request, second_lead).state == "approved"
    assert [one.by for one in request.decisions.all()] == [lead, second_lead]


def desk_request(request):
    return GoodwillRequest.objects.get(pk=request.pk)


def test_a_second_approval_is_not_for_more_than_the_first(desk, lead, second_lead):
    request = decide(desk, desk.ask(3_000), amount=Decimal(2_400))
    with pytest.raises(BadInput, match="2,400"):
        decide(desk, request, second_lead, amount=Decimal(2_500))
    assert decide(desk, request, second_lead, amount=Decimal(2_400)).approved_amount == 2_400


def test_what_changed_since_it_was_asked_stops_the_approval_until_it_was_seen(desk, outside, several):
    request = desk.ask(500)
    [other] = outside.make_requests(count=1, customers=[desk.customer_id], base_type="POINTS", points="60")
    outside.decide(other, "approve")
    with pytest.raises(Conflict, match="changed since it was asked"):
        approve(actor=desk.actor(), user=desk.lead, request=request, seen="")
    evidence = open_evidence(actor=desk.actor(), user=desk.lead, request=request)
    assert [one.name for one in evidence.changes] == ["balance"]
    assert evidence.after == evidence.before + 500
    done = approve(actor=desk.actor(), user=desk.lead, request=request, seen=evidence.fingerprint)
    assert done.state == "approved"


def test_what_changed_since_it_was_seen_stops_the_approval_too(desk, stores):
    request = desk.ask(500)
    seen = open_evidence(actor=desk.actor(), user=desk.lead, request=request).fingerprint
    Budget.objects.filter(store=stores.contact_centre, kind="points").update(amount=Decimal(20_000))
    with pytest.raises(Conflict, match="since you looked"):
        approve(actor=desk.actor(), user=desk.lead, request=request, seen=seen)
    assert decide(desk, request).state == "approved"


def test_a_fraud_mark_that_appeared_is_a_change(desk, outside):
    import sqlite3

    request = desk.ask(500)
    with sqlite3.connect(outside.database, timeout=20) as rows:
        words = "UPDATE sandbox_customer SET fraud_status = 'CONFIRMED', fraud_at = updated_at WHERE id = ?"
        rows.execute(words, (desk.customer_id,))
    try:
        with pytest.raises(Conflict):
            approve(actor=desk.actor(), user=desk.lead, request=request, seen="")
        evidence = open_evidence(actor=desk.actor(), user=desk.lead, request=request)
        assert [one.name for one in evidence.changes] == ["fraud"]
    finally:
        with sqlite3.connect(outside.database, timeout=20) as rows:
            words = "UPDATE sandbox_customer SET fraud_status = 'NOT_FRAUD', fraud_at = NULL WHERE id = ?"
            rows.execute(words, (desk.customer_id,))


@pytest.mark.parametrize(("verdict", "state"), [("approve", "approved"), ("reject", "rejected")])
def test_one_that_somebody_decided_outside_says_so(desk, outside, verdict, state):
    request = desk.ask(500)
    outside.decide(request.outside_id, verdict)
    with pytest.raises(Conflict, match=f"already {state} outside the console"):
        approve(actor=desk.actor(), user=desk.lead, request=request, seen="")
    kept = desk_request(request)
    assert (kept.state, kept.decided_by) == (state, "elsewhere")
    (decision,) = kept.decisions.all()
    assert (decision.elsewhere, decision.by) == (True, None)
    assert Entry.objects.filter(action="goodwill.request.decided_elsewhere").count() == 1


def test_rejecting_one_that_was_approved_outside_says_so(desk, outside):
    request = desk.ask(500)
    outside.decide(request.outside_id, "approve")
    with pytest.raises(Conflict, match="already approved outside"):
        reject(actor=desk.actor(), user=desk.lead, request=request, reason="Too late.")
    kept = desk_request(request)
    assert (kept.state, kept.decided_by) == ("approved", "elsewhere")
    assert [(one.verdict, one.took_effect) for one in kept.decisions.all()] == [
        ("reject", False),
        ("approve", True),
    ]


def test_rejecting_takes_a_reason_and_reaches_the_outside(desk, outside):
    request = desk.ask(500)
    with pytest.raises(BadInput):
        reject(actor=desk.actor(), user=desk.lead, request=request, reason="  ")
    done = reject(actor=desk.actor(), user=desk.lead, request=request, reason="Not the case.")
    assert (done.state, status(outside, done)) == ("rejected", "REJECTED")
    assert done.decisions.get().reason == "Not the case."


def test_sent_back_answered_and_approved(desk, agent, outside):
    request = desk.ask(500)
    before = open_evidence(actor=desk.actor(), user=desk.lead, request=request).fingerprint
    request = send_back(actor=desk.actor(), user=desk.lead, request=request, reason="Which bill?")
    assert request.state == "sent_back"
    with pytest.raises(Conflict, match="sent back to Asha Verma"):
        approve(actor=desk.actor(), user=desk.lead, request=request, seen="")
    with pytest.raises(Refused):
        answer(actor=desk.actor(), user=desk.lead, request=request, words="INV-1")
    request = answer(actor=desk.actor(agent), user=agent, request=request, words="INV-20233")
    assert request.state == "waiting"
    assert request.comment.endswith("INV-20233")
    for unread in ("", before):
        with pytest.raises(Conflict, match="has changed since"):
            approve(actor=desk.actor(), user=desk.lead, request=request, seen=unread)
    assert decide(desk, request).state == "approved"
    assert [one.verdict for one in request.decisions.all()] == ["send_back", "answer", "approve"]


@pytest.mark.parametrize("sent_back_first", [False, True])
def test_a_pending_request_is_withdrawn_by_who_asked(desk, agent, outside, sent_back_first):
    request = desk.ask(500)
    if sent_back_first:
        send_back(actor=desk.actor(), user=desk.lead, request=request, reason="Why?")
    with pytest.raises(Refused):
        withdraw(actor=desk.actor(), user=desk.lead, request=request, reason="No.")
    done = withdraw(actor=desk.actor(agent), user=agent, request=request, reason="Asked twice.")
    assert (done.state, status(outside, done)) == ("withdrawn", "REJECTED")
    with pytest.raises(Conflict, match="has withdrawn"):
        decide(desk, done)


def test_withdrawing_what_was_approved_outside_says_so(desk, agent, outside):
    request = desk.ask(500)
    outside.decide(request.outside_id, "approve")
    with pytest.raises(Conflict, match="already approved outside"):
        withdraw(actor=desk.actor(agent), user=agent, request=request, reason="Asked twice.")
    assert desk_request(request).state == "approved"


def test_pressing_twice_decides_once(desk, outside):
    request = desk.ask(500)
    seen = open_evidence(actor=desk.actor(), user=desk.lead, request=request).fingerprint
    for _press in range(2):
        done = approve(actor=desk.actor(), user=desk.lead, request=request, seen=seen)
    assert done.state == "approved"
    assert len(outside.requests(path="/v1.1/request/approve")) == 1


def test_several_are_approved_each_with_its_own_result(desk, lead, outside, several):
    customers = several(5)
    fine = [desk.ask(400 + number, customer_id=one) for number, one in enumerate(customers[:3])]
    own = desk.ask(700, user=lead, customer_id=customers[3])
    gone = desk.ask(450, customer_id=customers[4])
    outside.decide(gone.outside_id, "reject")
    chosen = [Chosen(one) for one in (fine[0], own, gone, *fine[1:])]
    results = approve_many(actor=desk.actor(), user=lead, chosen=chosen)
    assert [one.request.pk for one in results] == [one.request.pk for one in chosen]
    assert [type(one.error).__name__ for one in results] == [
        "NoneType", "Refused", "Conflict", "NoneType", "NoneType",
    ]  # fmt: skip
    assert [one.request.state for one in results] == [
        "approved",
        "waiting",
        "rejected",
        "approved",
        "approved",
    ]


def test_the_off_switch_stops_approving_but_not_rejecting(desk, administrator, stores):
    request = desk.ask(500)
    actor = actor_for(administrator, stores.contact_centre)
    turn_off(act="goodwill", actor=actor, user=administrator, store=None, reason="Recount.")
    with pytest.raises(Refused, match="Recount"):
        decide(desk, request)
    assert reject(actor=desk.actor(), user=desk.lead, request=request, reason="No.").state == "rejected"


def test_what_waits_too_long_goes_to_the_deputies_too(desk, stores, manager):
    from apps.goodwill.escalating import escalate

    Escalation.objects.update(due_minutes=10, escalate_minutes=20, deputy_store=stores.store_12)
    request = desk.ask(500)
    assert escalate() == 0
    GoodwillRequest.objects.update(asked_at=LONG_AGO, due_at="2020-01-01T00:10:00Z")
    assert [escalate(), escalate()] == [1, 0]
    assert request in GoodwillRequest.objects.decidable_by(manager)
    assert decide(desk, desk_request(request), manager).state == "approved"
    assert Entry.objects.filter(action="goodwill.request.escalated").count() == 1


def test_while_the_outside_cannot_be_read_nothing_is_approved(desk, outside):
    request = desk.ask(500)
    outside.add_fault(kind="status", path="/v1.1/request/get", status=500)
    evidence = open_evidence(actor=desk.actor(), user=desk.lead, request=request)
    assert evidence.unread
    assert evidence.fingerprint == ""
    with pytest.raises(Exception, match=r"."):
        approve(actor=desk.actor(), user=desk.lead, request=request, seen=evidence.fingerprint)
    outside.clear()
    assert desk_request(request).state == "waiting"
    assert outside.requests(path="/v1.1/request/approve") == []
