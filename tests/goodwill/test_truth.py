"""What is said is what happened: no old result for a new form, no stranger's request or credit as ours."""

import uuid
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from apps.audit.models import Entry
from apps.capillary import circuit
from apps.core.errors import Conflict, Refused
from apps.goodwill.answering import withdraw
from apps.goodwill.deciding import approve, open_evidence, reject
from apps.goodwill.models import GoodwillRequest, OutsideAct, Reason, Taking
from apps.goodwill.outside import call_of
from apps.goodwill.policy import approve_due
from apps.goodwill.proving import prove_credits
from apps.goodwill.resolving import give_up
from apps.goodwill.settling import settle_unknown
from apps.goodwill.syncing import sync_pending

pytestmark = pytest.mark.django_db(transaction=True)

ADD, APPROVE, REJECT = (f"/v1.1/request/{name}" for name in ("add", "approve", "reject"))
TILL = "till.cc.01"


def kept(request):
    return GoodwillRequest.objects.get(pk=request.pk)


def settle(desk):
    circuit._circuits.clear()
    desk.overdue()
    settle_unknown()


def started(hours):
    OutsideAct.objects.update(started_at=timezone.now() - timedelta(hours=hours))


@contextmanager
def unwritable(action):
    """The trail takes no entry of this action."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TRIGGER no_entry BEFORE INSERT ON {Entry._meta.db_table} WHEN NEW.action = '{action}' "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER no_entry")


on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="The trigger is written for SQLite.")


@pytest.mark.parametrize("change", ["amount", "customer", "reason", "bill", "kind"])
def test_a_form_that_asked_already_does_not_answer_for_something_else(desk, outside, several, change):
    token = uuid.uuid4()
    asked = desk.ask(500, token=token)
    other = {
        "amount": {"amount": 501},
        "customer": {"customer_id": several(1)[0]},
        "reason": {"reason": Reason.objects.get(code="bill-error")},
        "bill": {"bill": "B-1"},
        "kind": {"kind": "coupon"},
    }[change]
    with pytest.raises(Conflict, match=f"asked for {asked.number} already"):
        desk.ask(**{"amount": 500, "token": token, **other})
    assert desk.ask(500, token=token).pk == asked.pk
    assert len(outside.requests(path=ADD)) == 1


@on_sqlite
@pytest.mark.parametrize("fault", [None, "drop_after"])
def test_what_was_sent_is_never_told_as_not_sent_when_the_answer_cannot_be_kept(desk, outside, fault):
    if fault:
        outside.add_fault(path=ADD, count=1, kind=fault)
    with unwritable("goodwill.request.sent"):
        request = desk.ask(500)
    assert (request.state, request.open_act.state) == ("sending", "in_progress")
    settle(desk)
    assert kept(request).state == "waiting"
    assert len(outside.requests(path=ADD)) == 1


@on_sqlite
def test_asking_did_not_fail_when_only_its_second_step_could_not_begin(desk, outside):
    with unwritable("goodwill.request.approval_begun"):
        request = desk.ask(80)
    assert (request.state, request.by_policy) == ("waiting", True)
    desk.overdue()
    approve_due()
    assert (kept(request).state, kept(request).decided_by) == ("approved", "policy")


def test_an_act_no_call_can_carry_was_certainly_not_sent(desk, outside):
    request = desk.ask(500)
    type(desk.store).objects.filter(pk=desk.store.pk).update(till_code="tíll")
    GoodwillRequest.objects.filter(pk=request.pk).update(by_policy=True, asked_at=timezone.now())
    desk.overdue()
    approve_due()
    assert kept(request).open_act is None
    assert kept(request).state == "waiting"


def test_another_request_without_words_does_not_prove_ours(desk, outside):
    [theirs] = outside.make_requests(
        count=1, tills=[TILL], customers=[desk.customer_id], base_type="POINTS", points="500"
    )
    outside.decide(theirs, "approve")
    outside.add_fault(path=ADD, count=1, kind="drop_before")
    request = desk.ask(500)
    settle(desk)
    assert (kept(request).state, kept(request).outside_id) == ("sending", "")


def test_what_cannot_be_looked_up_for_hours_goes_to_a_person(desk, outside):
    outside.add_fault(path=ADD, count=1, kind="drop_before")
    request = desk.ask(500)
    outside.add_fault(kind="status", path="/*", status=500)
    started(hours=2)
    settle(desk)
    act = kept(request).open_act
    assert act.state == "unknown"
    assert act.next_look_at > timezone.now() + timedelta(minutes=5)
    started(hours=7)
    settle(desk)
    assert kept(request).open_act.state == "person"


def test_a_ledger_that_cannot_be_read_for_hours_is_red(desk, outside):
    request = desk.ask(116)
    request = request if request.state == "approved" else pytest.fail("The limit of the demo changed.")
    outside.add_fault(kind="status", path="/*", status=500)
    GoodwillRequest.objects.update(proof_due_at=timezone.now() - timedelta(hours=2))
    desk.overdue()
    prove_credits()
    assert (kept(request).state, kept(request).causes) == ("not_credited", ["unread"])
    outside.clear()
    for _look in range(3):
        circuit._circuits.clear()
        desk.overdue()
        prove_credits()
    assert kept(request).state == "done"


def test_one_credit_proves_one_request_whichever_list_is_readable(desk, outside):
    first = desk.ask(60)
    desk.overdue()
    prove_credits()
    assert kept(first).state == "done"
    outside.switch(goodwill="approved_not_credited")
    second = desk.ask(60)
    outside.add_fault(kind="status", path="*ledger*", status=500)
    desk.overdue()
    prove_credits()
    assert kept(second).state == "approved"


@pytest.mark.parametrize("verdict", ["approve", "reject", "withdraw"])
def test_the_policy_does_not_decide_behind_a_person(desk, agent, outside, verdict):
    outside.add_fault(path=APPROVE, count=3, kind="status", status=429)
    request = desk.ask(80)
    assert request.by_policy
    outside.add_fault(path=REJECT, count=3, kind="status", status=429)
    lead = {"actor": desk.actor(), "user": desk.lead, "request": request}
    acts = {
        "approve": lambda: approve(**lead, seen="", amount=Decimal(10)),
        "reject": lambda: reject(**lead, reason="No."),
        "withdraw": lambda: withdraw(actor=desk.actor(agent), user=agent, request=request, reason="Wrong."),
    }
    with pytest.raises(Conflict):
        acts[verdict]()
    outside.clear()
    circuit._circuits.clear()
    desk.overdue()
    assert approve_due() == 0
    assert (kept(request).state, kept(request).by_policy) == ("waiting", False)
    assert not Taking.objects.filter(released_at=None).exists()


def test_a_request_given_up_that_turns_up_later_stays_the_requesters_own(desk, outside, lead, second_lead):
    outside.add_fault(path=ADD, count=1, kind="drop_before")
    lost = desk.ask(500, user=lead)
    OutsideAct.objects.update(state="person", next_look_at=None)
    outside.clear()
    give_up(actor=desk.actor(second_lead), user=second_lead, request=kept(lost), reason="Not there.")
    assert kept(lost).state == "refused"
    # What had been held up on the way arrives after all.
    late = call_of(lost.acts.get())
    outside.call(late.method, late.path, json=late.body).raise_for_status()
    sync_pending(round_pages=100)
    found = GoodwillRequest.objects.get(origin="elsewhere", comment__contains=lost.tag)
    assert found.requester == lead
    with pytest.raises(Refused, match="their own request"):
        approve(actor=desk.actor(), user=lead, request=found, seen="", amount=Decimal(500))


def test_contact_data_the_list_did_not_tell_is_compared_too(desk, outside, lead):
    [asked] = outside.make_requests(
        count=1, tills=[TILL], customers=[desk.customer_id], base_type="POINTS", points="50"
    )
    sync_pending(round_pages=100)
    found = GoodwillRequest.objects.get(outside_id=str(asked))
    [own, *_others] = found.contact_digests
    GoodwillRequest.objects.filter(pk=found.pk).update(contact_digests=[])
    type(lead).objects.filter(pk=lead.pk).update(mobile_digest=own)
    lead.refresh_from_db()
    found = kept(found)
    evidence = open_evidence(actor=desk.actor(), user=lead, request=found)
    assert "your own mobile or e-mail" in evidence.refusal
    with pytest.raises(Refused, match="your own mobile or e-mail"):
        approve(actor=desk.actor(), user=lead, request=found, seen=evidence.fingerprint, amount=Decimal(50))
