"""Redeeming: the three steps, every rule of ours, and every family of refusals of the outside."""

import sqlite3
import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.models import Entry
from apps.capillary import circuit
from apps.capillary.errors import CapillaryError, CircuitOpen, Rejected
from apps.core.errors import BadInput, Conflict, Refused
from apps.core.formats import points
from apps.operations import caller
from apps.operations.switches import turn_off
from apps.points.checking import check
from apps.points.codes import send_code, wait_seconds
from apps.points.models import CodeSending, PointsRules, Redemption
from apps.points.redeeming import redeem
from apps.points.switched import REDEEM as SWITCH
from tests.points.conftest import LIST, LONG_AGO, REDEEM, actor_for, again

pytestmark = pytest.mark.django_db


def checked(desk, wanted, user=None):
    who = user or desk.agent
    return check(actor=desk.actor(who), user=who, wanted=wanted)


def acts():
    """The entries of this room, oldest first; those of the rules left out."""
    rows = Entry.objects.filter(action__startswith="points.").exclude(action__startswith="points.rules")
    return [(one.action.removeprefix("points."), one.outcome) for one in rows.order_by("pk")]


def in_programme(outside, programme):
    """A customer of the stores whose first programme is this one, with points enough."""
    with sqlite3.connect(f"file:{outside.database}?mode=ro", uri=True) as rows:
        [customer] = rows.execute(
            "SELECT e.customer_id FROM sandbox_enrolment e JOIN sandbox_customer c ON c.id = e.customer_id"
            " JOIN sandbox_identifier i ON i.customer_id = c.id AND i.kind = 'mobile' AND i.source = 'INSTORE'"
            " WHERE c.fraud_status = 'NOT_FRAUD' AND c.status = 'ACTIVE' AND c.merged_into_id IS NULL"
            " AND c.loyalty_type != 'non_loyalty'"
            " GROUP BY e.customer_id HAVING min(e.programme_id) = ? LIMIT 1",
            [programme],
        ).fetchone()
    outside.credit(customer, 400)
    return customer


def test_three_steps_end_in_one_redemption_under_our_reference_and_proved(desk, outside):
    wanted = desk.wanted(100, bill="B-17", purpose="Voucher", notes="By phone")
    answer = checked(desk, wanted)
    assert (answer.redeemable, answer.problem, answer.value) == (True, "", Decimal(25))
    assert answer.balance_after == answer.balance_before - 100
    assert answer.most == answer.balance_before.to_integral_value("ROUND_DOWN")
    assert (answer.programme_id, answer.programme_name) == ("101", "Maple Rewards")
    assert "•" in answer.sends_to[0]

    sending = send_code(actor=desk.actor(), user=desk.agent, wanted=wanted)
    assert (sending.outcome, "•" in sending.sent_to[0]) == ("sent", True)
    done = desk.send_in(wanted, outside.last_code(desk.customer_id)["code"])
    assert (done.state, done.badge, done.taken, done.value) == ("done", "booked", 100, 25)
    assert done.balance_after == answer.balance_after == done.balance_before - 100

    [theirs] = outside.redemptions(external_reference_number=done.reference)
    assert (theirs["points"], theirs["till"], theirs["mode"]) == (100, "till.cc.01", "CODE")
    assert (theirs["transaction_number"], theirs["notes"]) == ("B-17", "By phone")
    assert (done.outside_id, done.listed_id) == (theirs["code"], str(theirs["id"]))
    desk.prove()
    assert (again(done).badge, again(done).reference_seen) == ("done", True)
    assert again(done).proof["listed"] == str(theirs["id"])
    assert again(done).proof["ledger"]
    assert acts() == [
        ("code.sent", "done"),
        ("redemption.begun", "done"),
        ("redemption.redeemed", "done"),
        ("redemption.proved", "done"),
    ]


def test_a_code_that_was_right_verifies_the_caller(desk):
    assert caller.verification_level(desk.agent.pk, desk.customer_id) == ""
    desk.redeem(100)
    assert caller.verification_level(desk.agent.pk, desk.customer_id) == "code_passed"


def test_the_same_form_redeems_once_and_another_amount_in_it_is_not_sent(desk, outside):
    wanted = desk.wanted(100)
    first = desk.send_in(wanted, desk.code(wanted))
    assert desk.send_in(wanted, "000000").pk == first.pk
    with pytest.raises(Conflict, match="redeemed RD-"):
        desk.send_in(replace(wanted, points=Decimal(200)), "000000")
    assert len(outside.requests(path=REDEEM)) == 1


@pytest.mark.parametrize(
    ("points", "code", "words"),
    [("10", "821", "smallest"), ("25", "807", "steps"), ("2000", "819", "at once")],
)
def test_a_rule_of_the_programme_is_told_beside_the_points(desk, points, code, words):
    answer = checked(desk, desk.wanted(points))
    assert (answer.redeemable, answer.field, answer.code) == (False, "points", code)
    assert words in answer.problem
    assert answer.next_step
    assert answer.balance_after == answer.balance_before
    wanted = desk.wanted(points)
    with pytest.raises(Rejected, match=words) as no:
        desk.send_in(wanted, desk.code(wanted))
    assert (no.value.field, no.value.code) == ("points", code)


@pytest.mark.parametrize(
    ("switch", "field"),
    [
        ("815", ""),
        ("895", "programme_id"),
        ("827", ""),
        ("686", ""),
        ("809", ""),
        ("3045", ""),
        ("818", "points"),
    ],
)
def test_what_the_outside_refuses_everybody_is_told_in_words_and_nothing_stays_open(
    desk, outside, switch, field
):
    outside.switch(redeemable=switch, redeem=switch)
    answer = checked(desk, desk.wanted(100))
    assert (answer.redeemable, answer.code, answer.field) == (False, switch, field)
    wanted = desk.wanted(100)
    with pytest.raises(Rejected) as no:
        desk.send_in(wanted, "123456")
    assert (no.value.code, no.value.field) == (switch, field)
    kept = Redemption.objects.get()
    assert (kept.state, kept.code, kept.badge, kept.token) == ("not_done", switch, "refused", None)


def test_a_wrong_code_is_told_beside_the_code_and_the_same_form_may_be_sent_with_the_right_one(desk, outside):
    wanted = desk.wanted(100)
    code = desk.code(wanted)
    with pytest.raises(Rejected, match="not right") as no:
        desk.send_in(wanted, "999999" if code != "999999" else "111111")
    assert (no.value.field, no.value.code) == ("code", "808")
    assert desk.send_in(wanted, code).state == "done"
    assert [one.state for one in Redemption.objects.all()] == ["done", "not_done"]
    assert len(outside.redemptions(customer_id=desk.customer_id)) >= 1


def test_a_code_that_is_too_old_is_told_beside_the_code(desk, outside):
    wanted = desk.wanted(100)
    code = desk.code(wanted)
    outside.switch(code_seconds="0")
    with pytest.raises(Rejected) as no:
        desk.send_in(wanted, code)
    assert (no.value.field, no.value.code) == ("code", "808")


@pytest.mark.parametrize("code", ["", "  ", "12", "x" * 41])
def test_without_a_readable_code_nothing_is_read_or_sent(desk, outside, code):
    with pytest.raises(BadInput) as no:
        desk.send_in(desk.wanted(100), code)
    assert (no.value.field, outside.requests()) == ("code", [])


def test_a_code_is_sent_again_only_after_its_time_and_stays_the_same(desk, outside):
    wanted = desk.wanted(100)
    first = desk.code(wanted)
    assert 25 < wait_seconds(desk.agent, desk.customer_id) <= 30
    with pytest.raises(Conflict, match="sent again in"):
        desk.code(wanted)
    CodeSending.objects.update(at=LONG_AGO)
    assert wait_seconds(desk.agent, desk.customer_id) == 0
    assert desk.code(wanted) == first
    assert outside.last_code(desk.customer_id)["sent"] == 2


def test_a_code_that_did_not_go_out_is_told_and_does_not_start_the_timer(desk, outside):
    outside.switch(codes="not_issued")
    with pytest.raises(Rejected) as no:
        desk.code(desk.wanted(100))
    assert (no.value.field, no.value.code) == ("code", "860")
    assert wait_seconds(desk.agent, desk.customer_id) == 0
    outside.switch(codes="sent")
    outside.add_fault(path="/v1.1/points/validationcode", count=1, kind="drop_after")
    sending = send_code(actor=desk.actor(), user=desk.agent, wanted=desk.wanted(100))
    assert sending.outcome == "unknown"
    assert acts() == [("code.sent", "not_done"), ("code.sent", "unknown")]


@pytest.mark.parametrize("act", ["check", "send", "redeem"])
def test_nobody_redeems_on_an_account_with_their_own_number(desk, outside, act):
    desk.agent.set_mobile(mobile_of(outside, desk.customer_id))
    desk.agent.save()
    wanted = desk.wanted(100)
    with pytest.raises(Refused, match="your own mobile"):
        {
            "check": lambda: checked(desk, wanted),
            "send": lambda: desk.code(wanted),
            "redeem": lambda: desk.send_in(wanted, "123456"),
        }[act]()
    assert acts() == [("redemption.refused", "refused")]
    assert not Redemption.objects.exists()


def mobile_of(outside, customer):
    with sqlite3.connect(f"file:{outside.database}?mode=ro", uri=True) as rows:
        [value] = rows.execute(
            "SELECT value FROM sandbox_identifier WHERE customer_id = ? AND kind = 'mobile' AND source = 'INSTORE'",
            [customer],
        ).fetchone()
    return value


def test_while_redeeming_is_switched_off_nothing_is_read_or_sent(desk, outside, administrator):
    admin = Actor(user_id=administrator.pk, name=administrator.name, role="Administrator")
    turn_off(actor=admin, user=administrator, act=SWITCH, store=desk.store, reason="Stock-taking.")
    for act in (lambda: checked(desk, desk.wanted()), lambda: desk.redeem(100)):
        with pytest.raises(Refused, match=r"Stock-taking\."):
            act()
    assert outside.requests() == []


def test_only_those_who_may_redeem_in_the_store_do(desk, auditor, other_manager):
    for user in (auditor, other_manager):
        with pytest.raises(Refused, match="does not redeem"):
            desk.send_in(desk.wanted(100), "123456", user=user)


def test_the_verification_asked_for_has_to_hold_unless_the_code_comes_with_it(desk):
    PointsRules.objects.update(redeem_level="questions_passed", skip_code_roles=["agent"])
    wanted = desk.wanted(100, mode="no_code")
    answer = checked(desk, wanted)
    assert (answer.level_needed, answer.level, answer.verified) == ("questions_passed", "", False)
    with pytest.raises(Refused, match="verified first"):
        desk.send_in(wanted, "")
    assert acts() == [("redemption.refused", "refused")]
    assert checked(desk, desk.wanted(100)).verified
    assert desk.redeem(100).verification == "code_passed"
    kept = desk.send_in(wanted, "")
    assert (kept.state, kept.verification, kept.mode) == ("done", "code_passed", "no_code")


@pytest.mark.parametrize(
    ("mode", "rule", "theirs"),
    [("missed_call", "missed_call_roles", "MISSED_CALL"), ("no_code", "skip_code_roles", "SKIPPED")],
)
def test_other_ways_exist_only_for_roles_that_are_allowed_them(desk, outside, mode, rule, theirs):
    wanted = desk.wanted(100, mode=mode)
    with pytest.raises(Refused, match="one-time code only") as no:
        desk.send_in(wanted, "")
    assert no.value.field == "mode"
    PointsRules.objects.update(**{rule: ["agent"]})
    assert mode in checked(desk, desk.wanted(100)).modes
    done = desk.send_in(wanted, "")
    assert outside.redemptions(external_reference_number=done.reference)[0]["mode"] == theirs
    entry = Entry.objects.get(action="points.redemption.redeemed")
    assert entry.content["details"]["mode"] == mode
    before, after = entry.content["details"]["changed"]["balance"]
    assert (before, after) == (points(done.balance_before), points(done.balance_after))


def test_no_missed_call_is_told_beside_the_way(desk, outside):
    PointsRules.objects.update(missed_call_roles=["agent"])
    outside.switch(missed_call="none")
    with pytest.raises(Rejected, match="missed call") as no:
        desk.send_in(desk.wanted(100, mode="missed_call"), "")
    assert (no.value.code, no.value.field) == ("822", "mode")


def test_points_are_as_exact_as_their_programme(desk, outside):
    with pytest.raises(BadInput, match="whole numbers") as no:
        desk.send_in(desk.wanted("100.5"), "123456")
    assert no.value.field == "points"
    desk.customer_id = in_programme(outside, 102)
    with pytest.raises(BadInput, match="at most 2 decimal places"):
        checked(desk, desk.wanted("12.345"))
    done = desk.redeem("12.34")
    assert (done.points, done.taken) == (Decimal("12.34"), Decimal("12.34"))
    desk.prove()
    assert again(done).badge == "done"


@pytest.mark.parametrize("points", ["0", "-5", "NaN", "1e12", "0.0001"])
def test_nonsense_is_no_number_of_points(desk, points):
    with pytest.raises(BadInput) as no:
        checked(desk, desk.wanted(points))
    assert no.value.field == "points"


def test_a_merged_customer_is_not_redeemed_for(desk, outside):
    merged = outside.characters["merged"]["id"]
    for told in ("error", "survivor"):
        outside.switch(merged=told)
        with pytest.raises((Conflict, CapillaryError), match="merged"):
            desk.send_in(desk.wanted(100, customer_id=merged), "123456")
    assert not Redemption.objects.exists()


def test_while_the_outside_is_ill_nothing_is_sent_and_nothing_stays_half_done(desk, outside, several):
    wanted = desk.wanted(100)
    code = desk.code(wanted)
    outside.add_fault(path="/v2/customers/*", kind="status", status=500)
    for customer in several(6):
        with pytest.raises(CapillaryError):
            checked(desk, desk.wanted(100, customer_id=customer))
    outside.clear()
    with pytest.raises(CircuitOpen):
        desk.send_in(wanted, code)
    assert outside.requests(path=REDEEM) == []
    assert not Redemption.objects.unsettled().exists()
    circuit._circuits.clear()
    assert desk.send_in(wanted, code).state == "done"


@pytest.mark.parametrize(("dialect", "lists"), [("strings", "always"), ("native", "never")])
def test_it_works_in_every_dialect(desk, outside, dialect, lists):
    outside.switch(dialect=dialect, lists=lists)
    done = desk.redeem(100)
    desk.prove()
    assert (again(done).badge, again(done).taken) == ("done", 100)


def time_is_over():
    Redemption.objects.update(proof_due_at=timezone.now() - timedelta(hours=2))


def test_what_the_outside_says_it_did_and_does_not_show_turns_red(desk, outside):
    outside.switch(redeem="not_booked")
    done = desk.redeem(100)
    assert done.badge == "booked"
    desk.prove()
    assert (again(done).badge, again(done).causes) == ("booked", ["listed", "ledger"])
    time_is_over()
    desk.prove()
    assert again(done).badge == "not_proved"
    assert again(done) in Redemption.objects.not_proved()
    assert acts()[-1] == ("redemption.not_proved", "unknown")


def test_what_cannot_be_read_for_an_hour_behind_its_time_turns_red_too(desk, outside):
    done = desk.redeem(100)
    outside.add_fault(path=LIST, count=9, kind="status", status=500)
    desk.prove()
    assert (again(done).causes, again(done).missed_at) == (["unread"], None)
    time_is_over()
    circuit._circuits.clear()
    desk.prove()
    assert again(done).badge == "not_proved"
    outside.clear()
    circuit._circuits.clear()
    desk.prove()
    assert again(done).badge == "done"


def test_a_managers_redemption_goes_out_from_their_till(desk, outside, stores, manager):
    wanted = desk.wanted(100)
    actor = actor_for(manager, stores.store_12)
    send_code(actor=actor, user=manager, wanted=wanted)
    code = outside.last_code(desk.customer_id)["code"]
    done = redeem(actor=actor, user=manager, wanted=wanted, code=code)
    assert outside.redemptions(external_reference_number=done.reference)[0]["till"] == "till.012.01"
    assert not Redemption.objects.visible_to(desk.agent).exists()
    assert Redemption.objects.visible_to(manager).get() == done


def test_a_token_is_the_persons_own(desk):
    token = uuid.uuid4()
    first = desk.redeem(100, token=token)
    second = desk.redeem(100, token=token, user=desk.lead)
    assert first.pk != second.pk
