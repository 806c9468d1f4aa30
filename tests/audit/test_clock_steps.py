"""Clocks that ran ahead, or were set back: what a time holds is found by its time, whatever the order of the ids."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from apps.audit import queries
from apps.audit.actor import Actor
from apps.audit.filters import Filters
from apps.audit.log import keys
from apps.audit.models import Entry
from apps.audit.services import record
from apps.audit.watch import stretches
from apps.audit.watch.acts import COLUMNS, Act
from apps.audit.whom import whom
from apps.core.errors import BadInput
from apps.operations import exporting, exporting_sealed
from tests.audit.conftest import ASHA, EMAIL
from tests.operations.export_help import Proved

pytestmark = pytest.mark.django_db
ROHAN = Actor(user_id=5, name="Rohan Mehta", role="Store manager", store_id=12, store_code="012")
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DAY = {"from": "2026-11-18", "until": "2026-11-18"}


@pytest.fixture(autouse=True)
def in_utc(settings):
    settings.AUDIT_SIGNING_KEY = keys.new_seed()
    with timezone.override("UTC"):
        yield


@pytest.fixture
def proved(auditor, tmp_path):
    return Proved(Actor(user_id=auditor.pk, name=auditor.name, role="Auditor"), auditor, tmp_path)


def write(clock, count=1, *, each=MINUTE, by=ASHA, **more):
    """So many entries by a clock that shows this; returns their ids."""
    ids = []
    for number in range(count):
        with patch("apps.audit.store.timezone.now", return_value=clock + each * number):
            ids.append(record("customer.viewed", actor=by, customer=str(4417 + number), **more).pk)
    return ids


def found(start, end=None, **more):
    return set(Entry.objects.filter_by(Filters(start=start, end=end, **more)).values_list("pk", flat=True))


@pytest.fixture
def ahead():
    """From noon a clock was an hour ahead for half an hour, then it was put right; ids by what it showed."""
    before = write(NOON - HOUR, 6, each=10 * MINUTE)
    fast = write(NOON + HOUR, 30)
    after = write(NOON + HOUR / 2, 120)
    return before, fast, after


def test_a_clock_that_ran_ahead_hides_nothing_of_a_time(ahead):
    _before, fast, after = ahead
    start = NOON + HOUR + 10 * MINUTE
    assert found(start, start + 10 * MINUTE) == {*fast[10:20], *after[40:50]}
    # What it wrote first has the highest times, and what it wrote last the lowest ids.
    assert found(NOON + HOUR, NOON + HOUR + 5 * MINUTE) == {*fast[:5], *after[30:35]}
    assert found(NOON + HOUR) == {*fast, *after[30:]}
    assert found(None, NOON + HOUR) == {*_before, *after[:30]}


def test_a_clock_that_was_set_back_hides_nothing_of_a_time():
    right = write(NOON, 60)
    slow = write(NOON - 2 * HOUR, 30)
    assert found(NOON - 2 * HOUR, NOON - HOUR) == set(slow)
    assert found(NOON - 2 * HOUR, NOON + 10 * MINUTE) == {*slow, *right[:10]}


def test_what_comes_behind_an_entry_of_tomorrow_is_of_today():
    now = timezone.now()
    fast = write(now + HOUR)
    today = write(now - MINUTE, 5, each=timedelta(seconds=1))
    assert found(now - HOUR, now + HOUR / 2) == set(today)
    assert found(now - HOUR, now + 2 * HOUR) == {*fast, *today}


def test_only_so_many_at_an_edge_are_asked_and_pages_still_find_the_rest(ahead, monkeypatch):
    monkeypatch.setattr(queries, "AT_AN_EDGE", 60)
    _before, fast, after = ahead
    start = NOON + HOUR + 10 * MINUTE
    assert found(start, start + 10 * MINUTE) == {*fast[10:20], *after[40:50]}


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_holds_every_entry_of_its_days(proved, ahead, form, monkeypatch):
    monkeypatch.setattr(queries, "AT_AN_EDGE", 1)
    monkeypatch.setattr(exporting, "ENTRIES_A_ROW", 50)
    tomorrow = NOON.replace(hour=0) + timedelta(days=1)
    # A clock that showed the next day already, and one that still showed this one afterwards.
    write(tomorrow + HOUR, 3)
    late = write(tomorrow - HOUR, 3)
    write(tomorrow, 3)
    wanted = {*(one for ids in ahead for one in ids), *late}
    operation = proved.made(**DAY, form=form)
    assert exporting.entries_in(operation) == len(wanted) + (3 if form == "jsonl" else 0)
    narrowed = proved.made(**DAY, form=form, filter="customer:4417")
    assert exporting.entries_in(narrowed) == 4


def test_a_day_among_too_many_others_cannot_be_proved_and_it_is_said_why(proved, monkeypatch):
    monkeypatch.setattr(exporting_sealed, "MOST_PLACES", 5)
    write(NOON)
    write(NOON + timedelta(days=1), 5)
    write(NOON)
    with pytest.raises(BadInput, match="lie among more: a clock was wrong"):
        proved.ask(**DAY, form="jsonl")
    assert exporting.entries_in(proved.made(**DAY, form="csv")) == 2


def test_the_watch_sees_all_of_a_day():
    tomorrow = NOON.replace(hour=0) + timedelta(days=1)
    # A clock that was half a day ahead, put right before the day had ended.
    fast = write(tomorrow - MINUTE)
    day = write(NOON, 8)
    write(tomorrow + HOUR)
    [stretch] = stretches.days_of(acts(day[-1]))
    assert [act.id for act in stretch.acts] == [*fast, *day]


def acts(*ids):
    return [Act(*row) for row in Entry.objects.filter(pk__in=ids).order_by("pk").values_list(*COLUMNS)]


def test_a_busy_program_does_not_push_out_what_a_person_did(monkeypatch):
    monkeypatch.setattr(stretches, "MOST_AT_ONCE", 10)
    program = Actor(user_id=77, name="Program Till", role="Program", channel="api")
    morning = write(NOON - 4 * HOUR, 6)
    busy = write(NOON, 25, by=program)
    days = {one.person_id: one for one in stretches.days_of(acts(morning[0], busy[0]))}
    assert [act.id for act in days[ASHA.user_id].acts] == morning
    # Its own newest, oldest first.
    assert [act.id for act in days[77].acts] == busy[-10:]


def test_an_identifier_is_found_in_a_time_before_its_newest_entries(monkeypatch):
    monkeypatch.setattr(queries, "MOST_BY_IDENTIFIER", 3)
    old = refused(NOON, 2)
    refused(NOON + HOUR, 5)
    assert found(NOON - MINUTE, NOON + HOUR / 2, digests=whom(EMAIL).digests) == set(old)


def refused(clock, count):
    """Entries that name an identifier and no customer."""
    with patch("apps.audit.store.timezone.now", return_value=clock):
        more = {"identifiers": [("email", EMAIL)], "details": {"email": "k•"}}
        return [record("staff.sign_in_refused", actor=ASHA, **more).pk for _one in range(count)]


def test_an_export_narrowed_by_an_identifier_leaves_out_none(proved, monkeypatch):
    monkeypatch.setattr(queries, "MOST_BY_IDENTIFIER", 2)
    refused(NOON, 5)
    write(NOON, 1)
    for form in ("csv", "jsonl"):
        operation = proved.made(**DAY, form=form, filter=f"customer:{EMAIL}")
        assert exporting.entries_in(operation) == 5
