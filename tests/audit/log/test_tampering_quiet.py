"""What changes no sealed byte and would keep entries from being found, sealed or verified: it is found all the same."""

from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.audit.log import sealer, verifying
from apps.audit.models import Entry, Leaf, SealMark, Suspect
from apps.audit.models import Verification as Asked
from apps.audit.standing import standing
from apps.audit.writer import writer
from tests.audit.log.conftest import draft, sealed_log, tamper, verify, write

pytestmark = pytest.mark.django_db

FAR = 10**9


@pytest.fixture
def log(house):
    """Sixty entries of one writer about customers, under three checkpoints."""
    sealed_log(30, 20, 10, make=draft)


@pytest.fixture
def at(monkeypatch):
    """Writes and seals at a moment, so many minutes ago."""

    @contextmanager
    def ago(minutes, *, fast=0):
        then = timezone.now() - timedelta(minutes=minutes - fast)
        with monkeypatch.context() as patched:
            patched.setattr(timezone, "now", lambda: then)
            yield

    return ago


def entry_at(index):
    return Entry.objects.get(leaf__index=index)


def move(pk, to):
    """Another id, wherever it stands."""
    assert tamper("UPDATE audit_entry SET id = %s WHERE id = %s", to, pk) == 1
    tamper("UPDATE audit_leaf SET entry_id = %s WHERE entry_id = %s", to, pk)
    tamper("UPDATE audit_entryidentifier SET entry_id = %s WHERE entry_id = %s", to, pk)


# Ids


@pytest.mark.parametrize("to", [-5, 0])
@pytest.mark.parametrize("sealed", [True, False])
def test_an_id_below_the_first(log, to, sealed):
    pk = entry_at(59).pk if sealed else write(1)[0]
    move(pk, to)
    found = verify()
    words = "its id was changed: none is below 1"
    assert (f"{to} 59 {words}" if sealed else f"{to} None not sealed yet; {words}") in found


@pytest.mark.parametrize("sealed", [True, False])
def test_an_id_that_does_not_follow_its_writer(log, sealed):
    pk = entry_at(20).pk
    move(pk, FAR)
    if not sealed:
        write(1)
    (found,) = verify()
    assert found.startswith(f"{pk + 1} None an id was changed: writer ")
    assert f"wrote #{FAR} before it" in found


def test_two_entries_with_each_others_id(log):
    one, other = entry_at(10).pk, entry_at(40).pk
    for pk, to in ((one, FAR), (other, one), (FAR, other)):
        move(pk, to)
    assert any("an id was changed" in found for found in verify())


def test_ids_are_followed_from_page_to_page(log, monkeypatch):
    monkeypatch.setattr("apps.audit.log.entry_check.PAGE", 7)
    assert verify() == []
    # The last of a page: only the page behind it tells.
    pk = entry_at(13).pk
    move(pk, FAR)
    (found,) = verify()
    assert found.startswith(f"{pk + 1} None an id was changed: writer ")


@pytest.fixture
def hours(house, at):
    """Entries of many hours, one of each, each by a writer of its own; the third was removed before its seal."""
    ids = []
    for hour in range(12, 0, -1):
        with at(60 * hour):
            writer.renew()
            ids += write(1)
            if len(ids) == 3:
                tamper("DELETE FROM audit_entry WHERE id = %s", ids[2])
            sealer.seal()
    writer.renew()
    return ids


def test_hours_are_no_finding(hours):
    assert verify() == []


@pytest.mark.parametrize("page", [20_000, 3])
def test_an_id_in_the_place_of_one_that_is_gone(hours, page, monkeypatch):
    monkeypatch.setattr("apps.audit.log.order_check.PAGE", page)
    move(hours[-1], hours[2])
    place = Leaf.objects.get(entry_id=hours[2]).index
    assert verify() == [
        f"{hours[2]} {place} an id was changed: #{hours[-2]} was written and sealed well before #{hours[2]}"
    ]


@pytest.mark.parametrize("page", [20_000, 3])
def test_an_old_id_put_above_all_others(hours, page, monkeypatch):
    monkeypatch.setattr("apps.audit.log.order_check.PAGE", page)
    move(hours[5], FAR)
    assert verify() == [f"{FAR} 4 an id was changed: #{FAR} was written and sealed well before #{hours[6]}"]


@pytest.mark.parametrize("fast", [-70, 70])
def test_a_machine_whose_clock_is_wrong_changes_nothing(house, at, fast):
    """Its entries stand between the others by place and id, and far from them by time."""
    for minutes in range(200, 0, -10):
        writer.renew()
        with at(minutes, fast=fast if minutes % 20 else 0):
            write(1)
        with at(minutes):
            sealer.seal()
    assert verify() == []


# What would keep the sealer or the verification busy, or quiet


def test_an_entry_kept_from_the_seal_by_a_suspicion_that_is_taken_away(log, at):
    with at(20):
        (pk,) = write(1)
    Suspect.objects.create(entry_id=pk, why="its content does not fit its seal")
    write(3)
    assert sealer.seal().count == 3
    Suspect.objects.all().delete()
    SealMark.objects.update(floor=pk + 1, next_floor=0)
    assert sealer.seal().count == 0
    assert verify() == [f"{pk} None it was never sealed, though entries after it were"]


def test_entries_that_nobody_seals_are_a_warning(log, at):
    with at(20):
        write(2)
    assert verify() == []
    (words,) = Asked.objects.latest("pk").progress["warnings"]
    assert words.startswith("3 entries wait for their seal, since ")
    said = StringIO()
    call_command("audit", "verify", stdout=said)
    assert "Warning: 4 entries wait for their seal" in said.getvalue()


@pytest.mark.parametrize("leaf", [True, False])
def test_a_checkpoint_over_a_million_million_places_keeps_nobody_busy(log, leaf):
    size = 10**12
    names = '"at", size, root, frontier, note'
    tamper(
        f"INSERT INTO audit_checkpoint ({names}) SELECT {names.replace('size', str(size))} "
        "FROM audit_checkpoint WHERE size = 60"
    )
    if leaf:
        tamper('UPDATE audit_leaf SET "index" = %s WHERE "index" = 59', size - 1)
    asked = Asked.objects.create()
    steps, shown = 0, []
    while asked.state in ("waiting", "running"):
        verifying.go_on(asked, seconds=0.0005)
        shown.append(standing().tone)
        steps += 1
        assert steps < 10_000
    assert asked.state == "broken"
    assert asked.checked <= 2_060
    # What it finds is told before it has ended.
    assert shown[-2] == "bad"
