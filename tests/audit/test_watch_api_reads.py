"""The whole trail read with a key that has no account: an item of the watch, as a large export is."""

from datetime import datetime, time, timedelta
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.models import Entry, WatchItem, WatchMark
from apps.audit.services import record
from apps.audit.watch.looking import look
from apps.audit.watch.reading import in_words
from apps.staff.api.keys import make_key
from tests.audit.conftest import ASHA

pytestmark = pytest.mark.django_db
READER = Actor(
    user_id=None, name="Program Archive", role="Program", session="key k4417", ip="203.0.113.9", channel="api"
)
NOON = datetime.combine(timezone.localdate(), time(12), tzinfo=timezone.get_default_timezone()) - timedelta(3)


@pytest.fixture(autouse=True)
def limits(settings):
    cache.clear()

    def change(**values):
        settings.CONSOLE_WATCH = settings.CONSOLE_WATCH | values

    change(export_most=0, export_times=5, outside_hours_a_day=0)
    WatchMark.objects.create(pk=1)
    return change


def read(count=1, *, days=0, by=READER, action="trail.viewed", **details):
    """So many readings of one day, each with a page of 200."""
    given = {"filters": "everything", "limit": 200, **details}
    with patch("apps.audit.store.timezone.now", return_value=NOON + timedelta(days=days)):
        return [record(action, actor=by, details=given) for _one in range(count)]


def found():
    look()
    return list(WatchItem.objects.order_by("pk"))


def test_very_much_read_with_one_key_in_a_day_is_an_item(limits):
    limits(export_most=2_000)
    read(9)
    # Another key, and somebody at the screen.
    read(9, by=Actor(user_id=None, name="Program Other", role="Program", session="key other", channel="api"))
    read(9, by=Actor(user_id=4, name="Lena Fischer", role="Auditor", session="key k4417"))
    assert found() == []
    # It was this one that made it ten.
    last = read()
    [item] = found()
    assert (item.rule, item.about, item.actor_id) == ("api_reads", "Program Archive", None)
    assert in_words(item).title == "Program Archive read up to 2,000 entries of the trail in a day."
    assert (item.evidence["total"], item.evidence["entries"][-1]) == (10, last[0].pk)
    read(1, days=1)
    assert len(found()) == 1


def test_many_times_what_the_key_reads_on_other_days_is_one():
    for days in (-3, -2, -1):
        read(2, days=days)
    read(9)
    assert found() == []
    read(1)
    [item] = found()
    assert item.evidence["counts"]["usual"] == 400
    assert in_words(item).title.endswith("read up to 2,000 entries of the trail in a day; 400 are usual.")


def test_asking_again_and_again_for_what_is_new_is_not_counted_as_pages(limits):
    limits(export_most=1_000)
    for _one in range(30):
        newest = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
        read(after_id=newest) if newest else read()
    read(20, before_id=11)
    assert found() == []


def test_entries_opened_one_by_one_are_counted(limits):
    limits(export_most=20)
    read(19, action="trail.entry.opened", entry="#1", entry_id=1, opened_action="customer.viewed")
    assert found() == []
    read(1, action="trail.entry.opened", entry="#1", entry_id=1, opened_action="customer.viewed")
    assert [item.rule for item in found()] == ["api_reads"]


def test_a_key_of_the_trail_that_reads_everything_is_brought_to_the_auditor(limits, administrator):
    limits(export_most=250)
    last_day = timezone.localdate() + timedelta(days=30)
    _key, text = make_key(actor=ASHA, user=administrator, name="Archive", scopes=["trail"], last_day=last_day)
    headers = {"authorization": f"Bearer {text}"}
    for number in range(3):
        record("customer.viewed", actor=ASHA, customer=str(4417 + number))
    answer = Client().get("/api/v1/trail/entries/", {"limit": "200"}, headers=headers)
    assert answer.status_code == 200
    assert found() == []
    newest = answer.json()["entries"][0]["id"]
    for cursor in ({"after": newest}, {"before": newest}, {}):
        asked = {"limit": "100", **cursor}
        assert Client().get("/api/v1/trail/entries/", asked, headers=headers).status_code == 200
    [item] = [one for one in found() if one.rule == "api_reads"]
    assert item.about == "Program Archive"
    # Nothing had come since the first reading.
    assert item.evidence["counts"]["entries"] == 200 + 0 + 100 + 100
    assert item.evidence["total"] == 3
