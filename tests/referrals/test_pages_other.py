"""Checking codes, signals and the rules of inviting: whole, as fragments, refused, with what was typed kept."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from apps.audit.models import Entry
from apps.referrals.models import Campaign, InviteRules, Signal
from apps.referrals.signals import look_for_signals
from tests.referrals.conftest import fresh

pytestmark = pytest.mark.django_db(transaction=True)
CODE, VALIDATE = "TCNISHA030", "/v2/referral/validate"
SIGNAL_QUERIES = 8


def text(answer):
    """The words people read."""
    return re.sub(r"\s+", " ", unescape(strip_tags(answer.content.decode())))


@pytest.fixture
def signal(desk, stores):
    """A mobile invited by two customers, from the Contact Centre."""
    mobile = fresh()
    desk.invite(mobile)
    desk.invite(mobile, customer_id=500000034)
    look_for_signals()
    return Signal.objects.get(kind="shared_identifier")


def test_a_code_is_good_or_not_and_says_whose_it_is_masked(client_as, agent, desk):
    client, part, url = client_as(agent), client_as(agent, htmx=True), reverse("referrals:check_code")
    page = client.get(url)
    assert "<!DOCTYPE html>" in page.content.decode()
    assert desk.outside.requests(path=VALIDATE) == []
    good = part.post(url, {"code": f" {CODE} "})
    assert "<!DOCTYPE" not in good.content.decode()
    assert "HX-Request" in good["Vary"]
    assert "Valid. Belongs to Nisha Chatterjee •••••• 0030." in text(good)
    assert f'href="/customers/{desk.customer_id}/"' in good.content.decode()
    assert "caller" not in text(good)
    other = part.post(url, {"code": CODE, "caller": "500000034"})
    assert "Not the caller's own code." in text(other)
    own = part.post(url, {"code": CODE, "caller": str(desk.customer_id)})
    assert "This is the caller's own code" in text(own)
    assert "Not valid." in text(client.post(url, {"code": "NOBODYS1"}))
    small = text(client.post(url, {"code": CODE.lower()}))
    assert f"Only as {CODE}: in Capillary capital letters count, and {CODE.lower()} is no code." in small
    empty = client.post(url, {"code": " "})
    assert (empty.status_code, "Enter a referral code." in text(empty)) == (422, True)
    checked = Entry.objects.filter(action="referrals.code.checked")
    assert checked.count() == 5


def test_a_code_that_cannot_be_checked_now_keeps_what_was_typed(client_as, agent, desk, dialect):
    client, url = client_as(agent), reverse("referrals:check_code")
    desk.outside.add_fault(kind="status", status=500, path=VALIDATE)
    failed = client.post(url, {"code": CODE, "caller": str(desk.customer_id)})
    assert failed.status_code >= 500
    assert "Could not be checked now." in text(failed)
    assert f'value="{CODE}"' in failed.content.decode()
    assert f'name="caller" value="{desk.customer_id}"' in failed.content.decode()
    dialect("v1.1")
    assert "Codes cannot be checked here." in text(client.get(url))


def test_signals_are_for_managers_of_the_store_and_auditors_and_masked(
    client_as, lead, manager, auditor, signal
):
    url = reverse("referrals:signals")
    reader = client_as(lead)
    reader.get(url)
    with CaptureQueriesContext(connection) as captured:
        page = reader.get(url)
    assert sum(one["sql"].startswith("SELECT") for one in captured) == SIGNAL_QUERIES
    words = text(page)
    for told in (
        "One person invited by 2 customers.",
        "Nobody looked yet",
        "Contact Centre",
        "Asha Verma",
        "500000030",
        "••••••",
        "Mark as looked at",
    ):
        assert told in words, told
    assert "9155" not in words
    assert "One person invited" not in text(client_as(manager).get(url))
    seen = text(client_as(auditor).get(url))
    assert "One person invited by 2 customers." in seen
    assert "Mark as looked at" not in seen
    assert "None of these." in text(reader.get(url, {"kind": "staff_invited"}))
    assert "One person" in text(reader.get(url, {"state": "all", "kind": "shared_identifier"}))
    piece = client_as(lead, htmx=True).get(url)
    assert piece.content.decode().lstrip().startswith('<div class="lc-stack" id="signals">')


def test_looking_at_a_signal_keeps_the_note_and_nothing_else_follows(client_as, lead, manager, agent, signal):
    client, part = client_as(lead), client_as(lead, htmx=True)
    url = reverse("referrals:signal_look", args=[signal.pk])
    assert "<!DOCTYPE" not in part.get(url).content.decode()
    assert client_as(manager).get(url).status_code == 404
    empty = client.post(url, {"words": ""})
    assert (empty.status_code, "Say what you found." in text(empty)) == (422, True)
    assert client.post(url, {"words": "A family."}).headers["Location"] == reverse("referrals:signals")
    page = text(client.get(reverse("referrals:signals"), {"state": "looked"}))
    assert "A family." in page
    assert "Mark as looked at" not in page
    late = client.post(url, {"words": "Once more."})
    assert late.status_code == 409
    assert "Mira Kapoor looked at it already." in text(late)
    assert "Once more." in late.content.decode()


def test_the_navigation_counts_what_nobody_looked_at(client_as, lead, auditor, signal):
    counts = {
        who.name: {one.label: one.count for one in client_as(who).get("/account/").context["navigation"]}
        for who in (lead, auditor)
    }
    assert counts[lead.name]["Referral signals"] == 1
    assert counts[auditor.name]["Referral signals"] == 0


def test_rules_are_read_by_auditors_and_set_for_all_and_for_a_store(
    client_as, administrator, auditor, rules, stores
):
    client, url = client_as(administrator), reverse("referrals:rules")
    seen = client_as(auditor).get(url)
    assert "Bring a friend to Maple & Thread" in text(seen)
    assert "Change the rules of" not in seen.content.decode()
    everywhere, store = (reverse("referrals:rules_set", args=[pk]) for pk in (0, stores.store_12.pk))
    typed = {"per_person_a_day": "x", "per_call_most": "500", "burst_count": "1", "burst_minutes": "60"}
    bad = client.post(everywhere, {**typed, "shared_by": "1"})
    assert bad.status_code == 422
    for told in ("Write a whole number, such as 20.", "Use at most 200.", "Use at least 2."):
        assert told in text(bad), told
    assert 'value="500"' in bad.content.decode()
    good = {"per_person_a_day": "", "per_call_most": "50", "burst_count": "0", "burst_minutes": "30"}
    assert client.post(everywhere, {**good, "shared_by": "3"}).headers["Location"] == url
    held = InviteRules.objects.get(store=None)
    assert (held.per_person_a_day, held.per_call_most, held.burst_count, held.shared_by) == (None, 50, 0, 3)
    assert "The rules of all stores hold here." in text(client.get(store))
    client.post(store, {**good, "per_person_a_day": "1,000"})
    assert InviteRules.objects.get(store=stores.store_12).per_person_a_day == 1000
    page = text(client.get(url))
    assert "any number" in page
    assert "Own rules" in page
    client.post(reverse("referrals:rules_remove", args=[stores.store_12.pk]))
    assert not InviteRules.objects.filter(store=stores.store_12).exists()


def test_a_campaign_is_named_changed_and_offered_no_more(client_as, administrator, rules):
    client, add = client_as(administrator), reverse("referrals:rules_campaign_add")
    twice = client.post(add, {"title": "The same", "token": "MAPLEFRIENDS"})
    assert twice.status_code == 422
    assert 'value="MAPLEFRIENDS"' in twice.content.decode()
    assert client.post(add, {"title": "Winter friends", "token": "WINTER26"}).status_code == 302
    made = Campaign.objects.get(token="WINTER26")
    change = reverse("referrals:rules_campaign", args=[made.pk])
    client.post(change, {"title": "Winter", "token": "WINTER26"})
    made.refresh_from_db()
    assert (made.title, made.is_active) == ("Winter", False)
    assert "Not offered" in text(client.get(reverse("referrals:rules")))
