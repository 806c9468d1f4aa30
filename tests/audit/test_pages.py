"""The trail's pages: whole, as fragment, signed out; what is shown, what is escaped, and that reading is recorded."""

import re

import pytest
from django.urls import reverse

from apps.audit.actor import Actor
from apps.audit.models import Entry
from apps.audit.recorder import CallRecorder
from apps.audit.services import record
from apps.core.context import new_reference, use_reference
from tests.audit.conftest import EMAIL, MOBILE, answered_call, sent_call, unwritable

pytestmark = pytest.mark.django_db
EVIL = "<script>alert('x')</script>"


@pytest.fixture
def click(asha):
    """A customer's history opened, with two calls, one of which the API refused."""
    with use_reference(new_reference()) as reference:
        recorder = CallRecorder(asha)
        fine, bad = sent_call(customer_id="4417"), sent_call(write=True, method="POST", body={"note": EVIL})
        recorder.sent([fine, bad])
        recorder.answered(
            [
                answered_call(fine, reply={"firstName": "K•••", "notes": [EVIL, None, True, {}]}),
                answered_call(bad, status=500, outcome="not_done", codes=("500", "807"), reply=EVIL),
            ]
        )
        record("trail.customer.viewed", actor=asha, customer=4417, subject=EVIL, details={"part": EVIL})
    return reference


def pages(click):
    entry = Entry.objects.filter(reference=click).latest("id")
    return {
        "trail": reverse("audit:trail"),
        "entry": reverse("audit:entry", args=[entry.pk]),
        "click": reverse("audit:click", args=[click]),
        "history": reverse("audit:customer_history", args=["4417"]),
    }


@pytest.mark.parametrize("name", ["trail", "entry", "click", "history"])
def test_each_page_whole_as_fragment_and_signed_out(name, click, client_as, auditor):
    url = pages(click)[name]
    whole = client_as(auditor).get(url)
    assert whole.status_code == 200
    assert len(re.findall(r"<h1\b", whole.content.decode())) == 1
    fragment = client_as(auditor, htmx=True).get(url)
    assert fragment.status_code == 200
    assert "<html" not in fragment.content.decode()
    assert "HX-Request" in fragment["Vary"]
    assert client_as().get(url).status_code == 302


@pytest.mark.parametrize("name", ["trail", "entry", "click"])
def test_without_the_permission_there_is_a_refusal_and_an_entry(name, click, client_as, agent, manager):
    url = pages(click)[name]
    for person in (agent, manager):
        assert client_as(person).get(url).status_code == 403
    refusals = Entry.objects.filter(outcome="refused")
    assert refusals.count() == 2
    assert refusals[0].content["details"]["permission"] == "staff.view_trail"


@pytest.mark.parametrize("name", ["trail", "entry", "click", "history"])
def test_nothing_from_outside_becomes_markup(name, click, client_as, auditor):
    page = (
        client_as(auditor).get(pages(click)[name] + ("?calls=on" if name == "trail" else "")).content.decode()
    )
    assert EVIL not in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("trail", "trail.viewed"),
        ("entry", "trail.entry.opened"),
        ("click", "trail.click.opened"),
        ("history", "trail.customer.viewed"),
    ],
)
def test_reading_is_itself_an_entry(name, action, click, client_as, auditor):
    before = Entry.objects.filter(action=action).count()
    client_as(auditor).get(pages(click)[name])
    mine = Entry.objects.filter(action=action).latest("id")
    assert Entry.objects.filter(action=action).count() == before + 1
    assert (mine.actor_id, mine.actor_name, mine.actor_role) == (auditor.pk, "Lena Fischer", "Auditor")


def test_what_was_searched_for_is_recorded_but_no_identifier(client_as, auditor):
    client_as(auditor).get(reverse("audit:trail"), {"customer": EMAIL, "outcome": "refused"}, follow=True)
    entry = Entry.objects.get(action="trail.viewed")
    assert "refused" in entry.content["details"]["filters"].lower()
    assert EMAIL not in bytes(entry.payload).decode()
    found = client_as(auditor).get(reverse("audit:trail"), {"customer": EMAIL.upper()}, follow=True)
    assert [row.entry for row in found.context["rows"]] == [entry]


def test_the_internal_id_searched_for_is_said_as_it_stands_in_its_entry(asha, client_as, auditor):
    record("customer.viewed", actor=asha, customer="500000001")
    read = client_as(auditor).get(reverse("audit:trail"), {"customer": "500000001"})
    assert len(read.context["rows"]) == 1
    entry = Entry.objects.filter(action="trail.viewed").latest("id")
    assert (entry.customer, entry.content["details"]["filters"]) == ("500000001", "customer: 500000001")
    # Any other number in the same entry may be somebody's.
    told = record("trail.viewed", actor=asha, customer="500000001", details={"filters": "x 500000002 x"})
    assert "500000002" not in told.content["details"]["filters"]


def test_words_that_nobody_is_called_by_get_a_hint(asha, client_as, auditor):
    record("customer.viewed", actor=asha, customer="4417")
    client = client_as(auditor)
    hint = "Nobody acts under the name “refusal”."
    assert hint in client.get(reverse("audit:trail"), {"q": "refusal"}, follow=True).content.decode()
    # Somebody acts under that name, only not so.
    page = client.get(reverse("audit:trail"), {"person": "Lena", "outcome": "refused"}).content.decode()
    assert "Nobody acts under" not in page


# PostgreSQL answers nothing more in a transaction in which a write has failed; the house has none around a page.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["trail", "entry", "click", "history"])
def test_when_reading_cannot_be_recorded_nothing_is_shown(name, click, client_as, auditor):
    client = client_as(auditor)
    url = pages(click)[name]
    client.get(url)
    with unwritable():
        answer = client.get(url)
    assert answer.status_code == 503
    assert "cannot be written" in answer.content.decode()
    assert "Asha Verma" not in answer.content.decode()


def test_a_line_becomes_a_tidy_address(client_as, auditor):
    answer = client_as(auditor).get(
        reverse("audit:trail"), {"q": f"store:012 {MOBILE}", "person": "", "after": "3"}
    )
    assert answer.status_code == 302
    assert "store=012" in answer["Location"]
    assert "5550" not in answer["Location"]
    assert "person" not in answer["Location"]


def test_a_filter_in_force_can_be_removed(client_as, auditor):
    url = reverse("audit:trail")
    page = client_as(auditor).get(url, {"store": "012", "period": "24h"})
    assert 'name="drop" value="store"' in page.content.decode()
    assert (
        client_as(auditor)
        .get(url, {"store": "012", "period": "24h", "drop": "store"})["Location"]
        .endswith("?period=24h")
    )


@pytest.mark.parametrize(
    "query", [{"outcome": "nonsense"}, {"q": "colour:blue"}, {"before": "x"}, {"from": "never"}]
)
def test_a_bad_value_is_named_kept_and_shows_no_entries(query, client_as, auditor, click):
    answer = client_as(auditor).get(reverse("audit:trail"), query)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "lc-err" in page
    assert next(iter(query.values())) in page
    assert "lc-entry" not in page
    assert not Entry.objects.filter(action="trail.viewed").exists()


@pytest.mark.parametrize("entries", [3, 40])
def test_the_list_asks_the_same_questions_whatever_its_length(
    entries, asha, client_as, auditor, django_assert_num_queries
):
    client = client_as(auditor)
    for _ in range(entries):
        with use_reference(new_reference()):
            CallRecorder(asha).sent([sent_call()])
            record("trail.customer.viewed", actor=asha, customer=4417)
    client.get(reverse("audit:trail"))
    # Session, person, memberships; what is not known yet; saved views; the page, its calls, the count; the entry
    # about this.
    with django_assert_num_queries(14):
        client.get(reverse("audit:trail"))


def test_the_act_tells_its_calls_and_opens_to_them(click, client_as, auditor):
    listed = client_as(auditor).get(reverse("audit:trail")).content.decode()
    assert "2 calls." in listed
    opened = client_as(auditor, htmx=True).get(pages(click)["entry"]).content.decode()
    assert "2 calls to Capillary" in opened
    for shown in (
        "500 · 500 · 807",
        "200 · 200 · 1000",
        "5c1f0e7a-91d2",
        "212 ms",
        "/v2/customers/lookup",
        "•••••• 4417",
    ):
        assert shown in opened
    entry = Entry.objects.filter(reference=click).latest("id")
    assert bytes(entry.leaf_hash).hex() in opened


def test_what_an_act_notes_is_read_in_words_and_what_is_empty_is_left_out(asha, client_as, auditor):
    noted = {
        "why": [],
        "note": None,
        "rules": {},
        "different_matter": True,
        "by_hand": False,
        "kinds": ["a", "b"],
    }
    entry = record("trail.customer.viewed", actor=asha, customer=4417, details=noted)
    told = {one.label: one.value for one in client_as(auditor).get(f"/trail/{entry.pk}/").context["facts"]}
    assert told == {"Different matter": "yes", "By hand": "no", "Kinds": "a, b"}


def test_pages_follow_each_other(asha, client_as, auditor):
    for number in range(60):
        record("trail.customer.viewed", actor=asha, customer=number + 1)
    client = client_as(auditor)
    first = client.get(reverse("audit:trail"), {"action": "trail.customer.viewed"})
    second = client.get(first.context["older_url"])
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 10)
    assert (first.context["newer_url"], second.context["older_url"]) == ("", "")
    back = client.get(second.context["newer_url"])
    assert [row.entry.pk for row in back.context["rows"]] == [row.entry.pk for row in first.context["rows"]]


def test_an_agent_sees_sentences_of_their_own_store_and_no_bodies(click, asha, agent, stores, client_as):
    mine = Actor(agent.pk, agent.name, "Agent", stores.contact_centre.pk, "CC")
    record("trail.customer.viewed", actor=mine, customer=4417)
    elsewhere = Actor(1, "Tomas Berg", "Store manager", stores.store_07.pk, "007")
    record("trail.customer.viewed", actor=elsewhere, customer=4417)
    page = client_as(agent, htmx=True).get(reverse("audit:customer_history", args=["4417"]))
    assert [row.entry.actor_name for row in page.context["rows"]] == [agent.name]
    assert "<details" not in page.content.decode()
    assert reverse("audit:trail") + "?" not in page.content.decode()


def test_the_history_says_where_it_is_from_and_how_old(click, client_as, agent):
    page = client_as(agent, htmx=True).get(reverse("audit:customer_history", args=["4417"]))
    source = re.search(r'class="lc-source">(.+?)</div>', page.content.decode(), re.DOTALL)
    assert source
    assert "Console ·" in source[1]
    assert re.search(r'<time [^>]*data-age="quiet"[^>]*>just now</time>', source[1])


def test_an_administrator_without_customers_reads_the_whole_history(click, client_as, administrator):
    page = client_as(administrator).get(reverse("audit:customer_history", args=["4417"]))
    assert page.status_code == 200
    assert "<details" in page.content.decode()


@pytest.mark.parametrize("address", ["999999/", "clicks/LC-AAAA-BBBB-CCCC/", "clicks/nonsense/", "0/"])
def test_what_is_not_there_is_404(address, client_as, auditor):
    assert client_as(auditor).get(reverse("audit:trail") + address).status_code == 404
