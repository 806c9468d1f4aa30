"""Recording an act: complete or not at all, and nothing in clear that must not be."""

import json

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.audit import hashing
from apps.audit.actions import all_actions
from apps.audit.actor import Actor, system_actor
from apps.audit.models import Entry, EntryIdentifier
from apps.audit.services import IncompleteEntry, record
from apps.audit.store import Draft, _columns
from apps.core.errors import TraceUnavailable
from tests.audit.conftest import EMAIL, MOBILE, unwritable

pytestmark = pytest.mark.django_db


def test_an_entry_holds_who_what_whom_and_its_exact_bytes(asha, reference):
    made = record(
        "trail.customer.viewed",
        actor=asha,
        customer=387746388,
        subject="history",
        details={"part": "overview"},
    )
    entry = Entry.objects.get(pk=made.pk)
    assert (entry.actor_id, entry.actor_name, entry.actor_role, entry.store_code) == (
        4,
        "Asha Verma",
        "Agent",
        "012",
    )
    assert (entry.customer, entry.reference, entry.outcome, entry.channel) == (
        "387746388",
        reference,
        "done",
        "screen",
    )
    assert bytes(entry.leaf_hash) == hashing.leaf_hash(bytes(entry.payload))
    assert bytes(entry.mac) == hashing.mac(bytes(entry.payload))
    assert entry.content["details"] == {"part": "overview"}
    assert entry.content["at"] == entry.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_columns_equal_the_sealed_bytes(asha, reference):
    entry = record("trail.customer.viewed", actor=asha, customer="4417", subject="\x00" + "x" * 900)
    entry = Entry.objects.get(pk=entry.pk)
    skipped = {"id", "at", "payload", "leaf_hash", "mac"}
    for field in Entry._meta.concrete_fields:
        if field.name not in skipped:
            assert getattr(entry, field.name) == entry.content[field.name], field.name


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"action": "nobody.registered.this"}, "no room has registered"),
        ({"actor": Actor(1, "", "Agent")}, "no name"),
        ({"actor": Actor(1, "Asha Verma", " ")}, "no role"),
        ({"customer": ""}, "customer is missing"),
        ({"customer": "kavya.iyer@example.com"}, "no internal id"),
        ({"customer": "+915550004417"}, "no internal id"),
        ({"customer": 915550004417}, "no internal id"),
        ({"customer": "5550004417"}, "no internal id"),
        ({"customer": "0"}, "no internal id"),
        ({"customer": "CRM-220319"}, "no internal id"),
        ({"outcome": "perhaps"}, "no outcome"),
        ({"outcome": "sent"}, "no outcome"),
    ],
)
def test_an_incomplete_entry_is_refused(asha, change, words):
    given = {"action": "trail.customer.viewed", "actor": asha, "customer": "4417"} | change
    with pytest.raises(IncompleteEntry, match=words):
        record(given.pop("action"), **given)
    assert not Entry.objects.exists()


def test_an_action_that_asks_for_a_reason_gets_none_without(asha):
    action = next((one for one in all_actions() if one.reason), None)
    assert action is not None, "no room registers an action with a reason"
    with pytest.raises(IncompleteEntry, match="reason is missing"):
        record(action.name, actor=asha, customer="4417", reason="  ")


def test_without_a_database_it_says_so_in_plain_words(asha):
    with unwritable(), pytest.raises(TraceUnavailable) as caught:
        record("trail.viewed", actor=asha, details={"filters": "everything"})
    assert "cannot be written" in caught.value.message
    assert caught.value.next_step


@given(value=st.text(st.characters(exclude_categories=[]), max_size=40))
def test_any_text_can_be_written_and_read_back(value):
    actor = system_actor("Sweeper")
    columns = _columns(Draft("trail.viewed", actor, "done", "", subject=value, reason=value))
    assert "\0" not in columns["subject"]
    columns["subject"].encode()


@pytest.mark.parametrize(
    "text", ["\x00nul", "half \ud83d", "‮right to left", "😀" * 300, "<script>alert(1)</script>"]
)
def test_awkward_text_reaches_the_database(asha, text):
    entry = record("trail.viewed", actor=asha, subject=text, details={"filters": text, text: 1})
    assert Entry.objects.get(pk=entry.pk).content["details"]


def test_no_identifier_and_no_secret_in_any_column(asha):
    record(
        "trail.customer.viewed",
        actor=asha,
        customer="387746388",
        subject=f"asked by {EMAIL}",
        reason=f"call back on {MOBILE}",
        details={"typed": MOBILE, "otp": "482913", "nested": [{"password": "hunter2!", "mail": EMAIL}]},
        identifiers=[("mobile", MOBILE), ("email", EMAIL), ("external_id", "CRM-220319")],
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_entry")
        stored = " ".join(bytes(one).decode("latin1") if isinstance(one, (bytes, memoryview)) else str(one)
                          for one in cursor.fetchone())  # fmt: skip
    for secret in ("004417", "5550", "kavya.iyer", "482913", "hunter2", "220319"):
        assert secret not in stored.replace("\\", "")
    assert EntryIdentifier.objects.count() == 3
    assert json.loads(bytes(Entry.objects.get().payload))["identifiers"][0] == {
        "kind": "mobile",
        "mask": "•••••• 4417",
    }


def test_an_entry_goes_with_the_transaction_it_was_written_in(asha):
    with transaction.atomic():
        record("trail.viewed", actor=asha, details={"filters": "everything"})
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_writer_s_numbers_have_no_gap_whatever_is_rolled_back(asha):
    def write():
        record("trail.viewed", actor=asha, details={"filters": "everything"})

    write()
    for nested in (False, True):
        with transaction.atomic():
            write()
            with transaction.atomic():
                write()
                transaction.set_rollback(True)
            write()
            transaction.set_rollback(nested)
    write()
    # A thread of an earlier test may still write down a late answer: that is another writer's.
    ours = Entry.objects.filter(action="trail.viewed").order_by("id")
    writers = [entry.content["writer"] for entry in ours]
    assert len({name for name, _number in writers}) == 1
    numbers = [number for _name, number in writers]
    assert numbers == list(range(numbers[0], numbers[0] + 4))
