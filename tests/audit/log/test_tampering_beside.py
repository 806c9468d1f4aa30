"""What stands beside entries, outside of their seal: what was deleted is found, what was forgotten is no finding."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from apps.audit import texts
from apps.audit.log import sealer
from apps.audit.models import Entry, EntryIdentifier, EntryText, Leaf, SubjectRequest
from apps.audit.models import Verification as Asked
from apps.audit.services import record
from apps.audit.subject_requests.forgotten import forgotten_in_all
from tests.audit.log.conftest import ASHA, draft, sealed_log, tamper, verify, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(house):
    """Sixty entries of one writer about customers, under three checkpoints."""
    sealed_log(30, 20, 10, make=draft)


def entry_at(index):
    return Entry.objects.get(leaf__index=index)


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


def test_words_begun_anew_while_a_page_is_looked_at_are_not_missed(worded):
    begun = []

    def between(execute, sql, params, many, context):
        if "audit_entrytext" in sql and not begun:
            begun.append(sql)
            texts.begin_anew(actor=ASHA)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(between):
        assert verify() == []
    assert begun
    assert EntryText.objects.count() == 0


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
