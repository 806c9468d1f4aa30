"""What changes no sealed byte and would keep entries from being found, sealed or verified: it is found all the same."""

from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.audit import texts
from apps.audit.log import sealer, verifying
from apps.audit.models import Entry, EntryIdentifier, EntryText, Leaf, SealMark, SubjectRequest, Suspect
from apps.audit.models import Verification as Asked
from apps.audit.services import record
from apps.audit.standing import standing
from apps.audit.subject_requests.forgotten import forgotten_in_all
from apps.audit.writer import writer
from tests.audit.log.conftest import ASHA, draft, sealed_log, tamper, verify, write

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


# What stands beside


def test_identifiers_that_no_erasure_destroyed(log):
    gone = tamper(
        "DELETE FROM audit_entryidentifier WHERE entry_id IN (%s, %s)", entry_at(3).pk, entry_at(55).pk
    )
    assert gone == 4
    words = "None None 4 identifiers beside entries are gone, and erasures that the trail names destroyed"
    assert verify() == [f"{words} 0"]
    # What only a table says that anybody may change counts for nothing.
    SubjectRequest.objects.create(
        kind="erasure",
        customer="4417",
        state="done",
        tally={"audit": {"identifiers": 4}},
        received_on=timezone.localdate(),
        due_on=timezone.localdate(),
    )
    assert verify() == [f"{words} 0"]
    erased(3)
    assert verify() == [f"{words} 3"]
    erased(1)
    assert verify() == []
    assert forgotten_in_all() == 4


def erased(identifiers, customer=""):
    told = {"identifiers": identifiers, "keys": 1, "rows": 0, "destroyed": {}, "confirmed_by": "Lena"}
    record("subject.erased", actor=ASHA, customer=customer, subject="SR-101", details=told)


def test_an_erasure_under_way_is_believed_to_its_request(log):
    tamper("DELETE FROM audit_entryidentifier WHERE entry_id = %s", entry_at(3).pk)
    request = SubjectRequest.objects.create(
        kind="erasure",
        customer="4417",
        state="erasing",
        tally={"audit": {"identifiers": 2}, "points": {"rows": 1}},
        received_on=timezone.localdate(),
        due_on=timezone.localdate(),
    )
    assert verify() == []
    request.delete()
    assert len(verify()) == 1


def test_a_false_entry_of_an_erasure_counts_for_nothing(log):
    erased(4)
    sealer.seal()
    tamper("DELETE FROM audit_entryidentifier WHERE entry_id IN (%s, %s)", entry_at(3).pk, entry_at(5).pk)
    assert verify() == []
    pk = Entry.objects.get(action="subject.erased").pk
    tamper("UPDATE audit_entry SET mac = %s WHERE id = %s", bytes(32), pk)
    assert any("4 identifiers beside entries are gone" in one for one in verify())


@pytest.fixture
def worded(log):
    """All of them with the words by which they are found."""
    texts.catch_up()
    assert EntryText.objects.count() == 60


def test_words_that_are_gone(worded):
    EntryText.objects.filter(entry_id__in=[entry_at(7).pk, entry_at(59).pk]).delete()
    words = "the words by which it is found are gone"
    assert verify() == [f"{entry_at(7).pk} 7 {words}", f"{entry_at(59).pk} 59 {words}"]
    EntryText.objects.all().delete()
    verify()
    assert Asked.objects.latest("pk").progress["wrong"] == 60


@pytest.mark.parametrize("text", ["", "nothing of that"])
def test_words_that_were_changed_everywhere(worded, text):
    tamper("UPDATE audit_entrytext SET text = %s", text)
    found = verify()
    assert len(found) >= 10
    assert all("the words by which it is found are not its own" in one for one in found)


def test_words_are_made_anew_of_the_sealed_bytes_but_for_who_was_forgotten(worded):
    tamper("UPDATE audit_entrytext SET text = 'nothing of that'")
    SubjectRequest.objects.create(
        kind="erasure",
        customer=entry_at(7).customer,
        state="done",
        ended_at=timezone.now(),
        received_on=timezone.localdate(),
        due_on=timezone.localdate(),
    )
    erased(0, customer=entry_at(7).customer)
    call_command("audit", "rebuild-words", stdout=StringIO())
    assert Entry.objects.get(action="trail.words.begun_anew").actor_role == "Operator"
    sealer.seal()
    while texts.catch_up():
        pass
    assert EntryText.objects.count() == Leaf.objects.count() - 1
    assert not EntryText.objects.filter(entry_id=entry_at(7).pk).exists()
    assert verify() == []


def test_words_of_who_was_forgotten_and_those_to_come_are_no_finding(worded):
    with_customer, nameless = entry_at(7), Entry.objects.get(pk=write(1, make=nobody)[0])
    sealer.seal()
    texts.catch_up()
    erased(2, customer=with_customer.customer)
    gone = EntryIdentifier.objects.filter(entry=nameless)
    tamper("DELETE FROM audit_entryidentifier WHERE entry_id = %s", nameless.pk)
    assert not gone.exists()
    EntryText.objects.filter(entry_id__in=[with_customer.pk, nameless.pk]).delete()
    write(3)
    sealer.seal()
    assert verify() == []


def nobody(number):
    return draft(number, customer="")


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
