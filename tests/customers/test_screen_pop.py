"""A telephone or ticket system opens an address: where it leads, what stays in it, and what it may not do."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Entry
from apps.customers.models import CallerVerification

pytestmark = pytest.mark.django_db(transaction=True)
HOME = "/customers/"
PHONE = {"phone": "05550000001"}


@pytest.fixture
def desk(client_as, agent, outside):
    return client_as(agent)


def arrive(desk, **query):
    return desk.get(HOME, query, follow=True)


def mark(person):
    return reverse("customers:verify_number", args=[person])


def test_every_parameter_leads_to_the_customer_over_a_bare_address(desk, person, subtests):
    for name, value in (
        ("phone", "+915550000001"),
        ("email", "asha.kulkarni@example.com"),
        ("external_id", "MT-0001"),
        ("card", "7055000000000001"),
        ("id", "500000001"),
        ("q", "MT-0001"),
    ):
        with subtests.test(name):
            steps = [address for address, _status in arrive(desk, **{name: value}).redirect_chain]
            assert steps == [HOME, reverse("customers:customer", args=[person])]


@pytest.mark.parametrize("value", ["5550 987654", "wxo_shared", "asha @example.com"])
def test_nobody_several_and_nonsense_are_told_on_a_bare_address_too(desk, outside, value):
    answer = arrive(desk, q=value)
    assert answer.redirect_chain == [(HOME, 302)]
    assert f'value="{value}"' in answer.content.decode()
    assert 'value="' + value not in desk.get(HOME).content.decode(), "kept for one read"


def test_what_is_kept_between_two_addresses_is_unreadable_and_soon_too_old(desk, outside):
    desk.get(HOME, PHONE)
    kept = Session.objects.get().get_decoded()
    assert "5550000001" not in str(kept)
    session = desk.session
    session["customers_search"] |= {"until": 0}
    session.save()
    assert desk.get(HOME).status_code == 200
    assert outside.requests() == []


def test_an_address_verifies_nobody_and_a_press_of_the_button_does(desk, agent, person):
    html = arrive(desk, **PHONE).content.decode()
    assert not CallerVerification.objects.exists()
    assert not Entry.objects.filter(action="customer.caller.verified").exists()
    assert "Not verified" in html
    assert re.search(r"caller.s number is <b[^>]*>•••••• 0001</b>", html)
    html = desk.post(mark(person), follow=True).content.decode()
    assert "Number matched · 15 min left" in html
    assert "Mark as number matched" not in html
    held = CallerVerification.objects.get(user=agent)
    assert timedelta(minutes=14) < held.expires_at - timezone.now() <= timedelta(minutes=15)
    assert Entry.objects.filter(action="customer.caller.verified").count() == 1


def test_only_a_number_that_was_told_for_this_customer_can_be_marked(desk, person):
    desk.post(HOME, {"q": "+91 5550 000001"})
    assert desk.post(mark(person)).status_code == 409
    arrive(desk, **PHONE)
    assert desk.post(mark(person + 1)).status_code == 409
    assert desk.get(mark(person)).status_code == 405
    assert not CallerVerification.objects.exists()


def test_forms_of_other_tabs_live_on_when_another_site_opens_an_address(client_as, agent, outside):
    """As browsers do it: from another site only cookies come along that are not Strict."""
    tab = client_as(agent)
    tab.handler.enforce_csrf_checks = True
    token = str(tab.get(HOME).context["csrf_token"])
    other = Client()
    for name, cookie in tab.cookies.items():
        if cookie["samesite"] != "Strict":
            other.cookies[name] = cookie.value
    other.get(HOME, PHONE)
    for name, cookie in other.cookies.items():
        tab.cookies[name] = cookie.value
    answer = tab.post(HOME, {"q": "MT-0001", "csrfmiddlewaretoken": token})
    assert answer.status_code == 302, "the token of the first tab still fits"
