"""Faults for real: whatever happens on the way, one act, at most once outside, and the right state."""

import threading
import time

import pytest
from django.db import connection, connections

from apps.audit.models import Entry
from apps.capillary import circuit
from apps.capillary.errors import RateLimited
from apps.core.errors import BadInput, Conflict, ConsoleError, Missing, Refused
from apps.operations.models import Notice
from apps.points.deciding import approve_reversal
from apps.points.models import Redemption, ReversalAct
from apps.points.resolving import give_up, it_is, look_again
from apps.points.reversing import ask_reversal
from tests.points.conftest import REDEEM, REVERSE, again
from tests.support.dying import run_and_die

pytestmark = pytest.mark.django_db(transaction=True)

FAULTS = {
    "dropped before the work": {"kind": "drop_before"},
    "dropped after the work": {"kind": "drop_after"},
    "too slow": {"kind": "latency", "latency_ms": 900},
    "an error of theirs": {"kind": "status", "status": 500},
    "nonsense": {"kind": "nonsense"},
}


@pytest.fixture
def impatient(settings, outside):
    settings.CAPILLARY = {**settings.CAPILLARY, "read_timeout_seconds": 0.4}


@pytest.fixture
def redeemed(desk, outside):
    """200 points redeemed at the till of the Contact Centre, as the outside has it."""
    return outside.redeem_elsewhere(desk.customer_id, 200, till="till.cc.01")


@pytest.fixture
def till_known(desk, outside):
    """The number the list shows for our till is learnt from the first reversal that is proved."""
    row = outside.redeem_elsewhere(desk.customer_id, 20, till="till.cc.01")
    desk.reverse(row["id"], 20)
    desk.prove()
    assert ReversalAct.objects.get().till_id == "70070"


def theirs(outside, redemption):
    """The one redemption the outside has for ours, None for none; two would be the disaster."""
    found = outside.redemptions(external_reference_number=redemption.reference)
    assert len(found) < 2
    return found[0] if found else None


def given_back(outside, redemption):
    return sorted(row["points"] for row in outside.reversals(redemption_code=redemption["code"]))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_lost_reply_to_redeeming_ends_in_at_most_one_redemption(desk, outside, impatient, fault):
    wanted = desk.wanted(100)
    code = desk.code(wanted)
    outside.add_fault(path=REDEEM, count=1, **FAULTS[fault])
    act = desk.send_in(wanted, code)
    assert (act.state, act.badge) == ("unknown", "unknown")
    with pytest.raises(Conflict, match="not known to be done"):
        desk.send_in(desk.wanted(100), code)
    assert desk.send_in(wanted, code).pk == act.pk
    time.sleep(1.0 if fault == "too slow" else 0)
    desk.settle()
    act, sent = again(act), theirs(outside, act)
    if sent is None:
        assert act.state == "unknown"
        desk.over_the_horizon()
        assert again(act).state == "person"
    else:
        assert (act.state, act.listed_id, act.taken) == ("done", str(sent["id"]), 100)
        notice = Notice.objects.get(user=desk.agent)
        assert "It took place: RD-" in notice.words
        desk.prove()
        assert again(act).badge == "done"
    assert len(outside.requests(path=REDEEM)) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_lost_reply_to_reversing_ends_in_at_most_one_reversal(
    desk, outside, impatient, till_known, redeemed, fault
):
    outside.add_fault(path=REVERSE, count=1, **FAULTS[fault])
    reversal = desk.reverse(redeemed["id"], 50)
    assert (reversal.state, reversal.badge, reversal.open_act.state) == ("going", "unknown", "unknown")
    with pytest.raises(Conflict, match="Another reversal"):
        desk.reverse(redeemed["id"], 50)
    time.sleep(1.0 if fault == "too slow" else 0)
    desk.settle()
    if given_back(outside, redeemed):
        assert given_back(outside, redeemed) == [50]
        assert (again(reversal).state, again(reversal).given) == ("done", 50)
        desk.prove()
        assert again(reversal).badge == "done"
    else:
        assert again(reversal).state == "going"
        desk.over_the_horizon()
        assert again(reversal).open_act.state == "person"
    assert len(outside.requests(path=REVERSE)) == 2


@pytest.mark.parametrize("path", [REDEEM, REVERSE])
def test_too_many_calls_is_a_certain_no_and_the_same_form_works_a_moment_later(desk, outside, redeemed, path):
    wanted = desk.wanted(100)
    code = desk.code(wanted)
    back = desk.to_reverse(redeemed["id"], 50)

    def act():
        circuit._circuits.clear()
        if path == REDEEM:
            return desk.send_in(wanted, code)
        return ask_reversal(actor=desk.actor(), user=desk.agent, wanted=back)

    outside.add_fault(path=path, count=1, kind="status", status=429)
    with pytest.raises(RateLimited):
        act()
    assert not Redemption.objects.unsettled().exists()
    assert not ReversalAct.objects.unsettled().exists()
    assert act().state == "done"


def test_what_is_not_found_goes_to_a_person_and_a_second_one_says_it_did_not_take_place(
    desk, outside, second_lead
):
    outside.add_fault(path=REDEEM, count=1, kind="drop_before")
    act = desk.redeem(100, user=desk.lead)
    desk.settle(rounds=8)
    assert again(act).state == "unknown"
    with pytest.raises(Conflict, match="still checking"):
        give_up(actor=desk.actor(second_lead), user=second_lead, subject=again(act), reason="Not there.")
    desk.over_the_horizon()
    assert again(act).state == "person"
    for user in (desk.lead, desk.agent):
        with pytest.raises(Refused):
            give_up(actor=desk.actor(user), user=user, subject=again(act), reason="Not there.")
    done = give_up(actor=desk.actor(second_lead), user=second_lead, subject=again(act), reason="Not there.")
    assert (done.state, done.message) == ("not_done", "Not there.")
    assert Entry.objects.filter(action="points.redemption.given_up").count() == 1
    assert desk.redeem(100).state == "done"


def test_nobody_gives_up_what_is_there_after_all(desk, outside):
    outside.add_fault(path=REDEEM, count=1, kind="drop_after")
    act = desk.redeem(100)
    Redemption.objects.update(state="person")
    with pytest.raises(Conflict, match="found after all"):
        give_up(actor=desk.actor(desk.lead), user=desk.lead, subject=again(act), reason="Not there.")
    assert again(act).state == "done"


def test_a_person_looks_again_by_hand(desk, outside, redeemed):
    outside.add_fault(path=REDEEM, count=1, kind="drop_after")
    act = desk.redeem(100)
    assert look_again(actor=desk.actor(), user=desk.agent, subject=act).state == "done"
    with pytest.raises(Missing):
        look_again(actor=desk.actor(), user=desk.agent, subject=again(act))
    outside.add_fault(path=REVERSE, count=1, kind="drop_after")
    reversal = desk.reverse(redeemed["id"], 50)
    assert look_again(actor=desk.actor(), user=desk.agent, subject=reversal).state == "done"


def test_without_references_one_that_looks_like_it_is_it_and_several_go_to_a_person(desk, outside):
    outside.add_fault(path=REDEEM, count=1, kind="drop_before")
    act = desk.redeem(100)
    outside.redeem_elsewhere(desk.customer_id, 100, till="till.cc.01")
    desk.settle()
    assert (again(act).state, again(act).reference_seen) == ("done", False)

    outside.add_fault(path=REDEEM, count=1, kind="drop_before")
    other = desk.redeem(100)
    first = outside.redeem_elsewhere(desk.customer_id, 100, till="till.cc.01")
    second = outside.redeem_elsewhere(desk.customer_id, 100, till="till.cc.01")
    desk.settle()
    assert again(other).state == "person"
    assert {row["id"] for row in again(other).candidates} == {str(first["id"]), str(second["id"])}
    with pytest.raises(BadInput):
        it_is(
            actor=desk.actor(desk.lead), user=desk.lead, subject=again(other), listed_id="1", reason="Bill."
        )
    told = it_is(
        actor=desk.actor(desk.lead),
        user=desk.lead,
        subject=again(other),
        listed_id=str(second["id"]),
        reason="Bill.",
    )
    assert (told.state, told.listed_id) == ("done", str(second["id"]))
    desk.prove()
    assert again(other).badge == "done"


def test_where_references_are_kept_what_only_looks_like_it_is_shown_and_never_taken_for_it(desk, outside):
    desk.redeem(20)
    desk.prove()
    outside.add_fault(path=REDEEM, count=1, kind="drop_before")
    act = desk.redeem(100)
    like = outside.redeem_elsewhere(desk.customer_id, 100, till="till.cc.01")
    desk.settle(rounds=5)
    assert (again(act).state, [row["id"] for row in again(act).candidates]) == ("unknown", [str(like["id"])])
    desk.over_the_horizon()
    assert (again(act).state, len(again(act).candidates)) == ("person", 1)


def test_somebody_else_gave_back_the_same_number_meanwhile(desk, outside, till_known, redeemed):
    outside.add_fault(path=REVERSE, count=1, kind="drop_before")
    reversal = desk.reverse(redeemed["id"], 50)
    outside.reverse_elsewhere(redeemed["code"], 50, till="till.012.01")
    desk.settle()
    assert again(reversal).state == "going"
    assert [row["points"] for row in again(reversal).open_act.candidates] == ["50"]
    desk.over_the_horizon()
    assert again(reversal).open_act.state == "person"
    done = give_up(
        actor=desk.actor(desk.lead), user=desk.lead, subject=again(reversal), reason="Store 12 did."
    )
    assert (done.state, given_back(outside, redeemed)) == ("refused", [50])
    assert desk.reverse(redeemed["id"], 100).state == "done"


def test_two_that_may_be_ours_are_shown_to_a_person_who_says_which(desk, outside, redeemed):
    outside.add_fault(path=REVERSE, count=1, kind="drop_after")
    reversal = desk.reverse(redeemed["id"], 50)
    outside.reverse_elsewhere(redeemed["code"], 50, till="till.012.01")
    desk.settle()
    act = again(reversal).open_act
    assert (act.state, len(act.candidates)) == ("person", 2)
    ours = next(row for row in act.candidates if row["till"] == "70070")
    told = it_is(
        actor=desk.actor(desk.lead),
        user=desk.lead,
        subject=again(reversal),
        listed_id=ours["id"],
        reason="Till.",
    )
    assert (told.state, told.listed_id) == ("done", ours["id"])
    desk.prove()
    assert again(reversal).badge == "done"


def test_a_list_that_comes_late_settles_nothing_wrongly(desk, outside, till_known, redeemed):
    outside.add_fault(path=REDEEM, count=1, kind="drop_after")
    act = desk.redeem(100)
    outside.add_fault(path=REVERSE, count=1, kind="drop_after")
    reversal = desk.reverse(redeemed["id"], 50)
    outside.switch(read_lag="600")
    desk.settle()
    assert (again(act).state, again(reversal).state) == ("unknown", "going")
    outside.switch(read_lag="0")
    desk.settle()
    assert (again(act).state, again(reversal).state) == ("done", "done")


PEOPLE = """
import uuid
from decimal import Decimal
from apps.points.redeeming import redeem
from apps.points.reversing import ask_reversal
from apps.points.deciding import approve_reversal
from apps.points.models import Reversal
from apps.points.sweeps import settle_redemptions, settle_reversals
from apps.points.wanted import Wanted, WantedReversal
from apps.staff.models import Store, User
from tests.points.conftest import actor_for
store = Store.objects.get(code="CC")
def by(name):
    user = User.objects.get(name=name)
    return {"user": user, "actor": actor_for(user, store)}
"""


def test_killed_between_redeeming_and_settling_leaves_one_redemption_that_is_found(desk, outside):
    wanted = desk.wanted(100)
    code = desk.code(wanted)
    words = f"""
redeem(**by("Asha Verma"), code="{code}",
    wanted=Wanted(customer_id={desk.customer_id}, points=Decimal(100), token=uuid.UUID("{wanted.token}")))
"""
    run_and_die("v1.1.points.redeem", PEOPLE + words, outside.url)
    act = Redemption.objects.get()
    assert (act.state, act.sent_at is not None) == ("in_progress", True)
    with pytest.raises(Conflict):
        desk.send_in(desk.wanted(100), code)
    # The worker that reads it back is killed too, and the next one takes over.
    desk.overdue()
    run_and_die("v1.1.customer.redemptions", PEOPLE + "settle_redemptions()", outside.url)
    assert again(act).state == "in_progress"
    desk.settle()
    assert (again(act).state, theirs(outside, act)["points"]) == ("done", 100)
    assert desk.send_in(wanted, code).pk == act.pk
    assert len(outside.requests(path=REDEEM)) == 1


def test_killed_before_anything_left_is_settled_as_not_done_at_once(desk, outside):
    words = f"""
redeem(**by("Asha Verma"), code="123456",
    wanted=Wanted(customer_id={desk.customer_id}, points=Decimal(100), token=uuid.uuid4()))
"""
    before = """
from apps.operations.acts import carrying
carrying.fenced = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""
    run_and_die("never", PEOPLE + before + words, outside.url)
    assert (Redemption.objects.get().state, Redemption.objects.get().sent_at) == ("in_progress", None)
    desk.settle()
    assert Redemption.objects.get().state == "not_done"
    assert outside.requests(path=REDEEM) == []


def test_killed_between_an_approved_reversal_and_settling_it_is_given_back_once(desk, outside, till_known):
    big = outside.redeem_elsewhere(desk.customer_id, 300, till="till.cc.01")
    waiting = desk.reverse(big["id"], 300)
    words = f"""
approve_reversal(**by("Mira Kapoor"), reversal=Reversal.objects.get(pk={waiting.pk}))
"""
    run_and_die("v2.points.reverse", PEOPLE + words, outside.url)
    assert (again(waiting).state, again(waiting).open_act.state) == ("going", "in_progress")
    desk.overdue()
    run_and_die("v1.1.customer.redemptions", PEOPLE + "settle_reversals()", outside.url)
    desk.settle()
    assert (again(waiting).state, given_back(outside, big)) == ("done", [300])
    assert (
        approve_reversal(actor=desk.actor(desk.lead), user=desk.lead, reversal=again(waiting)).state == "done"
    )
    assert given_back(outside, big) == [300]


def together(*acts):
    """All at the same moment, each in a thread and a connection of its own; what each ended in."""
    start, ended = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        try:
            start.wait(timeout=10)
            ended[number] = act()
        except ConsoleError as error:
            ended[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ended


def test_a_double_click_redeems_once(desk, outside):
    wanted = desk.wanted(100)
    code = desk.code(wanted)
    ended = together(*[lambda: desk.send_in(wanted, code)] * 2)
    assert len({one.pk for one in ended if isinstance(one, Redemption)}) == 1, ended
    assert len(outside.requests(path=REDEEM)) == 1
    assert Redemption.objects.get().state == "done"


def test_two_people_redeeming_for_one_customer_redeem_once(desk, outside):
    wanted = desk.wanted(100)
    code = desk.code(wanted)
    outside.add_fault(path=REDEEM, kind="latency", latency_ms=300)
    ended = together(
        lambda: desk.send_in(wanted, code), lambda: desk.send_in(desk.wanted(100), code, user=desk.lead)
    )
    assert sorted(type(one).__name__ for one in ended) == ["Conflict", "Redemption"]
    assert len(outside.requests(path=REDEEM)) == 1


def test_two_people_reversing_one_redemption_give_it_back_once(desk, outside, redeemed):
    outside.add_fault(path=REVERSE, kind="latency", latency_ms=300)
    ended = together(
        lambda: desk.reverse(redeemed["id"], 200), lambda: desk.reverse(redeemed["id"], 200, user=desk.lead)
    )
    assert sorted(type(one).__name__ for one in ended) == ["Conflict", "Reversal"]
    assert given_back(outside, redeemed) == [200]


def test_two_managers_approving_at_once_give_it_back_once(desk, outside, second_lead):
    big = outside.redeem_elsewhere(desk.customer_id, 300, till="till.cc.01")
    waiting = desk.reverse(big["id"], 300)
    outside.add_fault(path=REVERSE, kind="latency", latency_ms=300)
    ended = together(
        *(
            lambda user=user: approve_reversal(actor=desk.actor(user), user=user, reversal=again(waiting))
            for user in (desk.lead, second_lead)
        )
    )
    assert sorted(type(one).__name__ for one in ended) == ["Conflict", "Reversal"]
    assert given_back(outside, big) == [300]


def test_a_code_asked_for_twice_at_once_is_sent_once(desk, outside):
    wanted = desk.wanted(100)
    ended = together(*[lambda: desk.code(wanted)] * 2)
    assert sum(isinstance(one, Conflict) for one in ended) == 1
    assert outside.last_code(desk.customer_id)["sent"] == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no connection to lose.")
def test_a_database_that_goes_away_between_call_and_settle_loses_nothing(desk, outside):
    wanted = desk.wanted(100)
    code = desk.code(wanted)
    outside.add_fault(path=REDEEM, count=1, kind="latency", latency_ms=600)

    backend = []

    def ask(words, *values):
        with connection.cursor() as cursor:
            cursor.execute(words, values)
            return cursor.fetchone()[0]

    def redeem():
        backend.append(ask("SELECT pg_backend_pid()"))
        return desk.send_in(wanted, code)

    def cut():
        while not outside.requests(path=REDEEM):
            threading.Event().wait(0.02)
        assert ask("SELECT pg_terminate_backend(%s)", backend[0])

    together(redeem, cut)
    act = Redemption.objects.get()
    desk.settle()
    assert (again(act).state, theirs(outside, act)["points"]) == ("done", 100)


def test_nothing_is_redeemed_while_the_trail_cannot_be_written(desk, outside):
    wanted = desk.wanted(100)
    code = desk.code(wanted)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry RENAME TO audit_entry_away")
    try:
        with pytest.raises(ConsoleError, match="trail cannot be written"):
            desk.send_in(wanted, code)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_entry_away RENAME TO audit_entry")
    assert outside.requests(path=REDEEM) == []
    assert not Redemption.objects.exists()


def test_what_cannot_be_looked_for_keeps_no_other_from_being_settled(desk, outside, several):
    outside.add_fault(path=REDEEM, count=2, kind="drop_after")
    first = desk.redeem(100)
    second = desk.redeem(100, customer_id=several(1)[0])
    # Nothing can be asked about a customer who is none.
    Redemption.objects.filter(pk=first.pk).update(customer_id=1)
    desk.settle()
    assert [again(one).state for one in (first, second)] == ["unknown", "done"]
    assert again(first).looks == 0
