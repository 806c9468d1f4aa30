"""Many customers by a file: looked up with an entry each, noted once each."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.audit.models import Entry
from apps.capillary.ratelimit import BULK_WAIT_SECONDS
from apps.core.errors import TraceUnavailable
from apps.core.tables.writing import pieces_of
from apps.customers import bulk
from apps.customers.models import NoteAct
from apps.customers.settling import settle_due
from apps.operations.models import Chunk, Item
from apps.operations.work import services
from apps.operations.work.downloads import result_rows
from tests.customers.conftest import trail_refuses
from tests.customers.note_help import NOTES, add, posts, there
from tests.support.bulk import Clerk, problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(outside, manager, stores):
    """Rohan Mehta of Store 12."""
    return Clerk(manager, stores.store_12)


def results_of(operation):
    text = b"".join(pieces_of(result_rows(operation, bulk.LOOKUP), "csv")).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_look_up_tells_id_tier_and_balances_and_runs_by_itself(clerk, outside, person):
    mobile = outside.identifier("everything", "mobile")
    merged = outside.characters["merged"]["id"]
    header = "Customer id,Mobile,E-mail,Till"
    rows = [f"{person},,,12", f",+{mobile},,", ",,nobody.at.all@example.com,", f"{merged},,,", ",,,x"]
    operation = clerk.checked("bulk_lookup", header, *rows)
    assert operation.state == "done"
    one, two, nobody, gone, nothing = clerk.rows(operation)
    assert (one.state, two.state, nobody.state, gone.state) == ("done", "done", "not_done", "not_done")
    assert (nothing.state, problems(nothing)[0][0]) == ("bad", "customer_id")
    assert nobody.words == "No customer has this."
    assert "merged into" in gone.words
    found = results_of(operation)
    assert [row["Found id"] for row in found] == [str(person), str(person), "", "", ""]
    assert found[0]["Till"] == "12"
    assert found[0]["Tier"]
    assert found[0]["Balance"].replace(".", "").isdecimal()
    # What came out is personal: it is not kept in clear.
    assert one.output == {}
    assert found[0]["Balance"] not in one.output_sealed


def test_each_look_up_is_an_entry_with_a_masked_value(clerk, outside):
    mobile = outside.identifier("everything", "mobile")
    clerk.checked("bulk_lookup", "Mobile", mobile)
    entry = Entry.objects.get(action="customer.looked_up")
    assert entry.channel == "operation"
    assert mobile not in bytes(entry.payload).decode()


@pytest.mark.django_db(transaction=True)
def test_an_outside_that_is_ill_puts_the_row_off(clerk, outside, person):
    outside.add_fault(kind="status", path="/v2/customers/*", status=429, count=9)
    operation = clerk.checked("bulk_lookup", "Customer id", str(person))
    [item] = clerk.rows(operation)
    assert (operation.state, item.state) == ("running", "ready")


def test_a_note_is_added_once_however_often_its_row_runs(clerk, outside, person, words):
    operation = clerk.checked("bulk_notes", "Customer id,Note", f'{person},"{words}"', f'999999999,"{words}"')
    good, nobody = clerk.rows(operation)
    assert (good.state, good.customer_id, nobody.state) == ("ready", person, "bad")
    assert posts(outside) == 0
    [item, _nobody] = clerk.run(operation)
    assert (item.state, item.act_reference) == ("done", NoteAct.objects.get().reference)
    again = bulk.add(operation.behind, Item.objects.get(pk=item.pk))
    assert again.act_reference == item.act_reference
    assert (posts(outside), there(outside, person, words)) == (1, 1)


def test_notes_say_all_that_is_wrong_and_the_same_note_twice_is_left_out(clerk, outside, person, words):
    mobile = outside.identifier("everything", "mobile")
    rows = clerk.rows(
        clerk.checked(
            "bulk_notes",
            "Customer id,Mobile,Note",
            "abc,,",
            f'{person},,"{words}"',
            f',{mobile},"{words.upper()}"',
            f"{person},,{'x' * 1001}",
        )
    )
    assert [column for column, _words in problems(rows[0])] == ["customer_id", "note"]
    assert [one.state for one in rows[1:]] == ["ready", "bad", "bad"]
    assert problems(rows[2]) == [("", "The same as row 2 of this file.")]


def test_a_note_that_is_not_known_is_settled_by_its_act(clerk, outside, person, words):
    operation = clerk.checked("bulk_notes", "Customer id,Note", f'{person},"{words}"')
    outside.add_fault(kind="drop_after", path=NOTES, method="POST", count=1)
    [item] = clerk.run(operation)
    assert item.state == "unknown"
    [item] = clerk.follow(operation)
    assert item.state == "unknown"
    NoteAct.objects.update(next_check_at="2020-01-01T00:00:00Z")
    settle_due()
    [item] = clerk.follow(operation)
    operation.refresh_from_db()
    assert (item.state, there(outside, person, words)) == ("done", 1)
    assert operation.settled_at is not None


def put_off_once_then_added(clerk, operation, outside, person, words):
    """The row waits again and nothing is there; its second try is the one note."""
    operation.refresh_from_db()
    [item] = clerk.rows(operation)
    assert (operation.state, item.state, item.tries) == ("running", "ready", 1)
    assert (NoteAct.objects.get().state, there(outside, person, words)) == ("not_done", 0)
    Chunk.objects.filter(operation=operation, state="waiting").update(due_at=timezone.now())
    [item] = clerk.work(operation)
    assert [act.state for act in NoteAct.objects.order_by("pk")] == ["not_done", "done"]
    assert (item.state, item.act_reference) == ("done", NoteAct.objects.get(state="done").reference)
    assert there(outside, person, words) == 1


def test_a_note_that_may_not_be_sent_now_is_put_off_and_added_once(clerk, outside, person, words):
    operation = clerk.checked("bulk_notes", "Customer id,Note", f'{person},"{words}"')
    outside.add_fault(kind="status", path=NOTES, method="POST", status=429, count=1)
    clerk.run(operation)
    put_off_once_then_added(clerk, operation, outside, person, words)


@pytest.mark.django_db(transaction=True)
def test_a_note_without_a_trail_is_put_off_and_added_once(clerk, outside, person, words):
    operation = clerk.checked("bulk_notes", "Customer id,Note", f'{person},"{words}"')
    with trail_refuses("call.sent"):
        clerk.run(operation)
    put_off_once_then_added(clerk, operation, outside, person, words)


def test_no_note_is_added_in_the_name_of_somebody_who_may_not_any_more(
    clerk, outside, person, words, manager
):
    operation = clerk.checked("bulk_notes", "Customer id,Note", f'{person},"{words}"')
    services.run(actor=clerk.actor, user=manager, operation=operation)
    manager.is_active = False
    manager.save()
    [item] = clerk.work(operation)
    assert (item.state, item.words) == ("not_done", "Your role does not add notes here.")
    assert posts(outside) == 0


def test_a_note_that_was_added_is_told_whoever_lost_a_role_since(clerk, outside, person, words, manager):
    operation = clerk.checked("bulk_notes", "Customer id,Note", f'{person},"{words}"')
    [item] = clerk.run(operation)
    manager.is_active = False
    manager.save()
    again = bulk.add(operation.behind, Item.objects.get(pk=item.pk))
    assert (again.state, again.act_reference) == ("done", item.act_reference)


@pytest.mark.django_db(transaction=True)
def test_a_note_of_long_work_is_not_looked_for_while_it_may_wait_for_its_turn(actor, outside, person, words):
    with trail_refuses("call.sent", "customer.note.settled"), pytest.raises(TraceUnavailable):
        add(replace(actor, channel="operation"), person, words)
    act = NoteAct.objects.get()
    wait = timedelta(seconds=BULK_WAIT_SECONDS)
    assert act.state == "in_progress"
    assert list(NoteAct.objects.due(act.created_at + 1.5 * wait)) == []
    assert list(NoteAct.objects.due(act.created_at + 4 * wait)) == [act]
