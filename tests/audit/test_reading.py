"""A row opens to the act: before and after, codes in words, its click, its neighbours; histories."""

import re

import pytest
from django.urls import reverse

from apps.audit.actor import Actor
from apps.audit.calls import CallView
from apps.audit.changes import changes
from apps.audit.models import Entry
from apps.audit.recorder import CallRecorder
from apps.audit.services import record
from apps.core.context import new_reference, use_reference
from tests.audit.conftest import MOBILE, answered_call, sent_call

pytestmark = pytest.mark.django_db
OTHER = Actor(5, "Tomas Berg", "Store manager", 7, "007")
NOTE = "01JDKQ8Z5Y3N7M2C4V6B8X0AWE"


def read(actor, customer="4417", **values):
    return record("trail.customer.viewed", actor=actor, customer=customer, **values)


def opened(client, entry):
    answer = client.get(reverse("audit:entry", args=[entry.pk]))
    assert answer.status_code == 200
    return answer


def test_what_an_act_changed_is_a_table_and_no_longer_json(asha, client_as, auditor):
    details = {
        "changed": {
            "per_day": ["1,000", "2,000"],
            "is_active": ["True", False],
            "redeem_roles": [["agent"], ["agent", "store_manager"]],
            "new": "",
        },
        "what": "limits",
    }
    entry = record("trail.viewed", actor=asha, details={**details, "filters": "x"})
    assert [(one.label, one.before, one.after) for one in changes(entry)] == [
        ("Is active", "yes", "no"),
        ("New", "–", "–"),
        ("Per day", "1,000", "2,000"),
        ("Redeem roles", "agent", "agent, store_manager"),
    ]
    answer = opened(client_as(auditor), entry)
    assert "Changed" not in [one.label for one in answer.context["facts"]]
    assert re.search(
        r"<th scope=\"row\">Per day</th>\s*<td[^>]*>1,000</td>\s*<td[^>]*>2,000</td>", answer.content.decode()
    )


def test_an_opened_entry_leads_to_the_history_of_its_customer(asha, client_as, auditor):
    client = client_as(auditor)
    url = reverse("audit:customer_history", args=["4417"])
    assert f'href="{url}"' in opened(client, read(asha)).content.decode()
    # Who reads the trail and sees no customers may open it.
    assert client.get(url).status_code == 200


def test_what_was_removed_has_no_after(asha):
    entry = record("trail.viewed", actor=asha, details={"filters": "x", "was": {"alone_up_to": "500"}})
    assert [(one.before, one.after) for one in changes(entry)] == [("500", "–")]
    plain = record("trail.viewed", actor=asha, details={"filters": "x", "was": "open", "changed": "much"})
    assert changes(plain) == []


def view_of(asha, name, codes, **values):
    with use_reference(new_reference()):
        call = sent_call(name=name)
        recorder = CallRecorder(asha)
        recorder.sent([call])
        recorder.answered([answered_call(call, codes=codes, **values)])
    sent, answered = Entry.objects.order_by("-id")[:2][::-1]
    return CallView(sent, answered)


def test_codes_are_explained_under_the_entity_of_their_call(asha):
    points = view_of(asha, "v1.1.points.redeem", ("200", "807"), outcome="not_done").meanings
    assert [(one.code, one.bad) for one in points] == [("200", False), ("807", True)]
    assert "point" in points[1].words.lower()
    assert points[1].next_step
    nobody = view_of(asha, "v2.customers.lookup", ("8015",), outcome="not_done").meanings
    assert nobody[0].words
    strange = view_of(asha, "v2.customers.lookup", ("999999",), outcome="not_done").meanings
    assert "no words" in strange[0].words
    assert view_of(asha, "v1.1.points.redeem", ("807",)).meanings[0].words == points[1].words
    fine = view_of(asha, "v1.1.points.isredeemable", ("200", "800", "800")).meanings
    assert [one.code for one in fine] == ["200", "800"]
    assert "did what was asked" in fine[0].words


def test_an_opened_call_says_its_codes_in_words(asha, client_as, auditor):
    view_of(asha, "v1.1.points.redeem", ("200", "807"), status=200, outcome="not_done")
    page = opened(client_as(auditor), Entry.objects.latest("id")).content.decode()
    assert 'class="lc-call__codes"' in page
    assert page.count('<dt class="lc-num lc-bad-t">807</dt>') == 1


def test_the_other_entries_of_the_click_stand_beside(asha, client_as, auditor):
    with use_reference(new_reference()):
        first, second = read(asha), read(asha, customer="5518")
        CallRecorder(asha).sent([sent_call()])
    elsewhere = read(asha)
    answer = opened(client_as(auditor), first)
    assert [row.entry for row in answer.context["beside"]] == [second]
    assert answer.context["more_beside"] is False
    assert not opened(client_as(auditor), elsewhere).context["beside"]
    with use_reference(new_reference()):
        many = [read(asha) for _ in range(13)]
    answer = opened(client_as(auditor), many[0])
    assert len(answer.context["beside"]) == 10
    assert reverse("audit:click", args=[many[0].reference]) + '">See all' in answer.content.decode()


def test_the_entries_before_and_after_for_the_same_customer_and_person(asha, client_as, auditor):
    first = read(asha)
    strangers = read(OTHER, customer="5518")
    theirs = read(OTHER)
    with use_reference(new_reference()):
        CallRecorder(asha).sent([sent_call(customer_id="4417")])
        middle = read(asha)
    elsewhere = read(asha, customer="5518")
    last = read(OTHER)
    answer = opened(client_as(auditor), middle)
    customer, person = answer.context["neighbours"]
    assert (customer.previous.entry, customer.next.entry) == (theirs, last)
    assert (person.label, person.previous.entry, person.next.entry) == ("By Asha Verma", first, elsewhere)
    page = answer.content.decode()
    assert f'href="{reverse("audit:entry", args=[theirs.pk])}" rel="prev"' in page
    assert f'href="{reverse("audit:entry", args=[last.pk])}" rel="next"' in page
    customer, person = opened(client_as(auditor), strangers).context["neighbours"]
    assert (customer.previous, customer.next.entry) == (None, elsewhere)
    assert (person.previous, person.next.entry) == (None, theirs)


@pytest.mark.parametrize("entries", [1, 30])
def test_opening_asks_the_same_questions_whatever_is_around(
    entries, asha, client_as, auditor, django_assert_num_queries
):
    for _ in range(entries):
        with use_reference(new_reference()):
            CallRecorder(asha).sent([sent_call()])
            shown = read(asha)
    client = client_as(auditor)
    url = reverse("audit:entry", args=[shown.pk])
    client.get(url)
    # Session, person, memberships; what is not known yet; the entry, its click, its calls, four ids, their
    # entries; the place in the log and why there is none; the entry about this.
    with django_assert_num_queries(12):
        client.get(url)


@pytest.mark.parametrize("subject", ["GR-10418", "RD-10001", "OP-10001", NOTE])
def test_everything_about_one_thing_is_a_history(subject, asha, client_as, auditor):
    mine = read(asha, subject=subject)
    read(asha, subject="GR-10419")
    url = reverse("audit:about", args=[subject])
    answer = client_as(auditor).get(url)
    assert [row.entry for row in answer.context["rows"]] == [mine]
    assert f"<h1>History of {subject}</h1>" in answer.content.decode()
    assert Entry.objects.get(action="trail.subject.viewed").subject == subject
    fragment = client_as(auditor, htmx=True).get(url).content.decode()
    assert "<html" not in fragment
    assert 'id="subject-history"' in fragment
    assert url in opened(client_as(auditor), mine).content.decode()


@pytest.mark.parametrize(
    "subject", ["9155500044", "Store 12", "+915550004417", "gr-10418", "LC-7F3K-92QD-M4XA"]
)
def test_only_what_rooms_number_can_stand_in_such_an_address(subject, client_as, auditor):
    assert client_as(auditor).get(f"/trail/about/{subject}/").status_code == 404


def test_an_agent_sees_of_a_thing_what_their_stores_did(stores, agent, client_as):
    mine = read(Actor(agent.pk, agent.name, "Agent", stores.contact_centre.pk, "CC"), subject="GR-10418")
    read(Actor(1, "Tomas Berg", "Store manager", stores.store_07.pk, "007"), subject="GR-10418")
    answer = client_as(agent).get(reverse("audit:about", args=["GR-10418"]))
    assert [row.entry for row in answer.context["rows"]] == [mine]
    assert '<details class="lc-entry' not in answer.content.decode()


def test_what_a_person_did_newest_first_page_by_page(agent, client_as, auditor):
    actor = Actor(agent.pk, agent.name, "Agent", 12, "012")
    for _ in range(35):
        read(actor)
    read(OTHER)
    url = reverse("audit:person", args=[agent.pk])
    first = client_as(auditor).get(url)
    assert f"<h1>What {agent.name} did</h1>" in first.content.decode()
    assert {row.entry.actor_id for row in first.context["rows"]} == {agent.pk}
    second = client_as(auditor).get(first.context["older_url"])
    assert (len(first.context["rows"]), len(second.context["rows"])) == (30, 5)
    assert second.context["newest_url"] == url
    told = Entry.objects.filter(action="trail.person.viewed").first()
    assert told.content["details"] == {"person": agent.name, "person_id": agent.pk}


def test_a_person_whose_account_is_gone_is_still_there(client_as, auditor):
    read(OTHER)
    answer = client_as(auditor).get(reverse("audit:person", args=[OTHER.user_id]))
    assert "What Tomas Berg did" in answer.content.decode()
    assert client_as(auditor).get(reverse("audit:person", args=[77])).status_code == 404


@pytest.mark.parametrize("name", ["about", "person"])
def test_a_history_asks_the_same_questions_whatever_its_length(
    name, agent, client_as, auditor, django_assert_num_queries
):
    actor = Actor(agent.pk, agent.name, "Agent", 12, "012")
    url = reverse(f"audit:{name}", args=["GR-10418" if name == "about" else agent.pk])
    client = client_as(auditor)
    for _ in range(40):
        with use_reference(new_reference()):
            read(actor, subject="GR-10418")
    client.get(url)
    # Session, person, memberships; what is not known yet; the page, its calls; the entry about this; whose it is.
    with django_assert_num_queries(7 if name == "about" else 8):
        client.get(url)


def test_no_identifier_leaves_an_entry_by_its_neighbours(asha, client_as, auditor):
    read(asha, reason=f"Called from {MOBILE}.")
    page = opened(client_as(auditor), read(asha)).content.decode()
    assert MOBILE not in page


@pytest.mark.parametrize(
    ("action", "subject", "page"),
    [
        ("points.redemption.viewed", "RD-10007", "points:redemption"),
        ("points.reversal.viewed", "RV-10007", "points:reversal"),
        ("referrals.invitation.viewed", "IN-10007", "referrals:invitation"),
        ("operations.work.viewed", "OP-10007", "operations:operation"),
        ("goodwill.request.viewed", "GR-10007", "goodwill:request"),
        ("points.rules.saved", "the rules of all stores", ""),
    ],
)
def test_what_an_entry_is_about_leads_to_its_page_and_its_history(
    action, subject, page, asha, client_as, auditor
):
    entry = record(action, actor=asha, subject=subject)
    about = opened(client_as(auditor), entry).context["facts"][0]
    assert about.url == (reverse(page, args=[7]) if page else "")
    assert about.history == (reverse("audit:about", args=[subject]) if page else "")
