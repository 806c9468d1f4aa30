"""The tab Referrals of the customer page: whole, as a fragment, filtered, in pages, empty, failed."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from apps.audit.models import Entry
from tests.referrals.conftest import MAPLE, fresh
from tests.support.referrals import strangers

pytestmark = pytest.mark.django_db(transaction=True)
READ_QUERIES = 15
READS = "*/referrals"


@pytest.fixture
def client(client_as, agent):
    return client_as(agent)


@pytest.fixture
def part(client_as, agent):
    return client_as(agent, htmx=True)


@pytest.fixture
def url(desk):
    return reverse("referrals:customer_panel", args=[desk.customer_id])


def text(answer):
    """The words people read."""
    plain = unescape(strip_tags(answer.content.decode()))
    return re.sub(r"\s+", " ", plain)


def test_codes_totals_and_a_line_for_each_person_stand_there_masked(client, part, url):
    whole = client.get(url)
    html, words = whole.content.decode(), text(whole)
    assert "<!DOCTYPE html>" in html
    for told in (
        "Code in Thread Circle brings its circle",
        "TCNISHA030",
        "Kavita Joshi",
        "k••••@example.com",
        "Not matched",
        "could not be matched with anybody invited",
        "Store 12",
        "Invite friends",
        "Yours, 24 hours",
        "Check a code",
    ):
        assert told in words, told
    assert 'data-copy="TCNISHA030"' in html
    sentence = re.search(r'role="img" aria-label="([^"]*invited, [^"]*rewarded\.)"', html)
    assert sentence is not None
    assert "915591000001" not in html
    assert "kavita.joshi@" not in html
    piece = part.get(url)
    assert "<!DOCTYPE" not in piece.content.decode()
    assert 'id="panel-referrals"' in piece.content.decode()
    assert "HX-Request" in piece["Vary"]
    viewed = Entry.objects.filter(action="customer.viewed", call_id="")
    assert viewed.count() == 2


def test_only_the_tab_asks_for_referrals(client, desk):
    for tab in ("", "notes/", "history/"):
        assert client.get(f"/customers/{desk.customer_id}/{tab}").status_code == 200
    assert desk.outside.requests(path=READS) == []
    page = client.get(f"/customers/{desk.customer_id}/referrals/?period=90&campaign={MAPLE}&till=x&page=2")
    load = re.search(r'hx-get="([^"]*/referrals/customers/\d+/(?:\?[^"]*)?)"', page.content.decode())
    assert unescape(load[1]) == (
        f"/referrals/customers/{desk.customer_id}/?period=90&campaign={MAPLE}&till=x&page=2"
    )
    assert desk.outside.requests(path=READS) == []


def test_filters_stand_in_the_address_of_the_tab_and_narrow_the_list(client, part, desk, url):
    assert "Kavita Joshi" in text(client.get(url))
    circle = client.get(url, {"campaign": "THREADCIRCLE"})
    words = text(client.get(url, {"campaign": "THREADCIRCLE"}))
    assert "Mohan Yadav" in words
    assert "Kavita Joshi" not in words
    assert '<option value="THREADCIRCLE" selected>' in circle.content.decode()
    month = text(client.get(url, {"period": "30"}))
    assert "Mohan Yadav" in month
    assert "Zara Fernandes" not in month
    nobody = client.get(url, {"till": "till.of.nobody"})
    assert "Nobody in this choice." in text(nobody)
    chosen = part.get(
        url, {"period": "30", "campaign": "", "till": ""}, headers={"HX-Trigger": "referrals-filter"}
    )
    assert chosen["HX-Push-Url"] == f"/customers/{desk.customer_id}/referrals/?period=30"
    assert "HX-Push-Url" not in part.get(url, {"period": "30"})


def test_an_invitation_sent_here_is_a_link_for_those_who_may_open_it(client_as, desk, agent, other_manager):
    [customer] = strangers(desk.outside, 1)
    made = desk.invite(fresh(), customer_id=customer)
    at, link = reverse("referrals:customer_panel", args=[customer]), f"/referrals/invitations/{made.pk}/"
    for user, opens in ((agent, True), (other_manager, False)):
        browser = client_as(user)
        page = browser.get(at)
        assert ("Sent here" in text(page), link in page.content.decode()) == (True, opens)
        assert (browser.get(link).status_code == 200) is opens


def test_what_is_not_known_yet_stands_on_top(client, desk, url):
    desk.outside.add_fault(kind="drop_after", method="POST", path="/v1.1/customer/referrals", count=1)
    made = desk.invite(fresh(), fresh())
    words = text(client.get(url))
    assert "Not known yet: do not invite these people again." in words
    assert f"{made.number}, 2 of 2 not known, Asha Verma" in words
    desk.outside.add_fault(kind="status", status=500, path=READS)
    failed = client.get(url)
    assert "Referrals could not be loaded." in text(failed)
    assert f'href="{reverse("referrals:invitation", args=[made.pk])}"' in failed.content.decode()
    desk.outside.clear()
    desk.settle()


def test_the_hour_of_version_2_that_is_used_up_says_when_to_try_again(client, dialect, desk, url):
    dialect("v2")
    desk.outside.switch(referrals_an_hour="1")
    assert "Invitees" in text(client.get(url))
    answer = client.get(url)
    words = text(answer)
    assert "Referrals could not be loaded." in words
    assert "again" in words[words.index("could not be loaded.") :]
    assert "lc-panel--failed" in answer.content.decode()


def test_somebody_without_referrals_reads_the_first_step(client, outside, desk):
    other = outside.characters["friend_joined"]["id"]
    words = text(client.get(reverse("referrals:customer_panel", args=[other])))
    assert "No referrals yet." in words or "Nobody invited yet." in words


def test_hundreds_come_in_pages_with_the_queries_of_fifty(client, desk, outside):
    """Without the calls themselves, whose halves are written by their own threads."""
    few, many = strangers(outside, 2)
    for customer, count in ((few, 50), (many, 600)):
        outside.invite_elsewhere([customer], count, campaign=MAPLE, spread_hours=400)
        address = reverse("referrals:customer_panel", args=[customer])
        # What is seen for the first time is kept.
        client.get(address)
        queries = queries_of(client, address)
        assert len(queries) == READ_QUERIES, "\n".join(queries)
    page = client.get(reverse("referrals:customer_panel", args=[many]), {"page": "3"})
    assert "51 to 75 of 600 people, newest first." in text(page)
    assert 'href="?page=2"' in page.content.decode()
    assert 'href="?page=4"' in page.content.decode()


def queries_of(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [one["sql"][:160] for one in captured if one["sql"].startswith("SELECT")]
