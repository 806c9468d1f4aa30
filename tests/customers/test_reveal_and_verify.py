"""Revealing one field and verifying a caller: the reason, the minute, the trail, and who may."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.actor import system_actor
from apps.audit.models import Entry
from apps.core.errors import Refused
from apps.customers.models import CallerVerification
from apps.customers.verification import number_matched, questions_passed, verification_of
from tests.customers.conftest import read_only

pytestmark = pytest.mark.django_db(transaction=True)
FIELD = "INSTORE..mobile.1"
REASON = {"reason": "call", "more": ""}


@pytest.fixture
def person(person_of_the_sandbox):
    return person_of_the_sandbox("everything")


def at(person, field=FIELD):
    return reverse("customers:reveal", args=[person, field])


def test_reveal_asks_why_then_shows_the_value_for_a_minute(client_as, agent, outside, person):
    desk = client_as(agent)
    assert "Reveal" in desk.get(at(person)).content.decode()
    assert outside.requests() == []
    answer = desk.post(at(person), REASON)
    html = answer.content.decode()
    assert "915550000001" in html
    assert 'data-shown-for="60"' in html
    assert answer["Refresh"] == f"60; url=/customers/{person}/"
    assert "no-store" in answer["Cache-Control"]
    entry = Entry.objects.get(action="customer.revealed")
    assert (entry.outcome, entry.customer) == ("done", str(person))
    stored = "".join(str(value) for one in Entry.objects.values() for value in one.values())
    assert "915550000001" not in stored
    assert "The caller asked which one we have." in stored


def test_reveal_inside_the_page_swaps_the_field_and_closes_the_dialog(client_as, agent, outside, person):
    desk = client_as(agent, htmx=True)
    asked = desk.get(at(person) + "?at=known")
    assert asked["HX-Retarget"] == "#dialog"
    assert 'hx-target="#known-INSTORE--mobile-1"' in asked.content.decode()
    answer = desk.post(at(person), {**REASON, "at": "known"})
    html = answer.content.decode()
    assert 'id="known-INSTORE--mobile-1"' in html
    assert "<html" not in html
    assert "lc:close" in answer["HX-Trigger-After-Swap"]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"reason": "other", "more": " "},
        {"reason": "nonsense"},
        {"reason": "call", "more": "Card 4111 1111 1111 1111"},
    ],
)
def test_reveal_without_a_reason_shows_nothing(client_as, agent, outside, person, data):
    answer = client_as(agent).post(at(person), data)
    assert answer.status_code == 422
    assert outside.requests() == []


def test_a_reason_in_own_words_is_kept(client_as, agent, outside, person):
    client_as(agent).post(at(person), {"reason": "other", "more": "Courier needs it"})
    assert Entry.objects.get(action="customer.revealed").reason == "Courier needs it"


def test_a_field_that_is_not_there_is_said(client_as, agent, outside, person):
    answer = client_as(agent).post(at(person, "TMALL..mobile.1"), REASON)
    assert answer.status_code == 404
    assert "no such field" in answer.content.decode()
    assert not Entry.objects.filter(action="customer.revealed", outcome="done").exists()


def test_a_reveal_that_does_not_load_shows_nothing_and_is_traced(client_as, agent, outside, person):
    outside.add_fault(kind="status", status=500, path=f"/v2/customers/{person}")
    answer = client_as(agent).post(at(person), REASON)
    assert answer.status_code == 503
    assert Entry.objects.get(action="customer.revealed").outcome == "not_done"


def test_without_a_trail_nothing_is_revealed(client_as, agent, outside, person):
    desk = client_as(agent)
    with read_only():
        answer = desk.post(at(person), REASON)
    assert answer.status_code == 503
    assert "915550000001" not in answer.content.decode()
    assert outside.requests() == []


def test_questions_verify_for_a_quarter_of_an_hour(client_as, agent, outside, person):
    desk = client_as(agent)
    url = reverse("customers:verify", args=[person])
    assert desk.post(url, {"questions": ["email"]}).status_code == 422
    assert "at least 2 questions" in desk.post(url, {"questions": []}).content.decode()
    html = desk.post(url, {"questions": ["email", "card"]}, follow=True).content.decode()
    assert "Questions passed · 15 min left" in html
    entry = Entry.objects.get(action="customer.caller.verified")
    assert entry.customer == str(person)
    assert entry.subject == "Questions passed (Last four digits of the card, E-mail address, spelled out)"
    CallerVerification.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "Questions passed" not in desk.get(reverse("customers:customer", args=[person])).content.decode()


def test_a_weaker_verification_does_not_replace_a_stronger_one(actor, person):
    questions_passed(actor=actor, customer_id=person, questions=["birthday", "card"])
    assert number_matched(actor=actor, customer_id=person).level == "questions_passed"
    assert verification_of(actor.user_id, person).level == "questions_passed"
    assert verification_of(actor.user_id, person + 1) is None


def test_the_system_verifies_nobody(db):
    with pytest.raises(Refused):
        number_matched(actor=system_actor("Somebody"), customer_id=1)


@pytest.mark.parametrize("name", ["reveal", "verify"])
def test_who_may_not_is_refused(client_as, auditor, outside, person, name):
    url = reverse(f"customers:{name}", args=[person, FIELD] if name == "reveal" else [person])
    for method in ("get", "post"):
        assert getattr(client_as(auditor), method)(url).status_code == 403
        assert getattr(client_as(), method)(url)["Location"].startswith("/sign-in/")
    assert outside.requests() == []
