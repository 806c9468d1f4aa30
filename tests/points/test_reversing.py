"""Giving points back: whole or in part, alone or with a second person, and never more than remains."""

import sqlite3
import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.models import Entry
from apps.capillary import circuit
from apps.capillary.errors import Rejected
from apps.core.errors import BadInput, Conflict, Missing, Refused
from apps.operations.models import Notice
from apps.operations.switches import turn_off
from apps.points.deciding import approve_reversal, open_reversal, reject_reversal, withdraw_reversal
from apps.points.models import PointsRules, Redemption, Reversal, ReversalAct
from apps.points.reversing import ask_reversal, reversible
from apps.points.switched import REVERSE as SWITCH
from tests.points.conftest import LIST, REVERSE, actor_for, again
from tests.points.test_redeeming import acts, mobile_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def redeemed(desk, outside):
    """100 points redeemed at the till of the Contact Centre, as the outside has it."""
    return outside.redeem_elsewhere(desk.customer_id, 100, till="till.cc.01")


def given_back(outside, redemption):
    return [row["points"] for row in outside.reversals(redemption_code=redemption["code"])]


def approve(desk, reversal, user=None, store=None, **more):
    who = user or desk.lead
    return approve_reversal(actor=actor_for(who, store or desk.store), user=who, reversal=reversal, **more)


def test_points_go_back_in_parts_and_each_is_proved(desk, outside, redeemed):
    first = desk.reverse(redeemed["id"], 40)
    assert (first.state, first.badge, first.given, first.why) == ("done", "booked", 40, [])
    desk.prove()
    assert again(first).badge == "done"
    second = desk.reverse(redeemed["id"], 60)
    desk.prove()
    assert [again(one).badge for one in (first, second)] == ["done", "done"]
    assert sorted(given_back(outside, redeemed)) == [40, 60]
    theirs = {str(row["id"]) for row in outside.reversals(redemption_code=redeemed["code"])}
    assert {again(first).listed_id, again(second).listed_id} == theirs
    with pytest.raises(Conflict, match="given back already"):
        desk.reverse(redeemed["id"], 1)
    assert acts()[:4] == [
        ("reversal.asked", "done"),
        ("reversal.begun", "done"),
        ("reversal.given_back", "done"),
        ("reversal.proved", "done"),
    ]


def test_our_own_redemption_goes_back_under_the_id_redeeming_answered(desk, outside):
    done = desk.redeem(100)
    reversal = desk.reverse(done.outside_id, 100)
    assert (reversal.state, reversal.redemption_id) == ("done", done.listed_id)
    assert ReversalAct.objects.get().sent_as == done.outside_id
    desk.prove()
    assert again(reversal).badge == "done"


@pytest.mark.parametrize("ids", ["short", "long"])
def test_whichever_id_reversing_takes_ours_goes_back_once(desk, outside, ids):
    done = desk.redeem(100)
    outside.switch(reversal_ids=ids)
    reversal = desk.reverse(done.listed_id, 100)
    assert reversal.state == "done"
    tried = list(ReversalAct.objects.values_list("state", flat=True))
    assert tried == (["done"] if ids == "short" else ["not_done", "done"])
    assert len(outside.reversals(external_reference_number=done.reference)) == 1


def test_a_redemption_known_by_no_id_reversing_takes_is_refused_in_words(desk, outside, redeemed):
    outside.switch(reversal_ids="short")
    with pytest.raises(Rejected) as no:
        desk.reverse(redeemed["id"], 100)
    assert (no.value.code, no.value.field) == ("902", "redemption_id")
    assert (Reversal.objects.get().state, Reversal.objects.get().token) == ("refused", None)


@pytest.mark.parametrize(
    ("switches", "code"),
    [({"reversal": "off"}, "905"), ({"reversal": "903"}, "903"), ({"reversal": "3802"}, "3802")],
)
@pytest.mark.parametrize("told", ["errors", "warnings"])
def test_what_the_outside_refuses_is_told_and_the_form_may_be_sent_again(
    desk, outside, redeemed, switches, code, told
):
    outside.switch(reversal_refusals=told, **switches)
    wanted = desk.to_reverse(redeemed["id"], 50)
    with pytest.raises(Rejected) as no:
        ask_reversal(actor=desk.actor(), user=desk.agent, wanted=wanted)
    assert (no.value.code, given_back(outside, redeemed)) == (code, [])
    outside.switch(reversal="on")
    assert ask_reversal(actor=desk.actor(), user=desk.agent, wanted=wanted).state == "done"
    assert given_back(outside, redeemed) == [50]


def test_the_same_form_gives_back_once_and_something_else_in_it_is_not_sent(desk, outside, redeemed):
    wanted = desk.to_reverse(redeemed["id"], 30)
    first = ask_reversal(actor=desk.actor(), user=desk.agent, wanted=wanted)
    assert ask_reversal(actor=desk.actor(), user=desk.agent, wanted=wanted).pk == first.pk
    with pytest.raises(Conflict, match="asked for RV-"):
        ask_reversal(actor=desk.actor(), user=desk.agent, wanted=replace(wanted, points=Decimal(20)))
    assert given_back(outside, redeemed) == [30]


@pytest.mark.parametrize("points", ["0", "101", "0.5", "-1"])
def test_more_than_remains_or_no_number_is_told_beside_the_points(desk, redeemed, points):
    with pytest.raises(BadInput) as no:
        desk.reverse(redeemed["id"], points)
    assert no.value.field == "points"
    assert not Reversal.objects.exists()


def test_without_a_reason_or_for_a_strangers_redemption_nothing_is_asked(desk, outside, redeemed, several):
    with pytest.raises(BadInput) as no:
        desk.reverse(redeemed["id"], 10, reason=" ")
    assert no.value.field == "reason"
    [stranger] = several(1)
    with pytest.raises(Missing):
        desk.reverse(redeemed["id"], 10, customer_id=stranger)
    assert not Reversal.objects.exists()


# A thread has a connection of its own, which must see what this one wrote.
@pytest.mark.django_db(transaction=True)
def test_what_was_given_back_elsewhere_while_it_was_being_asked_is_not_given_back_twice(
    desk, outside, redeemed
):
    outside.add_fault(path=LIST, kind="latency", latency_ms=500)
    ended = []

    def ask():
        try:
            ended.append(desk.reverse(redeemed["id"], 80))
        except Conflict as error:
            ended.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    while len(outside.requests(path=LIST)) < 2:
        threading.Event().wait(0.02)
    outside.reverse_elsewhere(redeemed["code"], 50, till="till.012.01")
    asking.join()
    assert "Only 50 points" in ended[0].message
    assert (given_back(outside, redeemed), outside.requests(path=REVERSE)) == ([50], [])
    assert Reversal.objects.get().state == "refused"


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_read_right_before_is_not_sent(desk, outside, settings):
    settings.CAPILLARY = {**settings.CAPILLARY, "deadline_seconds": 1.0}
    other = outside.redeem_elsewhere(desk.customer_id, 300, till="till.cc.01")
    waiting = desk.reverse(other["id"], 300)
    outside.add_fault(path=LIST, kind="status", status=500)
    with pytest.raises(Exception, match=r"."):
        approve(desk, waiting)
    assert (again(waiting).state, given_back(outside, other)) == ("waiting", [])


def test_nobody_gives_back_on_an_account_with_their_own_number(desk, outside, redeemed):
    desk.agent.set_mobile(mobile_of(outside, desk.customer_id))
    desk.agent.save()
    with pytest.raises(Refused, match="your own mobile"):
        desk.reverse(redeemed["id"], 10)
    assert acts() == [("reversal.refused", "refused")]


def test_the_verification_asked_for_has_to_hold(desk, redeemed):
    PointsRules.objects.update(reverse_level="number_matched")
    with pytest.raises(Refused, match="verified first"):
        desk.reverse(redeemed["id"], 10)
    desk.redeem(100)
    assert desk.reverse(redeemed["id"], 10).verification == "code_passed"


def test_while_reversing_is_switched_off_nothing_is_sent_and_what_waits_can_be_rejected(
    desk, outside, administrator
):
    big = outside.redeem_elsewhere(desk.customer_id, 300, till="till.cc.01")
    waiting = desk.reverse(big["id"], 300)
    admin = Actor(user_id=administrator.pk, name=administrator.name, role="Administrator")
    turn_off(actor=admin, user=administrator, act=SWITCH, store=None, reason="Audit.")
    with pytest.raises(Refused, match=r"Audit\."):
        desk.reverse(big["id"], 10)
    with pytest.raises(Refused, match=r"Audit\."):
        approve(desk, waiting)
    done = reject_reversal(actor=desk.actor(desk.lead), user=desk.lead, reversal=waiting, reason="No.")
    assert (done.state, given_back(outside, big)) == ("rejected", [])


def test_above_the_amount_a_second_person_approves_and_it_goes_once(desk, outside):
    big = outside.redeem_elsewhere(desk.customer_id, 300, till="till.cc.01")
    waiting = desk.reverse(big["id"], 201)
    assert (waiting.state, [one["rule"] for one in waiting.why]) == ("waiting", ["amount"])
    assert (given_back(outside, big), list(Reversal.objects.waiting_for(desk.lead))) == ([], [waiting])
    with pytest.raises(Conflict, match="waits for a decision"):
        desk.reverse(big["id"], 10)
    done = approve(desk, waiting, reason="Seen the bill.")
    assert (done.state, done.decided_by_name, given_back(outside, big)) == ("done", "Mira Kapoor", [201])
    assert approve(desk, waiting).pk == done.pk
    assert given_back(outside, big) == [201]
    desk.prove()
    assert again(done).badge == "done"
    assert ("reversal.approved", "done") in acts()


def test_a_redemption_of_another_store_needs_a_second_person_of_either_store(
    desk, outside, manager, other_manager, stores
):
    there = outside.redeem_elsewhere(desk.customer_id, 100, till="till.012.01")
    waiting = desk.reverse(there["id"], 50)
    assert ([one["rule"] for one in waiting.why], waiting.redeemed_store) == (
        ["other_store"],
        stores.store_12,
    )
    assert list(Reversal.objects.waiting_for(manager)) == [waiting]
    assert waiting in Reversal.objects.visible_to(manager)
    assert waiting not in Reversal.objects.visible_to(other_manager)
    with pytest.raises(Refused, match="do not decide for this store"):
        approve(desk, waiting, other_manager, stores.store_07)
    assert approve(desk, waiting, manager, stores.store_12).state == "done"
    assert outside.reversals(redemption_code=there["code"])[0]["till_id"] == 70080


def test_a_redemption_of_nowhere_we_know_needs_a_second_person_too(desk, outside):
    there = outside.redeem_elsewhere(desk.customer_id, 100, till="till.saket.01")
    waiting = desk.reverse(there["id"], 50)
    assert waiting.why == [{"rule": "other_store", "words": "It was redeemed in Saket Select Citywalk."}]


def test_points_of_a_colleague_need_a_second_person(desk, outside, redeemed, second_lead):
    second_lead.set_mobile(mobile_of(outside, desk.customer_id))
    second_lead.save()
    waiting = desk.reverse(redeemed["id"], 10)
    assert [one["rule"] for one in waiting.why] == ["colleague"]
    with pytest.raises(Refused, match="your own mobile"):
        approve(desk, waiting, second_lead)
    assert ("reversal.refused", "refused") in acts()


def test_nobody_decides_on_their_own_and_an_agent_on_none(desk, outside):
    big = outside.redeem_elsewhere(desk.customer_id, 300, till="till.cc.01")
    waiting = desk.reverse(big["id"], 300, user=desk.lead)
    with pytest.raises(Refused, match="their own"):
        approve(desk, waiting)
    with pytest.raises(Refused, match="does not decide"):
        approve(desk, waiting, desk.agent)
    assert Entry.objects.filter(action="points.reversal.refused").count() == 2
    assert list(Reversal.objects.waiting_for(desk.lead)) == []


def test_what_changed_since_it_was_asked_is_seen_before_it_is_approved(desk, outside):
    big = outside.redeem_elsewhere(desk.customer_id, 500, till="till.cc.01")
    waiting = desk.reverse(big["id"], 300)
    outside.reverse_elsewhere(big["code"], 100)
    with pytest.raises(Conflict, match="changed since it was asked"):
        approve(desk, waiting)
    shown = open_reversal(actor=desk.actor(desk.lead), user=desk.lead, reversal=again(waiting))
    assert (shown.remaining, [row[1] for row in shown.reversals]) == (400, [100])
    outside.reverse_elsewhere(big["code"], 10)
    with pytest.raises(Conflict, match="changed since you looked"):
        approve(desk, again(waiting), seen=shown.fingerprint)
    assert approve(desk, again(waiting)).state == "done"


def test_less_left_than_asked_is_not_approved(desk, outside):
    big = outside.redeem_elsewhere(desk.customer_id, 300, till="till.cc.01")
    waiting = desk.reverse(big["id"], 300)
    outside.reverse_elsewhere(big["code"], 100)
    with pytest.raises(Conflict, match="Only 200 points"):
        approve(desk, waiting)
    assert (again(waiting).state, given_back(outside, big)) == ("waiting", [100])


def test_rejected_and_withdrawn_end_it_and_free_the_redemption(desk, outside):
    big = outside.redeem_elsewhere(desk.customer_id, 300, till="till.cc.01")
    one = desk.reverse(big["id"], 300)
    with pytest.raises(BadInput):
        reject_reversal(actor=desk.actor(desk.lead), user=desk.lead, reversal=one, reason=" ")
    done = reject_reversal(actor=desk.actor(desk.lead), user=desk.lead, reversal=one, reason="No bill.")
    assert (done.state, done.decision_reason) == ("rejected", "No bill.")
    two = desk.reverse(big["id"], 300)
    with pytest.raises(Refused, match="Only whoever asked"):
        withdraw_reversal(actor=desk.actor(desk.lead), user=desk.lead, reversal=two)
    assert withdraw_reversal(actor=desk.actor(), user=desk.agent, reversal=two).state == "withdrawn"
    with pytest.raises(Conflict, match="not waiting any more"):
        approve(desk, again(two))
    assert (given_back(outside, big), desk.reverse(big["id"], 100).state) == ([], "done")


def refusals():
    found = Entry.objects.filter(outcome="refused").order_by("id")
    return [(one.action.removeprefix("points.reversal."), one.reason) for one in found]


def test_a_refused_decision_is_one_entry_each(desk, outside):
    big = outside.redeem_elsewhere(desk.customer_id, 300, till="till.cc.01")
    waiting = desk.reverse(big["id"], 300)
    outside.reverse_elsewhere(big["code"], 100)
    with pytest.raises(Conflict):
        approve(desk, waiting)
    reject_reversal(actor=desk.actor(desk.lead), user=desk.lead, reversal=waiting, reason="No bill.")
    with pytest.raises(Conflict):
        approve(desk, again(waiting))
    with pytest.raises(Conflict):
        withdraw_reversal(actor=desk.actor(), user=desk.agent, reversal=again(waiting))
    over = f"{waiting.number} is not waiting any more: Rejected."
    assert refusals() == [
        ("not_decided", "Only 200 points of this redemption remain."),
        ("not_decided", over),
        ("not_decided", over),
    ]


def test_a_refused_asking_is_one_entry_each(desk, outside, redeemed):
    with pytest.raises(BadInput):
        desk.reverse(redeemed["id"], 400)
    big = outside.redeem_elsewhere(desk.customer_id, 500, till="till.cc.01")
    desk.reverse(big["id"], 300)
    with pytest.raises(Conflict):
        desk.reverse(big["id"], 100)
    assert [name for name, _why in refusals()] == ["not_asked", "not_asked"]
    assert refusals()[0][1] == "Only 100 points of this redemption remain."
    assert refusals()[1][1].startswith("Another reversal of this redemption waits")


def test_whoever_asked_is_told_the_decision_and_nobody_else_is(desk, outside):
    big = outside.redeem_elsewhere(desk.customer_id, 300, till="till.cc.01")
    one = desk.reverse(big["id"], 300)
    reject_reversal(actor=desk.actor(desk.lead), user=desk.lead, reversal=one, reason="No bill.")
    two = desk.reverse(big["id"], 300)
    withdraw_reversal(actor=desk.actor(), user=desk.agent, reversal=two)
    three = desk.reverse(big["id"], 300)
    approve(desk, three)
    told = list(Notice.objects.order_by("id").values_list("user", "level", "words"))
    assert told == [
        (desk.agent.pk, "bad", f"{one.number} was rejected, nothing was given back: 300 points."),
        (desk.agent.pk, "ok", f"{three.number} was approved and given back: 300 points."),
    ]


def test_approved_and_not_sent_for_now_waits_again(desk, outside):
    big = outside.redeem_elsewhere(desk.customer_id, 300, till="till.cc.01")
    waiting = desk.reverse(big["id"], 300)
    outside.add_fault(path=REVERSE, count=1, kind="status", status=429)
    with pytest.raises(Exception, match=r"."):
        approve(desk, waiting)
    kept = again(waiting)
    assert (kept.state, kept.decided_by_id, bool(kept.message)) == ("waiting", None, True)
    circuit._circuits.clear()
    assert approve(desk, kept).state == "done"
    assert given_back(outside, big) == [300]


def test_the_dialog_shows_the_redemption_as_it_stands(desk, outside, redeemed):
    outside.reverse_elsewhere(redeemed["code"], 30, till="till.012.01")
    shown = reversible(
        actor=desk.actor(), user=desk.agent, customer_id=desk.customer_id, redemption_id=str(redeemed["id"])
    )
    assert (shown.points, shown.remaining, shown.alone_up_to, shown.why) == (100, 70, 200, ())
    assert [(row[1], row[3]) for row in shown.reversals] == [(30, "70080")]
    assert shown.where == "Contact Centre"


def test_points_that_ended_meanwhile_are_left_out_and_the_reversal_says_so(desk, outside):
    outside.credit(desk.customer_id, 40, expires_on=str(timezone.localdate() - timedelta(days=1)))
    row = outside.redeem_elsewhere(desk.customer_id, 100, till="till.cc.01")
    outside.switch(expired_part="left_out")
    done = desk.reverse(row["id"], 100)
    [theirs] = outside.reversals(redemption_code=row["code"])
    given = Decimal(str(theirs["points"]))
    assert (done.given, done.gave_another_number) == (given, given != 100)
    desk.prove()
    assert again(done).badge == "done"


def test_less_given_back_than_asked_because_the_list_came_late_is_said_and_proved(desk, outside):
    old = seeded_redemption(outside)
    desk.customer_id = old["customer_id"]
    half = old["points"] // 2
    waiting = desk.reverse(old["id"], old["points"])
    outside.switch(read_lag="600", over_reversal="capped")
    outside.reverse_elsewhere(old["code"], half, till="till.saket.01")
    done = approve(desk, waiting)
    assert (done.state, done.given, done.gave_another_number) == ("done", old["points"] - half, True)
    outside.switch(read_lag="0")
    desk.prove()
    assert (again(done).badge, again(done).given) == ("done", old["points"] - half)


def seeded_redemption(outside):
    """An old one of a programme of whole points, of which nothing was given back."""
    with sqlite3.connect(f"file:{outside.database}?mode=ro", uri=True) as rows:
        found = rows.execute(
            "SELECT r.customer_id, r.code FROM sandbox_redemption r"
            " JOIN sandbox_customer c ON c.id = r.customer_id"
            " WHERE r.programme_id = 101 AND r.booked_at IS NULL AND c.merged_into_id IS NULL"
            " AND r.points >= 20 AND NOT EXISTS"
            " (SELECT 1 FROM sandbox_reversal v WHERE v.redemption_id = r.id) ORDER BY r.id LIMIT 1"
        ).fetchone()
    return outside.redemptions(code=found[1])[0]


def test_what_is_said_to_be_given_back_and_is_not_there_turns_red(desk, outside, redeemed):
    outside.switch(reversal="not_booked")
    done = desk.reverse(redeemed["id"], 100)
    Reversal.objects.update(proof_due_at=timezone.now() - timedelta(minutes=1))
    desk.prove()
    assert (again(done).badge, again(done).causes) == ("not_proved", ["listed", "ledger"])
    assert not Redemption.objects.exists()
