"""A complete export whose days have lost entries at their edges: each place that lacks its entry is in the file."""

import json
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.log import keys, sealer
from apps.audit.models import Entry
from apps.audit.services import record
from apps.core.errors import BadInput
from tests.audit.conftest import ASHA, asha  # noqa: F401 a fixture the next one needs
from tests.audit.keeping.conftest import house  # noqa: F401 a fixture
from tests.operations.export_help import Proved
from tests.support.trail import without_triggers

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY = {"from": "2026-11-18", "until": "2026-11-18"}


@pytest.fixture(autouse=True)
def settled(settings):
    settings.AUDIT_SIGNING_KEY = keys.new_seed()
    settings.TIME_ZONE = "UTC"
    with timezone.override("UTC"):
        yield


@pytest.fixture
def proved(auditor, tmp_path):
    return Proved(Actor(user_id=auditor.pk, name=auditor.name, role="Auditor"), auditor, tmp_path)


def write(count, at=NOON):
    """Sealed entries of one moment; returns their ids."""
    with patch("apps.audit.store.timezone.now", return_value=at):
        ids = [record("customer.viewed", actor=ASHA, customer="4417").pk for _one in range(count)]
    sealer.seal_all()
    return ids


def delete(ids):
    with without_triggers():
        Entry.objects.filter(pk__in=ids)._raw_delete("default")


def told(lines):
    """Kind and place of each line between header and footer."""
    return [(one["kind"], one["place"]) for one in map(json.loads, lines[1:-1])]


def test_entries_deleted_at_the_edges_are_in_the_file_and_do_not_hold(proved):
    ids = write(40)
    assert proved.check(proved.lines(proved.made(**DAY)))[0] == 0
    delete([*ids[:2], *ids[-3:]])
    lines = proved.lines(proved.made(**DAY))
    header, footer = json.loads(lines[0]), json.loads(lines[-1])
    # The entries of the export before it are of another day and are not in it.
    assert header["places"] == {"first": 0, "last": 39}
    assert (footer["entries"], footer["gone"]) == (40, 5)
    status, said = proved.check(lines)
    assert status == 1
    for place in (0, 1, 37, 38, 39):
        assert (
            f"entry #{ids[place]} at place {place + 1}: it was sealed, and its content is not there" in said
        )


def test_other_days_beside_it_are_not_taken_along(proved):
    write(3, NOON - timedelta(days=1))
    ids = write(4)
    write(3, NOON + timedelta(days=1))
    delete([ids[0], ids[-1]])
    lines = proved.lines(proved.made(**DAY))
    assert told(lines) == [("gone", 3), ("entry", 4), ("entry", 5), ("gone", 6)]


def test_an_entry_of_a_moment_before_does_not_hide_what_is_gone_behind_it(proved):
    midnight = NOON.replace(hour=0)
    write(2, midnight - timedelta(hours=1))
    first = write(1, midnight)
    # Another writer was a moment late with its entry of the day before.
    write(1, midnight - timedelta(seconds=1))
    write(1, midnight + timedelta(seconds=1))
    assert told(proved.lines(proved.made(**DAY))) == [("entry", 2), ("entry", 3), ("entry", 4)]
    delete(first)
    assert told(proved.lines(proved.made(**DAY))) == [("gone", 2), ("entry", 3), ("entry", 4)]


def test_a_day_of_which_nothing_is_left_is_a_file_of_what_is_gone(proved):
    write(2, NOON - timedelta(days=1))
    with pytest.raises(BadInput, match="There are no entries in this time"):
        proved.ask(**DAY)
    ids = write(3)
    write(2, NOON + timedelta(days=1))
    delete(ids)
    lines = proved.lines(proved.made(**DAY))
    assert told(lines) == [("gone", 2), ("gone", 3), ("gone", 4)]
    status, said = proved.check(lines)
    assert (status, f"entry #{ids[0]} at place 3" in said) == (1, True)
    # A filter proves nothing of the kind, nor does the form for people.
    for more in ({"filter": "store:012"}, {"form": "csv"}):
        with pytest.raises(BadInput, match="There are no entries in this time"):
            proved.ask(**DAY, **more)


def test_archived_entries_of_other_months_are_not_taken_along(proved, house):  # noqa: F811
    february, march = datetime(2024, 2, 20, 12, tzinfo=UTC), datetime(2024, 3, 20, 12, tzinfo=UTC)
    house.write(calls=2, at=february)
    house.write(calls=1, acts=2, at=march)
    house.write(calls=1, at=march + timedelta(days=20))
    house.keep(6)
    assert Entry.objects.filter(at__lt=march + timedelta(days=30)).count() == 2
    lines = proved.lines(proved.made(**{"from": "2024-03-20", "until": "2024-03-20"}))
    # Both halves of the call of March are in its archive, those of February and April are not looked for.
    assert told(lines) == [("archived", 4), ("archived", 5), ("entry", 6), ("entry", 7)]
    assert proved.check(lines)[0] == 0
