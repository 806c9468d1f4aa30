"""Adding a note: once, whatever happens on the way, and never twice by itself."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Entry
from apps.core.errors import BadInput, Conflict, TraceUnavailable
from apps.customers.models import NoteAct
from apps.customers.notes import add_note, tidy_note
from apps.customers.settling import add_again, check_again, settle_due
from tests.customers.conftest import read_only

pytestmark = pytest.mark.django_db(transaction=True)
NOTES = "/v1.1/customer/notes"
State = NoteAct.State


@pytest.fixture
def person(person_of_the_sandbox):
    return person_of_the_sandbox("everything")


@pytest.fixture
def words():
    """A text of its own per test: the sandbox keeps its data."""
    return f"Parcel came late, promised a call back. {uuid.uuid4().hex[:8]}"


def add(actor, person, words, token=None):
    return add_note(actor=actor, customer_id=person, text=words, token=token or uuid.uuid4())


def there(outside, person, words):
    """How often the outside has this note."""
    reply = outside.get(NOTES, id=person)
    return reply.text.count(words)


def posts(outside):
    return len(outside.requests(path=NOTES, method="POST"))


def later(seconds):
    NoteAct.objects.update(next_check_at=timezone.now() - timedelta(seconds=1))
    if seconds:
        NoteAct.objects.update(created_at=timezone.now() - timedelta(seconds=seconds))


def outcomes():
    return list(
        Entry.objects.filter(action="customer.note.settled").order_by("id").values_list("outcome", flat=True)
    )


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
    later(0)
    assert settle_due() == 1
    act.refresh_from_db()
    assert act.state == (State.DONE if in_the_end else State.UNKNOWN)
    assert posts(outside) == 1
    assert there(outside, person, words) == in_the_end


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


def test_after_the_last_look_a_person_decides_and_may_send_again(actor, outside, person, words):
    outside.add_fault(kind="drop_before", path=NOTES, method="POST", count=1)
    act = add(actor, person, words)
    with pytest.raises(Conflict, match="still checking"):
        add_again(actor=actor, act=act, token=uuid.uuid4())
    for seconds in (6, 40, 160, 800):
        later(seconds)
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


def test_notes_that_cannot_be_read_say_nothing_about_it(actor, outside, person, words):
    outside.add_fault(kind="drop_after", path=NOTES, method="POST", count=1)
    act = add(actor, person, words)
    outside.add_fault(kind="status", status=500, path=NOTES, method="GET")
    later(10_000)
    settle_due()
    act.refresh_from_db()
    assert (act.state, act.checks) == (State.UNKNOWN, 0)


@pytest.mark.parametrize("sent", [True, False])
def test_a_crash_while_sending_is_found_by_the_sweep(actor, outside, person, words, sent):
    if sent:
        outside.call(
            "POST",
            NOTES,
            json={"root": {"customer": [{"user_id": person, "notes": {"note": [{"description": words}]}}]}},
        )
    act = add(actor, person, words + " first")
    from apps.customers.notes import hash_of
    from apps.customers.sealing import seal

    NoteAct.objects.filter(pk=act.pk).update(
        state=State.IN_PROGRESS,
        outside_id="",
        text_sealed=seal(words),
        text_hash=hash_of(person, words),
        next_check_at=timezone.now() - timedelta(seconds=1),
    )
    assert settle_due() == 1
    act.refresh_from_db()
    assert act.state == (State.DONE if sent else State.UNKNOWN)


def test_two_sweeps_at_once_look_once(actor, outside, person, words):
    outside.add_fault(kind="drop_before", path=NOTES, method="POST", count=1)
    add(actor, person, words)
    later(0)
    before = len(outside.requests(path=NOTES, method="GET"))
    settle_due()
    settle_due()
    assert len(outside.requests(path=NOTES, method="GET")) == before + 1


def test_without_a_trail_nothing_is_sent(actor, outside, person, words):
    with read_only(), pytest.raises(TraceUnavailable):
        add(actor, person, words)
    assert posts(outside) == 0
    assert not NoteAct.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Write the note"), (" \n\u0000 ", "Write the note"), ("x" * 1001, "1,001 characters")],
)
def test_a_note_needs_words_and_has_an_end(typed, said):
    with pytest.raises(BadInput, match=said):
        tidy_note(typed)


def test_line_breaks_stay_and_control_characters_go():
    assert tidy_note("  one \r\n two\x07  three ") == "one\ntwo three"


class TestPage:
    """The same through the pages."""

    def url(self, name, *args):
        return reverse(f"customers:{name}", args=args)

    def test_the_agent_adds_a_note_and_sees_it_with_the_own_name(
        self, client_as, agent, outside, person, words
    ):
        desk = client_as(agent)
        answer = desk.post(self.url("note_add", person), {"text": words, "token": uuid.uuid4()}, follow=True)
        html = answer.content.decode()
        assert answer.redirect_chain[-1][0] == self.url("tab", person, "notes")
        assert words in html
        assert "Note added for" in html
        assert "Asha Verma, " in html

    def test_what_is_not_known_stays_on_the_page_with_its_badge(
        self, client_as, agent, outside, person, words
    ):
        outside.add_fault(kind="drop_after", path=NOTES, method="POST", count=1)
        desk = client_as(agent)
        html = desk.post(
            self.url("note_add", person), {"text": words, "token": uuid.uuid4()}, follow=True
        ).content.decode()
        assert "Not known yet" in html
        assert "Do not add it again." in html
        act = NoteAct.objects.get()
        html = desk.post(self.url("note_check", person, act.reference), follow=True).content.decode()
        assert "Note added for" in html
        assert "Do not add it again." not in html

    @pytest.mark.parametrize("htmx", [True, False])
    def test_a_note_that_was_not_added_keeps_what_was_typed(self, client_as, agent, outside, words, htmx):
        desk = client_as(agent, htmx=htmx)
        answer = desk.post(self.url("note_add", 499_999_999), {"text": words, "token": uuid.uuid4()})
        html = answer.content.decode()
        assert answer.status_code == 422
        assert words in html
        assert "Not added." in html
        assert ("<html" in html) is not htmx

    def test_an_empty_note_is_said_at_the_field(self, client_as, agent, outside, person):
        answer = client_as(agent).post(self.url("note_add", person), {"text": " ", "token": uuid.uuid4()})
        assert answer.status_code == 422
        assert "Write the note first." in answer.content.decode()
        assert outside.requests() == []

    def test_who_may_not_is_refused(self, client_as, auditor, outside, person, words):
        for name, args in (
            ("note_add", [person]),
            ("note_check", [person, "x"]),
            ("note_again", [person, "x"]),
        ):
            assert client_as(auditor).post(self.url(name, *args)).status_code == 403
            assert client_as().post(self.url(name, *args)).status_code == 302
            assert client_as(auditor).get(self.url(name, *args)).status_code == 405
