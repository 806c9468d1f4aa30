"""What a caller can be asked: only what this customer's data can answer and this person may compare."""

import pytest
from django.urls import reverse

from apps.audit.models import Entry
from apps.customers.models import CallerVerification
from tests.customers.conftest import read_only

pytestmark = pytest.mark.django_db(transaction=True)


def at(person):
    return reverse("customers:verify", args=[person])


def text(answer):
    return answer.content.decode()


def test_only_questions_with_an_answer_are_offered(client_as, agent, outside, person, person_of_the_sandbox):
    desk = client_as(agent)
    full, empty = text(desk.get(at(person))), text(desk.get(at(person_of_the_sandbox("empty"))))
    assert "Last four digits of the card" in full
    assert "E-mail address" in full
    assert "•••• 0001" in full
    assert "asha.kulkarni@" not in full
    assert "Date of birth" not in full
    assert "Last purchase" not in empty
    assert "Last four digits of the card" not in empty


def test_a_card_that_is_not_active_is_not_asked_about(client_as, agent, outside, person_of_the_sandbox):
    html = text(client_as(agent).get(at(person_of_the_sandbox("cards"))))
    assert "•••• 0023" in html
    assert "•••• 0022" not in html


def test_a_question_that_was_not_offered_verifies_nobody(client_as, agent, outside, person):
    answer = client_as(agent).post(at(person), {"questions": ["birthday", "card"]})
    assert answer.status_code == 422
    assert "cannot answer that question" in text(answer)
    assert not CallerVerification.objects.exists()


def test_a_masked_answer_is_shown_for_a_minute_and_traced(client_as, agent, outside, person):
    desk = client_as(agent)
    answer = desk.post(at(person), {"show": "email", "questions": ["card"]})
    assert "asha.kulkarni@example.com" in text(answer)
    assert 'data-shown-for="60"' in text(answer)
    assert " checked" in text(answer)
    assert answer["Refresh"] == f"60; url={at(person)}"
    entry = Entry.objects.get(action="customer.revealed")
    assert (entry.customer, entry.subject) == (str(person), "E-mail address, spelled out")
    stored = "".join(str(value) for one in Entry.objects.values() for value in one.values())
    assert "asha.kulkarni@example.com" not in stored
    assert not CallerVerification.objects.exists()


def test_without_a_trail_no_answer_is_shown(client_as, agent, outside, person):
    desk = client_as(agent)
    with read_only():
        answer = desk.post(at(person), {"show": "email"})
    assert answer.status_code == 503
    assert "asha.kulkarni@" not in text(answer)


def test_what_does_not_load_is_said_and_nobody_is_verified(client_as, agent, outside, person):
    outside.add_fault(kind="status", status=500, path=f"/v2/customers/{person}")
    answer = client_as(agent).post(at(person), {"questions": ["email", "card"]})
    assert answer.status_code == 503
    assert not CallerVerification.objects.exists()
