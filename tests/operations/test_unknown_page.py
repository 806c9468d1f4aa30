"""The page *Not known yet*: whose acts it lists, in which order, narrowed by the address, at a fixed cost."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from apps.customers.models import NoteAct
from apps.goodwill.models import GoodwillRequest, OutsideAct, Reason
from apps.operations.open_acts import Asked, Cursor, just_settled, page_of
from apps.operations.unknowns import sources_for
from apps.staff.services import give_role
from tests.goodwill.conftest import rules

__all__ = ["rules"]

PAGE = "operations:unknown"


def text(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def acts(rules):
    """``acts(agent, store, minutes=3)``: a request for goodwill sent so long ago, without an answer."""
    reason = Reason.objects.first()

    def make(user, store, *, minutes=3, state="unknown", **values):
        request = GoodwillRequest.objects.create(
            kind="points",
            amount=500,
            store=store,
            requester=user,
            requester_name=user.name,
            customer_id=20_000 + GoodwillRequest.objects.count(),
            customer_mask="•••••• 4417",
            reason=reason,
            tag="LC#0123456789",
        )
        act = {"request": request, "kind": "add", "customer_id": request.customer_id, "state": state}
        started = timezone.now() - timedelta(minutes=minutes)
        who = {"user_id": user.pk, "name": user.name}
        return OutsideAct.objects.create(**act, started_at=started, actor=who, **values)

    return make


@pytest.fixture
def note(db):
    """A note sent so long ago, without an answer."""

    def make(user, *, minutes=3, state="unknown", **values):
        started = timezone.now() - timedelta(minutes=minutes)
        who = {"user": user, "user_name": user.name, "customer_id": 31_319, "token": uuid.uuid4()}
        return NoteAct.objects.create(
            **who, text_hash=uuid.uuid4().hex, created_at=started, state=state, **values
        )

    return make


def listed(user, **asked):
    return [row.line.number for row in page_of(user, Asked(**asked)).rows]


def number(act):
    return act.request.number if isinstance(act, OutsideAct) else act.reference[-8:]


def test_acts_of_all_rooms_stand_in_one_list_by_time(acts, note, agent, stores):
    here = stores.contact_centre
    oldest, middle, newest = (
        acts(agent, here, minutes=9),
        note(agent, minutes=5),
        acts(agent, here, minutes=1),
    )
    acts(agent, here, state="in_progress")
    acts(agent, here, state="done", settled_at=timezone.now())
    assert listed(agent) == [number(newest), number(middle), number(oldest)]


def test_people_see_what_is_of_their_stores_and_their_own(
    acts, note, agent, manager, other_manager, auditor, administrator, stores
):
    here, there = acts(agent, stores.contact_centre, minutes=1), acts(manager, stores.store_12, minutes=2)
    notes = [note(agent, minutes=3), note(manager, minutes=4)]
    assert listed(agent) == [number(here), number(notes[0])]
    assert listed(manager) == [number(there), number(notes[1])]
    assert listed(other_manager) == []
    everything = [number(one) for one in (here, there, *notes)]
    assert listed(auditor) == listed(administrator) == everything


def test_the_address_narrows_by_kind_store_and_who_started(acts, note, agent, manager, stores, client_as):
    give_role(manager, "store_manager", stores.contact_centre)
    ours, theirs = acts(manager, stores.contact_centre, minutes=1), acts(agent, stores.contact_centre)
    written, at_12 = note(manager, minutes=5), acts(agent, stores.store_12, minutes=6)
    assert listed(manager, act="note") == [number(written)]
    assert listed(manager, mine=True) == [number(ours), number(written)]
    assert listed(manager, store=stores.store_12, act="goodwill") == [number(at_12)]
    page = text(client_as(manager).get(reverse(PAGE), {"act": "goodwill", "store": stores.contact_centre.pk}))
    shown = {number(one): number(one) in page for one in (ours, theirs, written, at_12)}
    assert shown == {number(ours): True, number(theirs): True, number(written): False, number(at_12): False}
    assert 'href="/unknown/?act=note' in page


def test_an_address_nobody_offered_is_as_if_it_were_empty(acts, agent, stores, client_as):
    act = acts(agent, stores.contact_centre)
    for words in (
        "act=x",
        f"store={stores.store_12.pk}",
        "before=now",
        "after=2026-11-26~goodwill~1",
        "store=x",
    ):
        assert number(act) in text(client_as(agent).get(f"{reverse(PAGE)}?{words}")), words


def test_turning_pages_shows_each_act_once_also_of_the_same_moment(acts, note, agent, stores):
    made = [acts(agent, stores.contact_centre, minutes=minutes) for minutes in (1, 2, 2, 3)]
    made += [note(agent, minutes=minutes) for minutes in (2, 2, 4)]
    at = OutsideAct.objects.get(pk=made[1].pk).started_at
    OutsideAct.objects.filter(pk=made[2].pk).update(started_at=at)
    NoteAct.objects.filter(pk__in=[made[4].pk, made[5].pk]).update(created_at=at)
    whole = listed(agent)
    assert len(whole) == 7
    down, cursor = [], None
    while True:
        page = page_of(agent, Asked(), before=cursor, size=2)
        down += [row.line.number for row in page.rows]
        if page.older is None:
            break
        cursor = Cursor.read(str(page.older))
    assert down == whole
    up, cursor = [row.line.number for row in page.rows], page.newer
    while cursor is not None:
        page = page_of(agent, Asked(), after=cursor, size=2)
        up = [row.line.number for row in page.rows] + up
        cursor = page.newer
    assert up == whole


def test_it_says_what_is_being_done(acts, agent, stores, client_as):
    now = timezone.now()
    acts(agent, stores.contact_centre, looks=3, next_look_at=now + timedelta(seconds=125))
    acts(agent, stores.contact_centre, minutes=4, next_look_at=now)
    acts(agent, stores.contact_centre, minutes=9, looks=6, state="person", code="9001")
    page = text(client_as(agent).get(reverse(PAGE)))
    assert "Read back 3 times, next look in 2 min." in page
    assert "Not read back yet, next look now." in page
    assert "Read back 6 times without a clear result. A person has to look." in page
    assert page.count("A person has to look</span>") == 1
    assert "•••••• 4417" in page
    assert "Asha Verma, Contact Centre" in page
    assert ">9001<" in page


def test_only_those_at_the_counter_check_again(acts, agent, administrator, stores, client_as):
    act = acts(agent, stores.contact_centre)
    check = reverse("goodwill:check", args=[act.request_id])
    assert f'action="{check}"' in text(client_as(agent).get(reverse(PAGE)))
    page = text(client_as(administrator).get(reverse(PAGE)))
    assert number(act) in page
    assert check not in page
    assert not re.search(r"/customers/\d", page)


def test_what_was_settled_within_a_day_says_how_it_ended(acts, agent, stores, client_as):
    now, here = timezone.now(), stores.contact_centre
    done = acts(agent, here, state="done", looks=2, settled_at=now - timedelta(hours=1))
    never = acts(agent, here, state="not_done", looks=1, settled_at=now, message="Not found.")
    at_once = acts(agent, here, state="done", settled_at=now)
    long_ago = acts(agent, here, state="done", looks=1, settled_at=now - timedelta(hours=25))
    assert [row.act for row in just_settled(agent, Asked())] == [never, done]
    page = text(client_as(agent).get(reverse(PAGE)))
    assert "Everything is known." in page
    assert "It took place. Read back 2 times." in page
    assert "It did not take place. Read back 1 time. Not found." in page
    assert number(at_once) not in page
    assert number(long_ago) not in page


def test_an_empty_list_says_whether_it_is_narrowed(agent, client_as, db):
    client = client_as(agent)
    assert "Everything is known." in text(client.get(reverse(PAGE)))
    narrowed = text(client.get(reverse(PAGE), {"mine": "1"}))
    assert "There may be others: the list is narrowed." in narrowed


def test_htmx_gets_the_lists_alone(acts, agent, stores, client_as):
    act = acts(agent, stores.contact_centre)
    piece = text(client_as(agent, htmx=True).get(reverse(PAGE)))
    assert piece.startswith('<div class="lc-stack lc-stack--l20" id="unknown"')
    assert number(act) in piece


@pytest.mark.parametrize("rows", [1, 60])
def test_the_page_costs_the_same_however_many_there_are(
    rows, acts, note, agent, stores, client_as, django_assert_num_queries
):
    for minutes in range(rows):
        acts(agent, stores.contact_centre, minutes=minutes)
        note(agent, minutes=minutes)
        acts(agent, stores.contact_centre, state="done", looks=1, settled_at=timezone.now())
    client = client_as(agent)
    client.get(reverse(PAGE))
    # Session, person, roles, recent customers, one for all counters; and two for each kind: open and settled.
    with django_assert_num_queries(5 + 2 * len(sources_for(agent))):
        client.get(reverse(PAGE))


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL reads an empty table whole, and rightly."
)
def test_the_database_walks_the_list_in_its_order_instead_of_sorting_it(agent, administrator):
    """With 10,000 open acts that is 10 ms instead of 80."""
    for user in (agent, administrator):
        for source in sources_for(user):
            name = {"goodwill": "goodwill_acts_open", "note": "note_open"}.get(source.act)
            if name is None:
                continue
            place = Cursor(timezone.now(), source.act, 1)
            plan = source.unknown(user).filter(place.older(source)).order_by(f"-{source.started}", "-pk")[:26]
            assert name in plan.explain(), source.act


def test_the_counter_adds_up_all_kinds_in_one_query(
    acts, note, agent, stores, client_as, django_assert_num_queries
):
    from apps.staff.counting import counts_of

    for _ in range(2):
        acts(agent, stores.contact_centre)
    note(agent, state="needs_person")
    assert agent.has_perm("staff.view_customers")
    with django_assert_num_queries(1):
        counted = counts_of(agent)["operations:unknown"]
    assert (counted.count, counted.tone) == (3, "wait")
    items = {one.label: one for one in client_as(agent).get("/account/").context["navigation"]}
    assert (items["Not known yet"].count, items["Not known yet"].key) == (3, "u")
