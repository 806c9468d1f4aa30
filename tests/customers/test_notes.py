"""Adding a note: once, whatever happens on the way, and never twice by itself."""

import threading
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.db import connections

from apps.audit.models import Entry
from apps.core.errors import BadInput, Conflict, TraceUnavailable, Unavailable
from apps.customers.models import NoteAct
from apps.customers.note_text import tidy_note
from apps.customers.settling import settle_due
from tests.customers.conftest import read_only, trail_refuses
from tests.customers.note_help import NOTES, State, add, due, outcomes, posts, there

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_note_is_added_once_and_traced(actor, outside, person, words):
    act = add(actor, person, words)
    assert (act.state, act.text) == (State.DONE, "")
    assert act.outside_id
    assert there(outside, person, words) == 1
    assert outcomes() == ["done"]
    assert Entry.objects.filter(action="customer.note.asked", customer=str(person)).count() == 1


def test_the_same_form_sent_twice_acts_once(actor, outside, person, words):
    token = uuid.uuid4()
    first, second = add(actor, person, words, token), add(actor, person, words, token)
    assert first.pk == second.pk
    assert posts(outside) == 1


def test_a_form_that_has_acted_does_not_swallow_another_note(actor, outside, person, words):
    token = uuid.uuid4()
    add(actor, person, words, token)
    with pytest.raises(Conflict, match="was not sent"):
        add(actor, person, f"{words} and more", token)
    with pytest.raises(Conflict, match="was not sent"):
        add(actor, person + 1, words, token)
    assert posts(outside) == 1
    assert NoteAct.objects.count() == 1


def test_two_threads_with_one_form_send_once(actor, outside, person, words):
    outside.add_fault(kind="latency", latency_ms=300, path=NOTES, method="POST")
    token, barrier, acts = uuid.uuid4(), threading.Barrier(2), []

    def press():
        barrier.wait()
        try:
            acts.append(add(actor, person, words, token))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({act.pk for act in acts}) == 1
    assert posts(outside) == 1
    assert there(outside, person, words) == 1


def test_the_same_note_may_be_left_again_when_the_first_is_settled(actor, outside, person, words):
    add(actor, person, words)
    assert add(actor, person, words).state == State.DONE
    assert there(outside, person, words) == 2


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 502}, {"kind": "nonsense"}])
def test_a_failing_outside_leaves_it_not_known(actor, outside, person, words, fault):
    outside.add_fault(path=NOTES, method="POST", count=1, **fault)
    assert add(actor, person, words).state == State.UNKNOWN


def test_an_equal_note_waits_until_the_first_is_settled(actor, outside, person, words):
    outside.add_fault(kind="drop_after", path=NOTES, method="POST", count=1)
    add(actor, person, words)
    with pytest.raises(Conflict, match="Asha Verma"):
        add(actor, person, words.upper())
    assert posts(outside) == 1


def test_a_refusal_is_not_done_with_code_and_may_be_sent_again(actor, outside, person_of_the_sandbox, words):
    act = add(actor, 499_999_999, words)
    assert act.state == State.NOT_DONE
    assert act.message
    assert act.code
    assert outcomes() == ["not_done"]


def test_without_a_trail_nothing_is_sent(actor, outside, person, words):
    with read_only(), pytest.raises(TraceUnavailable):
        add(actor, person, words)
    assert posts(outside) == 0
    assert not NoteAct.objects.exists()


def test_a_trail_that_refuses_the_call_means_not_done(actor, outside, person, words):
    with trail_refuses("call.sent"):
        act = add(actor, person, words)
    assert (act.state, posts(outside)) == (State.NOT_DONE, 0)
    assert "audit trail cannot be written" in act.message
    assert outcomes() == ["not_done"]
    assert add(actor, person, words).state == State.DONE


def test_what_was_not_sent_and_could_not_be_written_down_is_settled_by_the_sweep(
    actor, outside, person, words
):
    with trail_refuses("call.sent", "customer.note.settled"), pytest.raises(TraceUnavailable):
        add(actor, person, words)
    due()
    assert settle_due() == 1
    act = NoteAct.objects.get()
    assert (act.state, posts(outside)) == (State.NOT_DONE, 0)
    assert "stopped before the note was sent" in act.message


def test_what_was_sent_and_could_not_be_written_down_is_never_called_not_sent(actor, outside, person, words):
    with trail_refuses("customer.note.settled"), pytest.raises(Unavailable, match="was sent"):
        add(actor, person, words)
    due()
    assert settle_due() == 1
    assert NoteAct.objects.get().state == State.DONE
    assert there(outside, person, words) == 1


@pytest.mark.parametrize("zone", ["America/New_York", "UTC"])
def test_the_date_is_written_in_the_zone_of_the_organisation(settings, actor, outside, person, words, zone):
    settings.TIME_ZONE = zone
    act = add(actor, person, words)
    kept = next(
        note
        for note in outside.get(NOTES, id=person).json()["response"]["customer"]["notes"]["note"]
        if note["description"] == words
    )
    kolkata = act.created_at.astimezone(ZoneInfo("Asia/Kolkata"))
    assert kept["added_on"] == f"{kolkata:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Write the note"), (" \n\u0000 ", "Write the note"), ("x" * 1001, "1,001 characters")],
)
def test_a_note_needs_words_and_has_an_end(typed, said):
    with pytest.raises(BadInput, match=said):
        tidy_note(typed)


def test_line_breaks_stay_and_control_characters_go():
    assert tidy_note("  one \r\n two\x07  three ") == "one\ntwo three"
