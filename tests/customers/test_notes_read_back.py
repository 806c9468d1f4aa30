"""A note whose answer never came: read back, told from others, and given to a person in the end."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from apps.audit.models import Entry
from apps.audit.narrative import sentence
from apps.core.errors import Conflict
from apps.customers.models import NoteAct
from apps.customers.settling import accept, add_again, check_again, settle_due
from tests.customers.note_help import NOTES, State, add, due, leave, outcomes, posts, reads, there

pytestmark = pytest.mark.django_db(transaction=True)


def written(**ago):
    """A date as the outside takes it: the organisation's, without naming its zone."""
    return f"{(timezone.now() - timedelta(**ago)).astimezone(ZoneInfo('Asia/Kolkata')):%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(("kind", "in_the_end"), [("drop_after", 1), ("drop_before", 0)])
def test_an_answer_that_never_came_is_not_known_and_never_sent_again(
    actor, outside, person, words, kind, in_the_end
):
    outside.add_fault(kind=kind, path=NOTES, method="POST", count=1)
    act = add(actor, person, words)
    assert act.state == State.UNKNOWN
    assert act.next_check_at <= timezone.now() + timedelta(seconds=5)
    assert outcomes() == ["unknown"]
    assert settle_due() == 0, "not due yet"
    due()
    assert settle_due() == 1
    act.refresh_from_db()
    assert act.state == (State.DONE if in_the_end else State.UNKNOWN)
    assert posts(outside) == 1
    assert there(outside, person, words) == in_the_end


def test_after_the_last_look_a_person_decides_and_may_send_again(actor, outside, person, words):
    outside.add_fault(kind="drop_before", path=NOTES, method="POST", count=1)
    act = add(actor, person, words)
    with pytest.raises(Conflict, match="still checking"):
        add_again(actor=actor, act=act, token=uuid.uuid4())
    for seconds in (6, 40, 160, 800):
        due(old=seconds)
        assert settle_due() == 1
    act.refresh_from_db()
    assert act.state == State.NEEDS_PERSON
    assert settle_due() == 0
    with pytest.raises(Conflict):
        add(actor, person, words)
    again = add_again(actor=actor, act=act, token=uuid.uuid4())
    assert again.state == State.DONE
    act.refresh_from_db()
    assert act.state == State.NOT_DONE
    assert there(outside, person, words) == 1
    assert Entry.objects.filter(action="customer.note.given_up").count() == 1


def test_add_again_finds_a_late_note_and_does_not_double_it(actor, outside, person, words):
    outside.add_fault(kind="drop_after", path=NOTES, method="POST", count=1)
    act = add(actor, person, words)
    NoteAct.objects.update(state=State.NEEDS_PERSON, next_check_at=None)
    act.refresh_from_db()
    assert add_again(actor=actor, act=act, token=uuid.uuid4()).pk == act.pk
    assert there(outside, person, words) == 1


def test_an_equal_note_of_another_act_is_not_taken_for_this_one(actor, outside, person, words):
    add(actor, person, words)
    outside.add_fault(kind="drop_before", path=NOTES, method="POST", count=1)
    act = add(actor, person, words)
    assert check_again(actor=actor, act=act).state == State.UNKNOWN


def test_an_equal_note_from_before_proves_nothing(actor, outside, person, words):
    leave(outside, person, words)
    leave(outside, person, words, written(hours=1))
    outside.add_fault(kind="drop_before", path=NOTES, method="POST", count=1)
    act = add(actor, person, words)
    due()
    settle_due()
    act.refresh_from_db()
    assert (act.state, act.alike) == (State.UNKNOWN, [])


def test_when_nobody_could_tell_what_was_there_before_the_date_alone_decides(actor, outside, person, words):
    leave(outside, person, words, written(hours=1))
    outside.add_fault(kind="status", status=403, path=NOTES, method="GET", count=1)
    outside.add_fault(kind="drop_before", path=NOTES, method="POST", count=1)
    act = add(actor, person, words)
    assert act.seen_before is None
    assert check_again(actor=actor, act=act).state == State.UNKNOWN
    leave(outside, person, words, written())
    assert check_again(actor=actor, act=act).state == State.DONE


def test_two_that_fit_go_to_a_person_at_once_who_says_which(actor, outside, person, words):
    outside.add_fault(kind="drop_after", path=NOTES, method="POST", count=1)
    act = add(actor, person, words)
    leave(outside, person, words, written())
    due()
    settle_due()
    act.refresh_from_db()
    assert (act.state, len(act.alike)) == (State.NEEDS_PERSON, 2)
    with pytest.raises(Conflict, match="no longer waits"):
        accept(actor=actor, act=act, note_id="0")
    mine = act.alike[0][0]
    settled = accept(actor=actor, act=act, note_id=mine)
    assert (settled.state, settled.outside_id, settled.text) == (State.DONE, mine, "")
    assert Entry.objects.filter(action="customer.note.accepted").count() == 1


def test_an_equal_note_of_another_date_that_came_since_is_shown_to_a_person(actor, outside, person, words):
    outside.add_fault(kind="drop_before", path=NOTES, method="POST", count=1)
    act = add(actor, person, words)
    leave(outside, person, words, written(hours=3))
    due()
    settle_due()
    act.refresh_from_db()
    assert (act.state, len(act.alike)) == (State.UNKNOWN, 1)
    due(old=800)
    settle_due()
    act.refresh_from_db()
    assert (act.state, len(act.alike)) == (State.NEEDS_PERSON, 1)


def test_notes_that_cannot_be_read_are_asked_for_less_and_less_and_go_to_a_person(
    actor, outside, person, words
):
    outside.add_fault(kind="drop_after", path=NOTES, method="POST", count=1)
    act = add(actor, person, words)
    outside.add_fault(kind="status", status=503, path=NOTES, method="GET")
    for old, pause in ((6, 30), (40, 120), (160, 600), (800, 3600), (3000, 3600)):
        due(old=old)
        settle_due()
        act.refresh_from_db()
        assert act.state == State.UNKNOWN
        waits = (act.next_check_at - timezone.now()).total_seconds()
        assert pause - 5 < waits <= pause
    due(old=5000)
    settle_due()
    act.refresh_from_db()
    assert (act.state, act.next_check_at) == (State.NEEDS_PERSON, None)
    assert act.unread
    assert settle_due() == 0


def test_an_error_that_stays_goes_to_a_person_at_once(actor, outside, person, words):
    outside.add_fault(kind="drop_after", path=NOTES, method="POST", count=1)
    act = add(actor, person, words)
    outside.add_fault(kind="status", status=401, path=NOTES, method="GET")
    due()
    settle_due()
    act.refresh_from_db()
    assert act.state == State.NEEDS_PERSON
    assert act.unread


def test_a_crash_after_sending_is_found_by_the_sweep(actor, outside, person, words):
    outside.add_fault(kind="drop_after", path=NOTES, method="POST", count=1)
    act = add(actor, person, words)
    NoteAct.objects.update(state=State.IN_PROGRESS)
    due()
    assert settle_due() == 1
    act.refresh_from_db()
    assert act.state == State.DONE


def test_the_sentence_of_a_note_the_sweep_settled_names_its_author(actor, outside, person, words):
    outside.add_fault(kind="drop_after", path=NOTES, method="POST", count=1)
    act = add(actor, person, words)
    due()
    settle_due()
    told = strip_tags(sentence(Entry.objects.filter(action="customer.note.settled").latest("id")))
    assert told == f"The note {act.reference} of Asha Verma was added to customer {person}."


def test_two_sweeps_at_once_look_once(actor, outside, person, words):
    outside.add_fault(kind="drop_before", path=NOTES, method="POST", count=1)
    add(actor, person, words)
    due()
    before = reads(outside)
    settle_due()
    settle_due()
    assert reads(outside) == before + 1
