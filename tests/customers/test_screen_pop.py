"""A telephone or ticket system opens an address: where it leads, what stays in it, and what it may not do."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Entry
from apps.customers.models import CallerVerification
from tests.customers.conftest import read_only

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


def test_every_parameter_leads_to_the_customer_over_no_other_address(desk, outside, person, subtests):
    for name, value in (
        ("phone", "+915550000001"),
        ("mobile", "+915550000001"),
        ("email", "asha.kulkarni@example.com"),
        ("external_id", "MT-0001"),
        ("card", "7055000000000001"),
        ("card_external_id", "CX-ASHA-1"),
        ("wechat", outside.identifier("everything", "wechat")),
        ("id", "500000001"),
        ("q", "MT-0001"),
    ):
        with subtests.test(name):
            steps = [address for address, _status in arrive(desk, **{name: value}).redirect_chain]
            assert steps == [reverse("customers:customer", args=[person])]


def test_two_callers_in_two_tabs_are_two_customers(desk, outside, person):
    """Both addresses are opened before either tab has followed its redirect."""
    second = int(outside.characters["redeemed"]["id"])
    tabs = [desk.get(HOME, {"external_id": code})["Location"] for code in ("MT-0001", "MT-0017")]
    assert tabs == [reverse("customers:customer", args=[one]) for one in (person, second)]
    nobody = [desk.get(HOME, {"phone": f"+91555098765{last}"})["Location"] for last in (4, 6)]
    for last, address in zip((4, 6), nobody, strict=True):
        assert f"No customer with •••••• 765{last}" in desk.get(address).content.decode()


def test_the_numbers_of_two_callers_are_both_offered(desk, outside, person):
    other = int(outside.characters["empty"]["id"])
    assert desk.get(HOME, PHONE)["Location"] == reverse("customers:customer", args=[person])
    mobile = outside.identifier("empty", "mobile")
    assert desk.get(HOME, {"phone": mobile})["Location"] == reverse("customers:customer", args=[other])
    for one, tail in ((person, "0001"), (other, mobile[-4:])):
        html = desk.get(reverse("customers:customer", args=[one])).content.decode()
        assert re.search(rf"caller.s number is <b[^>]*>•••••• {tail}</b>", html)


@pytest.mark.parametrize("value", ["5550 987654", "wxo_shared", "asha @example.com"])
def test_nobody_several_and_nonsense_are_told_on_an_address_without_them(desk, outside, value):
    answer = arrive(desk, q=value)
    [(address, status)] = answer.redirect_chain
    assert status == 302
    assert re.fullmatch(r"/customers/\?found=[\w-]{16}", address)
    assert f'value="{value}"' in answer.content.decode()
    assert value not in desk.get(HOME).content.decode()


def test_a_parameter_nobody_knows_is_told_and_leaves_the_address(desk, outside, subtests):
    for query, said in (
        ({"card_ext": "CX-ASHA-1"}, "The address holds card_ext."),
        ({"source": "WECHAT"}, "The address names nobody to look up."),
    ):
        with subtests.test(query):
            answer = arrive(desk, **query)
            assert answer.status_code == 422
            assert answer.redirect_chain[0][0].startswith("/customers/?found=")
            html = answer.content.decode()
            assert f"{said} The console looks up by q, phone, mobile, email" in html
            assert "CX-ASHA-1" not in html
    assert outside.requests() == []


def test_a_database_that_cannot_be_written_stops_what_comes_by_address_in_true_words(desk, outside):
    with read_only():
        answer = desk.get(HOME, PHONE)
    assert answer.status_code == 503
    assert "audit trail cannot be written at the moment, so nothing was sent" in answer.content.decode()
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
