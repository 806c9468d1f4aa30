"""Questions to the trail: pages, filters, and who may see what."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.audit.actor import Actor, system_actor
from apps.audit.filters import Filters
from apps.audit.identifiers import search_digests
from apps.audit.models import Entry
from apps.audit.recorder import CallRecorder
from apps.audit.services import record
from apps.core.context import new_reference, use_reference
from tests.audit.conftest import EMAIL, MOBILE, answered_call, sent_call

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("Sweeper")


def note(actor=SYSTEM, action="trail.viewed", **values):
    return record(action, actor=actor, **{"details": {"filters": "everything"}} | values)


def click(actor, *, acts=1, calls=2, **values):
    """One click with its calls and acts; returns the reference."""
    with use_reference(new_reference()) as reference:
        recorder = CallRecorder(actor)
        made = [sent_call(**values) for _ in range(calls)]
        if made:
            recorder.sent(made)
            recorder.answered([answered_call(one) for one in made])
        for _ in range(acts):
            note(actor)
    return reference


class PagingTest(TestCase):
    """hypothesis draws how many entries there are and how large a page is."""

    @settings(max_examples=25, deadline=None)
    @given(count=st.integers(0, 23), size=st.integers(1, 8))
    def test_pages_partition_the_list_in_both_directions(self, count, size):
        expected = [note().pk for _ in range(count)][::-1]
        down, pages, page = [], 0, Entry.objects.page(size=size)
        assert page.newer is None
        while True:
            down += [one.pk for one in page.entries]
            pages += 1
            if page.older is None:
                break
            page = Entry.objects.page(before=page.older, size=size)
            assert page.newer is not None
        assert down == expected
        assert pages == max(1, -(-count // size))
        up = [one.pk for one in page.entries]
        while page.newer is not None:
            page = Entry.objects.page(after=page.newer, size=size)
            up = [one.pk for one in page.entries] + up
        assert up == expected


def test_new_entries_do_not_move_a_page():
    numbers = [note().pk for _ in range(6)]
    first = Entry.objects.page(size=3)
    note()
    assert [one.pk for one in Entry.objects.page(before=first.older, size=3).entries] == numbers[2::-1]


def test_calls_are_folded_into_their_act_and_shown_once_when_there_is_none(asha):
    with_act, without = click(asha), click(asha, acts=0, calls=3)
    listed = list(Entry.objects.filter_by(Filters()).order_by("id"))
    assert [(one.reference, one.action) for one in listed] == [
        (with_act, "trail.viewed"),
        (without, "call.answered"),
    ]
    assert Entry.objects.filter_by(Filters(calls=True)).count() == 5 + 6


def test_what_the_system_only_read_is_listed_when_it_is_asked_for(asha):
    token = {"method": "POST", "path": "/v3/oauth/token/generate"}
    mine, reading = click(asha, acts=0), click(SYSTEM, acts=0, calls=1)
    signing_in = click(SYSTEM, acts=0, calls=1, **token)
    writing = click(SYSTEM, acts=0, calls=1, method="POST", path="/v1.1/request/approve", write=True)
    acting = click(SYSTEM, acts=1, calls=1)

    def listed(**filters):
        return [one.reference for one in Entry.objects.filter_by(Filters(**filters)).order_by("id")]

    assert listed() == [mine, writing, acting]
    assert listed(channel="system") == [reading, signing_in, writing, acting]
    assert listed(actor_name="Sweeper") == [reading, signing_in, writing, acting]
    assert listed(reference=reading) == [reading]


def test_a_click_of_calls_alone_stands_as_its_last_call_ended(asha):
    answered = click(SYSTEM, acts=0, calls=2)
    with use_reference(new_reference()) as open_one:
        CallRecorder(SYSTEM).sent([sent_call()])
    listed = Entry.objects.filter_by(Filters(channel="system")).order_by("id")
    assert [(one.reference, one.outcome) for one in listed] == [(answered, "done"), (open_one, "sent")]


@pytest.mark.parametrize(
    "filters",
    [
        Filters(actors=(4,)),
        Filters(stores=(frozenset({"012"}), frozenset())),
        Filters(stores=(frozenset(), frozenset({"", "007"}))),
        Filters(actions=(frozenset({"trail.customer.viewed"}), frozenset())),
        Filters(actions=(frozenset(), frozenset({"trail.viewed"}))),
        Filters(customers=("387746388",)),
        Filters(digests=tuple(search_digests(EMAIL))),
        Filters(outcome="refused"),
        Filters(channel="screen"),
        Filters(reference="LC-AAAA-BBBB-CCCC"),
    ],
)
def test_each_filter_leaves_what_fits_and_nothing_else(asha, filters):
    note()
    note(Actor(5, "Tomas Berg", "Store manager", 7, "007", channel="command"))
    with use_reference("LC-AAAA-BBBB-CCCC"):
        wanted = note(
            asha,
            "trail.customer.viewed",
            customer=387746388,
            outcome="refused",
            identifiers=[("email", EMAIL)],
        )
    assert list(Entry.objects.filter_by(filters)) == [wanted]


def test_a_code_finds_the_call_that_got_it(asha):
    click(asha)
    assert Entry.objects.filter_by(Filters(code="1000")).count() == 2
    assert not Entry.objects.filter_by(Filters(code="8015")).exists()


def test_the_system_is_found_by_its_name(asha):
    mine = note()
    note(asha)
    assert list(Entry.objects.filter_by(Filters(actor_name="Sweeper"))) == [mine]


def test_an_identifier_also_finds_the_customer_it_led_to(asha):
    with use_reference(new_reference()):
        recorder, call = CallRecorder(asha), sent_call()
        recorder.sent([call])
        recorder.answered([answered_call(call, identifiers=(("mobile", MOBILE),), customer_id="4417")])
    later = note(asha, "trail.customer.viewed", customer=4417)
    other = note(asha, "trail.customer.viewed", customer=9999)
    found = list(Entry.objects.filter_by(Filters(digests=tuple(search_digests("05550 004417")), calls=True)))
    assert later in found
    assert other not in found
    assert len(found) == 3


def test_a_period_starts_and_ends_where_it_says():
    entry = note()
    second = timedelta(seconds=1)
    inside = Filters(start=entry.at, end=entry.at + second)
    assert list(Entry.objects.filter_by(inside)) == [entry]
    before = Filters(start=entry.at - second, end=entry.at)
    for outside in (Filters(start=entry.at + second), Filters(end=entry.at), before):
        assert not Entry.objects.filter_by(outside).exists()
    assert not Entry.objects.filter_by(Filters(end=datetime(2001, 1, 1, tzinfo=UTC))).exists()


def viewer(*permissions, stores=()):
    return SimpleNamespace(
        has_perm=lambda name, obj=None: name in permissions,
        memberships_now=[SimpleNamespace(store_id=one) for one in stores],
    )


def test_who_sees_what(asha):
    mine, elsewhere, system = note(asha), note(Actor(5, "Tomas Berg", "Store manager", 7, "007")), note()
    seen = lambda one: set(Entry.objects.visible_to(one))  # noqa: E731
    assert seen(viewer("staff.view_trail")) == {mine, elsewhere, system}
    assert seen(viewer("staff.view_customers", stores=(12,))) == {mine}
    assert seen(viewer("staff.view_customers", stores=(7, 12))) == {mine, elsewhere}
    assert seen(viewer("staff.view_customers", stores=(None,))) == set()
    assert seen(viewer("staff.view_health", stores=(12,))) == set()


def test_counting_stops():
    for _ in range(5):
        note()
    assert Entry.objects.count_up_to(3) == 3
    assert Entry.objects.count_up_to(30) == 5
