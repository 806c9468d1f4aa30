"""Rows under way: shared, stopped between two of them, lost and found again, never run as two acts."""

import json
import subprocess
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from apps.audit.models import Entry
from apps.core.errors import Conflict, Refused
from apps.operations.models import Chunk, Item, Notice, Operation
from apps.operations.work import claims, dispatching, ending, following, looking, services
from apps.operations.work.kinds import Outcome
from apps.operations.work.pauses import MOST_PUT_OFF
from apps.operations.work.progress import last_lines, progress_of
from tests.operations.work_help import claimed, registered

pytestmark = pytest.mark.django_db


def many(number, what=""):
    """So many rows of different customers."""
    return [f"{101 + one},10,{what}" for one in range(number)]


def steer(office, what, operation, **more):
    return getattr(services, what)(actor=office.actor, user=office.user, operation=operation, **more)


def test_every_row_ends_with_what_became_of_it(office):
    operation = office.running("101,10,", "102,10,refused", "103,10,silence")
    office.work()
    items = {one.row: one for one in Item.objects.filter(operation=operation)}
    assert [(items[row].state, items[row].code) for row in (1, 2, 3)] == [
        ("done", ""),
        ("not_done", "809"),
        ("unknown", ""),
    ]
    assert (items[1].act_reference, items[1].results) == ("ACT1", {"made": 1})
    assert items[2].words == "Capillary said no."
    operation = office.now(operation)
    assert (operation.state, operation.settled_at) == ("done", None)
    assert office.desk.taken == 20


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_an_operation_and_none_does_a_row_twice(office, together):
    operation = office.running(*many(60))
    both = threading.Barrier(2)
    met = []

    def meet(_item):
        if not met and threading.current_thread() is not threading.main_thread():
            both.wait(timeout=10)
            met.append(True)

    office.desk.before = meet
    waiting = iter(list(operation.chunks.filter(phase="run").order_by("number").values_list("pk", flat=True)))
    lock = threading.Lock()

    def work():
        with lock:
            mine = next(waiting)
        return looking.look(mine)

    taken = together(work, threads=2)
    assert min(taken) > 0
    assert sum(taken) == operation.chunks.filter(phase="run").count()
    assert sorted(row for row, _token in office.desk.asked) == list(range(1, 61))
    assert office.now(operation).state == "done"


@pytest.mark.django_db(transaction=True)
def test_a_pause_takes_effect_within_a_row_and_resuming_goes_on_there(office):
    operation = office.running(*many(30))

    def pause_at_seven(item):
        if item.row == 7:
            paused = steer(office, "pause", operation)
            assert (paused.state, paused.is_stopping) == ("running", True)

    office.desk.before = pause_at_seven
    office.work()
    assert office.now(operation).state == "paused"
    assert [row for row, _token in office.desk.asked] == [1, 2, 3, 4, 5, 6, 7]
    assert Item.objects.filter(state="going").count() == 0
    office.desk.before = None
    steer(office, "resume", operation)
    office.work()
    assert [row for row, _token in office.desk.asked] == list(range(1, 31))
    assert office.now(operation).state == "done"


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_one_never_moves_again_and_gives_back_what_was_not_used(office):
    operation = office.running(*many(30))
    office.desk.before = lambda item: item.row == 4 and steer(office, "cancel", operation)
    office.work()
    assert office.now(operation).state == "cancelled"
    asked = list(office.desk.asked)
    assert len(asked) == 4
    for chunk in Chunk.objects.filter(operation=operation):
        assert looking.look(chunk.pk) == 0
    for what in ("pause", "resume", "cancel", "run"):
        with pytest.raises(Conflict):
            steer(office, what, operation)
    assert following.clear_cancelled() == 26
    assert office.desk.asked == asked
    assert office.desk.taken == 40
    operation = office.now(operation)
    assert operation.settled_at
    assert operation.counts == {"done": 4, "skipped": 26}
    assert Notice.objects.get(user=office.user).words == f"{operation.number} is cancelled: 4 done."


def test_nothing_in_flight_it_is_paused_or_cancelled_at_once(office):
    operation = office.running(*many(3))
    assert steer(office, "pause", operation).state == "paused"
    assert steer(office, "cancel", operation).state == "cancelled"
    assert office.desk.asked == []


def test_a_dry_run_can_be_cancelled(office):
    operation = office.upload(*many(3))
    assert steer(office, "cancel", operation).state == "cancelled"
    office.work()
    assert office.now(operation).state == "cancelled"
    assert Item.objects.count() == 0


def test_a_dead_worker_s_row_is_run_again_with_the_same_token(office):
    operation = office.running(*many(3))
    dead = claimed(operation)
    Item.objects.filter(row=2).update(state="going", tries=1)
    office.work()
    assert office.desk.asked == []
    office.soon(minutes=3)
    assert dispatching.dispatch() == 1
    office.work()
    assert office.states(operation) == {1: "done", 2: "done", 3: "done"}
    tokens = dict(office.desk.asked)
    assert tokens == {one.row: one.token for one in Item.objects.all()}
    assert Item.objects.get(row=2).tries == 2
    assert not claims.Chunk.objects.filter(owner=dead.owner).exists()


def test_what_a_dead_worker_kept_of_its_row_is_begun_anew_and_not_for_ever(office):
    operation, asked = office.running(*many(3)), []
    claimed(operation)
    Item.objects.filter(row=2).update(state="going", tries=1)
    # Begun so often that what it kept is left to be read back.
    Item.objects.filter(row=3).update(state="going", tries=MOST_PUT_OFF)
    office.soon(minutes=3)
    dispatching.dispatch()
    with registered(office.desk.kind(anew=lambda item: asked.append((item.row, len(office.desk.asked))))):
        office.work()
    assert asked == [(2, 1)]
    assert office.states(operation) == {1: "done", 2: "done", 3: "done"}


def test_a_worker_whose_process_is_gone_from_this_machine_is_not_waited_for(office):
    operation = office.running(*many(3))
    claimed(operation)
    assert claims.free_expired(timezone.now()) == 0
    ended = subprocess.Popen(["true"])
    ended.wait()
    elsewhere = f"another-machine/{ended.pid}"
    Chunk.objects.filter(state="claimed").update(held_by=elsewhere)
    assert claims.free_expired(timezone.now()) == 0
    Chunk.objects.filter(state="claimed").update(held_by=f"{claims.this_machine()}/{ended.pid}")
    assert claims.free_expired(timezone.now()) == 1
    office.work()
    assert office.now(operation).state == "done"


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lost_its_lease_writes_nothing_and_stops(office):
    """It slept in the middle of row 2; another one took over and did everything."""
    operation = office.running(*many(3))

    def sleep(item):
        if item.row == 2 and not slept:
            slept.append(item)
            office.soon(minutes=3)
            claims.free_expired(timezone.now())
            office.work()
            Item.objects.filter(row=2).update(words="what the other one wrote")

    slept = []
    office.desk.before = sleep
    slow = claimed(operation)
    looking.work_on(slow, 9e9)
    assert Item.objects.get(row=2).words == "what the other one wrote"
    assert [row for row, _token in office.desk.asked] == [1, 2, 3, 2]
    assert len(office.desk.acts) == 3
    assert office.now(operation).state == "done"
    with pytest.raises(claims.Lost):
        slow.renew()


def test_a_message_that_is_lost_is_sent_again(office):
    operation = office.running(*many(3))
    assert dispatching.dispatch() == 1
    assert dispatching.dispatch() == 0
    office.soon(seconds=20)
    assert dispatching.dispatch() == 1
    assert operation.chunks.get(phase="run").sent_at


def test_messages_are_few_and_workers_leave_room_for_sweeps(office, settings):
    settings.CONSOLE_WORK_AT_ONCE = 2
    operation = office.running(*many(200))
    assert dispatching.dispatch() == 4
    first, second, third = operation.chunks.filter(phase="run").order_by("number")[:3]
    assert claims.claim(first.pk)
    assert claims.claim(first.pk) is None
    assert claims.claim(second.pk)
    assert claims.claim(third.pk) is None
    office.soon(seconds=20)
    assert dispatching.dispatch() == 0


def test_a_large_operation_holds_up_no_small_one(office, settings):
    settings.CONSOLE_WORK_AT_ONCE = 2
    large, small = office.checked(*many(200)), office.checked("901,1,")
    large, small = office.run(large), office.run(small)
    dispatching.dispatch()
    assert small.chunks.filter(phase="run").exclude(sent_at=None).count() == 1
    claimed(large)
    assert dispatching.next_chunk() == small.chunks.get(phase="run").pk


def test_outside_its_hours_a_kind_waits_and_its_dry_run_does_not(office, settings):
    now = timezone.localtime()
    later = [(now + timedelta(hours=hours)).time() for hours in (2, 3)]
    settings.CONSOLE_WORK_HOURS = {"test_rows": tuple(later)}
    operation = office.running(*many(3))
    assert dispatching.dispatch() == 0
    settings.CONSOLE_WORK_HOURS = {"test_rows": (later[1], later[0])}
    assert dispatching.dispatch() == 1
    assert operation.state == "running"


def test_a_row_that_cannot_be_sent_is_put_off_and_ends_well_later(office):
    operation = office.running("101,10,", "102,10,circuit", "103,10,")
    office.work()
    assert office.states(operation) == {1: "done", 2: "ready", 3: "ready"}
    assert "Put off for 5 s: Capillary is ill." in operation.lines.values_list("words", flat=True)
    office.work()
    assert len(office.desk.asked) == 2
    item = Item.objects.get(row=2)
    office.desk.before = lambda one: one.values  # the outside is well again
    office.desk.run, plain = lambda _actor, one: Outcome("done"), office.desk.run
    with registered(office.desk.kind()):
        office.soon(seconds=10)
        office.work()
    assert office.now(operation).state == "done"
    assert Item.objects.get(row=2).tries == item.tries + 1
    assert plain


def test_a_row_that_is_put_off_for_hours_ends_as_not_done(office):
    operation = office.running("101,10,circuit")
    Item.objects.update(tries=23)
    office.work()
    item = Item.objects.get(operation=operation)
    assert (item.state, item.words) == ("not_done", "Capillary is ill.")


def test_a_mistake_of_ours_parks_the_rows_for_a_person_and_others_go_on(office):
    operation = office.running(*many(10), "991,10,crash", "992,10,")
    for _turn in range(5):
        office.work()
        office.soon(minutes=1)
    parked = operation.chunks.get(state="parked")
    assert (parked.error, parked.tries) == ("RuntimeError", 3)
    assert office.states(operation)[11] == "going"
    assert office.now(operation).state == "running"
    assert "wait for a person" in last_lines(operation)[0].words
    tokens = {token for row, token in office.desk.asked if row == 11}
    assert len(tokens) == 1
    services.free_chunk(actor=office.actor, user=office.user, operation=operation, chunk=parked)
    office.desk.run = lambda _actor, _item: Outcome("done")
    with registered(office.desk.kind()):
        office.work()
    assert office.now(operation).state == "done"
    with pytest.raises(Conflict, match="not parked"):
        services.free_chunk(actor=office.actor, user=office.user, operation=operation, chunk=parked)


def test_who_may_not_free_parked_rows_is_an_entry(office, agent):
    operation = office.running("101,10,")
    chunk = operation.chunks.get(phase="run")
    with pytest.raises(Refused, match="does not steer"):
        services.free_chunk(actor=office.actor, user=agent, operation=operation, chunk=chunk)
    entry = Entry.objects.get(action="operations.work.stopped")
    assert (entry.outcome, json.loads(bytes(entry.payload))["details"]["act"]) == ("refused", "free")


def test_rows_that_run_out_of_time_are_parked_later(office):
    operation = office.running("101,10,slow")
    for _turn in range(9):
        office.work()
        office.soon(minutes=5)
    chunk = operation.chunks.get(phase="run")
    assert (chunk.state, chunk.error, chunk.tries) == ("waiting", "SoftTimeLimitExceeded", 9)
    office.work()
    assert operation.chunks.get(phase="run").state == "parked"


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="nobody cuts the connection to a file")
@pytest.mark.django_db(transaction=True)
def test_a_database_that_went_away_for_a_moment_costs_a_try(office):
    operation = office.running(*many(3))

    def cut(item):
        if item.row == 2 and len(office.desk.asked) == 1:
            connection.connection.close()

    office.desk.before = cut
    office.work()
    assert office.states(operation) == {1: "done", 2: "going", 3: "ready"}
    assert operation.chunks.get(phase="run").error == "OperationalError"
    office.soon(seconds=10)
    office.work()
    assert office.now(operation).state == "done"
    assert len(office.desk.acts) == 3


def test_rows_that_kill_their_worker_are_parked_too(office):
    operation = office.running(*many(3))
    for _turn in range(3):
        assert claimed(operation)
        office.soon(minutes=3)
        dispatching.dispatch()
    assert operation.chunks.get(phase="run").state == "parked"
    assert claimed(office.running("901,1,"))


def test_it_stops_by_itself_after_so_many_errors_and_counts_anew_when_resumed(office):
    operation = office.running(*many(9, "refused"), stop_after_errors=2)
    office.work()
    operation = office.now(operation)
    assert (operation.state, operation.problem) == ("paused", "Paused by itself: 2 rows were not done.")
    assert len(office.desk.asked) == 2
    operation = steer(office, "resume", operation)
    assert operation.problem == ""
    office.work()
    assert len(office.desk.asked) == 4
    assert Notice.objects.filter(user=office.user, level="bad").count() == 2


def test_while_its_act_is_switched_off_nothing_begins(office):
    operation = office.running(*many(3))
    office.desk.held = "Goodwill is switched off."
    office.work()
    operation = office.now(operation)
    assert (operation.state, operation.problem) == ("paused", "Goodwill is switched off.")
    assert office.desk.asked == []


def test_switched_off_in_the_middle_no_row_is_lost_to_it(office):
    operation = office.running(*many(5))

    def off_at_three(item):
        if item.row >= 3:
            office.desk.held = "Goodwill is switched off."
            raise Refused(office.desk.held)

    office.desk.before = off_at_three
    office.work()
    stands = office.now(operation)
    assert (stands.state, stands.problem) == ("paused", "Goodwill is switched off.")
    assert office.states(operation) == {1: "done", 2: "done", 3: "ready", 4: "ready", 5: "ready"}
    assert office.desk.taken == 50
    office.desk.before, office.desk.held = None, ""
    steer(office, "resume", operation)
    office.work()
    assert set(office.states(operation).values()) == {"done"}


def test_a_no_of_the_outside_stays_one_while_nothing_is_switched_off(office):
    operation = office.running("101,10,refused", "102,10,")
    office.desk.before = lambda item: item.row == 2 and setattr(office.desk, "held", "Switched off.")
    office.work()
    assert office.states(operation) == {1: "not_done", 2: "done"}


def test_rows_not_known_are_followed_until_they_are_and_the_requester_is_told(office):
    operation = office.running("101,10,silence", "102,10,silence", "103,10,")
    office.work()
    Notice.objects.all().delete()
    office.desk.known = {1: Outcome("done", act_reference="FOUND")}
    assert following.follow() == 0
    office.soon(seconds=10)
    assert following.follow() == 2
    assert office.states(operation) == {1: "done", 2: "unknown", 3: "done"}
    assert office.now(operation).settled_at is None
    office.desk.known[2] = Outcome("not_done", "It is not there.")
    office.soon(minutes=10)
    assert following.follow() == 1
    operation = office.now(operation)
    assert operation.settled_at
    assert operation.counts == {"done": 2, "not_done": 1}
    assert office.desk.taken == 20
    assert Notice.objects.get().words == f"{operation.number}: every row is known now. 2 done, 1 not done."


@pytest.mark.django_db(transaction=True)
def test_a_row_a_dead_worker_began_is_looked_for_when_it_is_cancelled(office):
    operation = office.running(*many(3))
    claimed(operation)
    Item.objects.filter(row=2).update(state="going")
    assert steer(office, "cancel", operation).is_stopping
    office.soon(minutes=3)
    claims.free_expired(timezone.now())
    assert ending.stop_wanted() == 1
    following.clear_cancelled()
    assert office.states(operation) == {1: "skipped", 2: "unknown", 3: "skipped"}
    office.desk.known = {2: Outcome("done")}
    office.soon(seconds=5)
    following.follow()
    assert office.now(operation).counts == {"done": 1, "skipped": 2}
    assert office.desk.asked == []


def test_only_failed_rows_run_anew_with_their_numbers_and_new_tokens(office):
    first = office.running("101,10,", "102,10,refused", "103,10,refused")
    with pytest.raises(Conflict):
        steer(office, "rerun_failed", first)
    office.work()
    again = steer(office, "rerun_failed", first)
    office.work()
    again = office.now(again)
    assert (again.state, again.rerun_of_id, again.totals["ready"]) == ("checked", first.pk, 2)
    assert office.states(again) == {2: "ready", 3: "ready"}
    items = Item.objects.filter(row=2).order_by("operation")
    assert items[0].token != items[1].token
    assert items[0].input == items[1].input
    assert Entry.objects.filter(action="operations.work.rerun").count() == 1
    steer(office, "cancel", again)
    done = office.running("201,1,")
    office.work()
    with pytest.raises(Conflict, match="no failed rows"):
        steer(office, "rerun_failed", done)


def test_how_far_it_is_and_how_fast(office, django_assert_num_queries):
    operation = office.running(*many(40), "abc,1,")
    office.desk.before = lambda item: item.row == 10 and steer(office, "pause", operation)
    office.work()
    progress = progress_of(office.now(operation))
    assert (progress.total, progress.done, progress.left, progress.bad) == (40, 10, 30, 1)
    assert (progress.percent, progress.per_minute, progress.time_left) == (25, 0, None)
    operation = steer(office, "resume", operation)
    Operation.objects.update(started_at=timezone.now() - timedelta(minutes=1))
    with django_assert_num_queries(2):
        progress = progress_of(operation)
    assert progress.per_minute in range(1, 700)
    assert progress.time_left


def test_others_do_not_steer_it(office, agent):
    operation = office.running(*many(3))
    with pytest.raises(Refused, match="does not steer"):
        services.pause(actor=office.actor, user=agent, operation=operation)
