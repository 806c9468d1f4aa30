"""What is said is true: nobody else's act is taken for ours, nothing is approved unseen, no rule is gone around."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.models import Entry
from apps.capillary.errors import NotSent
from apps.core import kept, reader
from apps.core.errors import Conflict, Refused
from apps.operations.acts.carrying import fenced
from apps.operations.switches import turn_off
from apps.points.deciding import open_reversal, withdraw_reversal
from apps.points.giving_back import call_of, reserve
from apps.points.models import Redemption, ReversalAct
from apps.points.resolving import give_up, it_is, look_again
from apps.points.standing import note_of, redemption_stands
from apps.points.switched import REVERSE as SWITCH
from apps.staff.connection import client_for
from tests.points.conftest import REDEEM, REVERSE, again
from tests.points.test_reversing import approve, given_back, seeded_redemption

pytestmark = pytest.mark.django_db


@pytest.fixture
def redeemed(desk, outside):
    """400 points redeemed at the till of the Contact Centre, as the outside has it."""
    return outside.redeem_elsewhere(desk.customer_id, 400, till="till.cc.01")


@pytest.fixture
def lost(desk, outside, redeemed):
    """A reversal of 50 of them that never arrived, and nobody knows."""
    outside.add_fault(path=REVERSE, count=1, kind="drop_before")
    return desk.reverse(redeemed["id"], 50)


def ago(**span):
    return timezone.now() - timedelta(**span)


def test_without_references_the_row_of_another_redemption_of_ours_is_not_taken_for_this_one(desk, outside):
    outside.switch(redeem="not_booked")
    desk.redeem(100)
    # An outside that keeps no references and tells no number of its list: this row is the first one's.
    Redemption.objects.update(listed_id="")
    row = outside.redeem_elsewhere(desk.customer_id, 100, till="till.cc.01")
    outside.add_fault(path=REDEEM, count=1, kind="drop_before")
    second = desk.redeem(100)
    desk.settle()
    assert (again(second).state, [one["id"] for one in again(second).candidates]) == (
        "unknown",
        [str(row["id"])],
    )


def test_what_somebody_gave_back_days_later_is_shown_and_not_taken_for_ours(desk, outside, redeemed, lost):
    desk.over_the_horizon()
    ReversalAct.objects.update(started_at=ago(days=3), sent_at=ago(days=3))
    outside.reverse_elsewhere(redeemed["code"], 50, till="till.012.01")
    look_again(actor=desk.actor(), user=desk.agent, subject=again(lost))
    act = again(lost).open_act
    assert (act.state, [one["points"] for one in act.candidates]) == ("person", ["50"])


def test_what_never_left_is_not_looked_for_by_hand_either(desk, outside, redeemed, lost):
    ReversalAct.objects.update(state="in_progress", sent_at=None, started_at=ago(minutes=3))
    outside.reverse_elsewhere(redeemed["code"], 50, till="till.012.01")
    assert look_again(actor=desk.actor(), user=desk.agent, subject=lost).state == "refused"


def test_of_two_that_hold_the_same_act_one_sends_it(desk, outside, redeemed):
    act = reserve(desk.reverse(redeemed["id"], 300), actor=desk.actor(), store=desk.store)
    first, second = (fenced(client_for(desk.actor()), act, call_of(act)) for _ in range(2))
    first.send(call_of(act))
    with pytest.raises(NotSent):
        second.send(call_of(act))
    assert given_back(outside, redeemed) == [300]


def test_the_same_sender_may_sign_in_anew_and_send_it(desk, outside, redeemed):
    outside.add_fault(path=REVERSE, count=1, kind="status", status=401)
    assert desk.reverse(redeemed["id"], 50).state == "done"


def test_what_one_manager_was_shown_is_not_approved_by_another_who_saw_something_else(
    desk, outside, redeemed, second_lead
):
    waiting = desk.reverse(redeemed["id"], 300)
    seen = open_reversal(actor=desk.actor(desk.lead), user=desk.lead, reversal=again(waiting)).fingerprint
    outside.reverse_elsewhere(redeemed["code"], 10)
    with pytest.raises(Conflict, match="since it was asked"):
        approve(desk, again(waiting), second_lead)
    with pytest.raises(Conflict, match="since you looked"):
        approve(desk, again(waiting), seen=seen)
    assert given_back(outside, redeemed) == [10]


def test_where_reversing_is_off_nothing_goes_out_of_that_stores_till(
    desk, outside, administrator, manager, stores
):
    there = outside.redeem_elsewhere(desk.customer_id, 100, till="till.012.01")
    waiting = desk.reverse(there["id"], 50)
    admin = Actor(user_id=administrator.pk, name=administrator.name, role="Administrator")
    turn_off(actor=admin, user=administrator, act=SWITCH, store=stores.store_12, reason="Audit.")
    with pytest.raises(Refused, match=r"Audit\."):
        approve(desk, waiting, manager, stores.store_12)
    assert (again(waiting).state, given_back(outside, there)) == ("waiting", [])


def test_in_parts_nobody_gives_back_alone_more_than_at_once(desk, outside, redeemed, client_as):
    assert desk.reverse(redeemed["id"], 150).state == "done"
    page = client_as(desk.agent).get(reverse("points:reverse", args=[desk.customer_id, redeemed["id"]]))
    assert 'data-alone="50.000"' in page.content.decode()
    waiting = desk.reverse(redeemed["id"], 51)
    assert (waiting.state, [one["rule"] for one in waiting.why]) == ("waiting", ["amount"])
    assert "what went back before" in waiting.why[0]["words"]
    withdraw_reversal(actor=desk.actor(), user=desk.agent, reversal=waiting)
    assert desk.reverse(redeemed["id"], 50).state == "done"


def test_while_the_list_is_behind_what_we_gave_back_counts_all_the_same(desk, outside):
    old = seeded_redemption(outside)
    desk.customer_id = old["customer_id"]
    assert approve(desk, desk.reverse(old["id"], old["points"])).state == "done"
    outside.switch(read_lag="600", over_reversal="capped")
    with pytest.raises(Conflict, match="given back already"):
        desk.reverse(old["id"], 10)
    assert len(outside.requests(path=REVERSE)) == 1


def test_approved_sent_and_none_by_the_word_of_a_person_is_over(desk, outside, redeemed, second_lead):
    waiting = desk.reverse(redeemed["id"], 300)
    outside.add_fault(path=REVERSE, count=1, kind="drop_before")
    approve(desk, waiting)
    desk.over_the_horizon()
    done = give_up(
        actor=desk.actor(second_lead), user=second_lead, subject=again(waiting), reason="Not there."
    )
    assert (done.state, done.decided_by, done.message) == ("refused", desk.lead, "Not there.")


@pytest.fixture
def other_points(desk, outside):
    """Ours outside under our reference, with other points than we asked for; a person has to look."""
    outside.add_fault(path=REDEEM, count=1, kind="drop_after")
    act = desk.redeem(100)
    Redemption.objects.update(points=120)
    desk.settle()
    assert again(act).state == "person"
    return again(act)


def test_what_stands_there_under_our_reference_is_not_given_up(desk, other_points):
    Redemption.objects.update(candidates=[])
    with pytest.raises(Conflict, match="under our reference"):
        give_up(actor=desk.actor(desk.lead), user=desk.lead, subject=other_points, reason="No.")
    assert (again(other_points).state, len(again(other_points).candidates)) == ("person", 1)


def test_other_points_taken_than_asked_for_are_told_as_what_was_taken(desk, other_points):
    look_again(actor=desk.actor(), user=desk.agent, subject=other_points)
    [row] = again(other_points).candidates
    told = it_is(
        actor=desk.actor(desk.lead), user=desk.lead, subject=other_points, listed_id=row["id"], reason="Ours."
    )
    assert (told.points, told.moved) == (Decimal(120), Decimal(100))
    assert redemption_stands(told).title.startswith("100 points redeemed")
    assert note_of(told).startswith("100 points redeemed")
    # For a ticket it is written as the console writes, and names the zone, whoever copies it.
    with reader.read_by("Asia/Tokyo", "en-us"):
        assert f", {kept.moment(told.settled_at)}." in note_of(told)
    entry = Entry.objects.filter(action="points.redemption.redeemed", outcome="done").get()
    assert entry.content["details"]["given"] == "100 points"


def test_who_may_not_say_what_became_of_it_is_an_entry(desk, outside, lost):
    desk.over_the_horizon()
    with pytest.raises(Refused):
        give_up(actor=desk.actor(), user=desk.agent, subject=again(lost), reason="Not there.")
    [entry] = Entry.objects.filter(action="points.reversal.not_said")
    assert (entry.outcome, entry.actor_name) == ("refused", "Asha Verma")


def test_one_proof_that_cannot_be_kept_keeps_no_other_from_being_looked_for(desk, several):
    first = desk.redeem(100)
    desk.prove()
    second, third = desk.redeem(100), desk.redeem(100, customer_id=several(1)[0])
    taken = again(second).listed_id
    Redemption.objects.filter(pk=second.pk).update(listed_id="")
    Redemption.objects.filter(pk=first.pk).update(listed_id=taken)
    desk.prove()
    assert [again(one).badge for one in (first, second, third)] == ["done", "booked", "done"]


def test_an_answer_nobody_understands_is_not_told_as_none(desk, outside):
    outside.add_fault(path=REDEEM, count=1, kind="nonsense")
    standing = redemption_stands(desk.redeem(100))
    assert standing.text.startswith("No answer came that is understood. The 100 points may or may not")
