"""Notes through the pages: what is shown, what stays in the form, and who may."""

import re
import uuid

import pytest
from django.urls import reverse

from apps.customers.models import NoteAct
from apps.customers.settling import settle_due
from tests.customers.conftest import read_only
from tests.customers.note_help import NOTES, State, due, leave, posts

pytestmark = pytest.mark.django_db(transaction=True)


def url(name, *args):
    return reverse(f"customers:{name}", args=args)


def test_the_agent_adds_a_note_and_sees_it_with_the_own_name(client_as, agent, outside, person, words):
    desk = client_as(agent)
    answer = desk.post(url("note_add", person), {"text": words, "token": uuid.uuid4()}, follow=True)
    html = answer.content.decode()
    assert answer.redirect_chain[-1][0] == url("tab", person, "notes")
    assert words in html
    assert "Note added for" in html
    assert "Asha Verma, " in html


def test_what_is_not_known_stays_on_the_page_with_its_badge(client_as, agent, outside, person, words):
    outside.add_fault(kind="drop_after", path=NOTES, method="POST", count=1)
    desk = client_as(agent)
    html = desk.post(
        url("note_add", person), {"text": words, "token": uuid.uuid4()}, follow=True
    ).content.decode()
    assert "Not known yet" in html
    assert "Do not add it again." in html
    act = NoteAct.objects.get()
    html = desk.post(url("note_check", person, act.reference), follow=True).content.decode()
    assert "Note added for" in html
    assert "Do not add it again." not in html


def test_an_open_note_looks_again_by_itself_until_it_is_settled(client_as, agent, outside, person, words):
    outside.add_fault(kind="drop_after", path=NOTES, method="POST", count=1)
    desk, part = client_as(agent), client_as(agent, htmx=True)
    page = desk.post(url("note_add", person), {"text": words, "token": uuid.uuid4()}, follow=True)
    act = NoteAct.objects.get()
    here = url("note_state", person, act.reference)
    first = re.search(rf'hx-get="({here}[^"]*)" hx-trigger="load delay:2s', page.content.decode())[1]
    asked = len(outside.requests())
    again = part.get(first.replace("&amp;", "&")).content.decode()
    assert "Do not add it again." in again
    assert 'hx-trigger="load delay:3s' in again, "less often as time goes by"
    assert "hx-get" not in part.get(here, {"times": 500}).content.decode(), "and not for ever"
    assert len(outside.requests()) == asked, "looking at our own row asks nobody"
    due()
    settle_due()
    settled = part.get(here, {"times": 2}).content.decode()
    assert 'data-announce="Note added. It was sent once and is among the customer' in settled
    assert "Do not add it again." not in settled
    assert f'hx-get="{url("panel", person, "notes")}" hx-trigger="load" hx-target="#panel-notes"' in settled
    assert desk.get(here)["Location"] == url("tab", person, "notes")
    assert part.get(url("note_state", person + 1, act.reference)).status_code == 404


@pytest.mark.parametrize("htmx", [True, False])
def test_a_note_that_was_not_added_keeps_what_was_typed(client_as, agent, outside, words, htmx):
    desk = client_as(agent, htmx=htmx)
    answer = desk.post(url("note_add", 499_999_999), {"text": words, "token": uuid.uuid4()})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in html
    assert "Not added." in html
    assert ("<html" in html) is not htmx


def test_an_empty_note_is_said_at_the_field(client_as, agent, outside, person):
    answer = client_as(agent).post(url("note_add", person), {"text": " ", "token": uuid.uuid4()})
    assert answer.status_code == 422
    assert "Write the note first." in answer.content.decode()
    assert outside.requests() == []


def test_the_number_of_a_payment_card_is_refused_and_nothing_is_sent(client_as, agent, outside, person):
    typed = {"text": "Card 4111 1111 1111 1111", "token": uuid.uuid4()}
    answer = client_as(agent).post(url("note_add", person), typed)
    assert answer.status_code == 422
    assert "This holds the number of a payment card." in answer.content.decode()
    assert not NoteAct.objects.exists()
    assert posts(outside) == 0


def test_who_may_not_is_refused(client_as, auditor, outside, person, words):
    for name, args in (
        ("note_add", [person]),
        ("note_check", [person, "x"]),
        ("note_again", [person, "x"]),
        ("note_there", [person, "x"]),
    ):
        assert client_as(auditor).post(url(name, *args)).status_code == 403
        assert client_as().post(url(name, *args)).status_code == 302
        assert client_as(auditor).get(url(name, *args)).status_code == 405


@pytest.mark.parametrize("htmx", [True, False])
def test_what_was_typed_stays_when_the_trail_refuses(client_as, agent, outside, person, words, htmx):
    desk = client_as(agent, htmx=htmx)
    with read_only():
        answer = desk.post(url("note_add", person), {"text": words, "token": uuid.uuid4()})
    html = answer.content.decode()
    assert answer.status_code == 503
    assert words in html
    assert "nothing was sent" in html
    assert ("<html" in html) is not htmx
    assert posts(outside) == 0


def test_a_form_that_has_acted_keeps_another_text_and_can_send_it_next(
    client_as, agent, outside, person, words
):
    desk, token = client_as(agent), uuid.uuid4()
    desk.post(url("note_add", person), {"text": words, "token": token})
    answer = desk.post(url("note_add", person), {"text": f"{words} Second.", "token": token})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert f"{words} Second." in html
    fresh = answer.context["note_form"]["token"].value()
    assert fresh != token
    told = desk.post(
        url("note_add", person), {"text": f"{words} Second.", "token": fresh}, follow=True
    ).content.decode()
    assert "Note added for" in told
    assert posts(outside) == 2


def test_a_person_sees_the_notes_alike_and_says_which(client_as, agent, outside, person, words):
    outside.add_fault(kind="drop_after", path=NOTES, method="POST", count=1)
    desk = client_as(agent)
    desk.post(url("note_add", person), {"text": words, "token": uuid.uuid4()})
    leave(outside, person, words)
    due()
    settle_due()
    act = NoteAct.objects.get()
    html = desk.get(url("tab", person, "notes")).content.decode()
    assert "It may be one of these." in html
    assert html.count("This is it") == 2
    address = url("note_there", person, act.reference)
    assert "Note added for" in desk.post(address, {"note": act.alike[0][0]}, follow=True).content.decode()
    assert NoteAct.objects.get().state == State.DONE


def test_notes_that_could_not_be_read_are_said_so(client_as, agent, outside, person, words):
    outside.add_fault(kind="drop_after", path=NOTES, method="POST", count=1)
    desk = client_as(agent)
    desk.post(url("note_add", person), {"text": words, "token": uuid.uuid4()})
    outside.add_fault(kind="status", status=401, path=NOTES, method="GET", count=2)
    due()
    settle_due()
    html = desk.get(url("tab", person, "notes")).content.decode()
    assert "the notes could not be read to look for it" in html
    assert "is not among the notes" not in html
