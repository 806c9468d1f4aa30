"""One person with acts in every room: the pack tells all of it, erasure leaves nothing that can be read or found."""

import io
import json
import re
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from apps.audit import texts
from apps.audit.log import sealer
from apps.audit.models import (
    Archive,
    Entry,
    EntryIdentifier,
    PersonKey,
    SavedView,
    SubjectRequest,
    WatchItem,
)
from apps.audit.services import record
from apps.audit.subject_requests import erasing, opening, packing
from apps.audit.subject_requests.packs import pieces
from apps.audit.subject_requests.rooms import FORGOTTEN, Room, rooms
from apps.audit.subject_requests.working import go_on
from apps.audit.whom import whom
from tests.support.somebody import CARD, CUSTOMER, EMAIL, FRIEND, MOBILE, NAME, OTHER, Somebody, places_of

pytestmark = pytest.mark.django_db(transaction=True)
State = SubjectRequest.State


@pytest.fixture
def somebody(agent, stores):
    return Somebody(agent, stores.contact_centre).live()


@pytest.fixture
def erased(somebody, subject):
    """``erased()``: asked for, confirmed by a second person, and carried out."""

    def make():
        request = subject.confirmed()
        go_on()
        request.refresh_from_db()
        return request

    return make


def pack_of(subject):
    request = subject.open("access")
    subject.ask_for_pack(request)
    go_on()
    request.refresh_from_db()
    assert request.state == State.READY
    data = b"".join(pieces(request))
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    page, machine = (
        next(archive.read(one).decode() for one in archive.namelist() if one.endswith(ending))
        for ending in (".html", ".json")
    )
    return request, data, page, json.loads(machine)


def test_every_model_of_the_house_is_told_of_or_holds_nothing_of_a_customer():
    told = {label for room in rooms() for label in room.holds}
    nothing = {label for room in rooms() for label in room.holds_nothing}
    models = {one._meta.label for one in apps.get_models(include_auto_created=True)}
    assert models - told - nothing == set(), "Say in the room's subject_data.py what these hold of a person."
    assert not told & nothing


def test_no_model_with_a_customer_is_said_to_hold_nothing():
    nothing = {label for room in rooms() for label in room.holds_nothing}
    named = re.compile(r"customer|_sealed$|^mask$|^handle_")
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label in nothing:
            assert not [one.name for one in model._meta.concrete_fields if named.search(one.name)], model


def test_a_room_cannot_be_registered_twice_differently():
    from apps.audit.subject_requests.rooms import register

    with pytest.raises(ValueError, match="says twice"):
        register(Room("points"))


def test_every_table_of_the_pack_has_its_rows(somebody, subject):
    _request, _data, _page, machine = pack_of(subject)
    empty = [one["name"] for one in machine["tables"] if not one["rows"] and one["name"] != "calls"]
    assert empty == []
    tables = {one["name"]: one["rows"] for one in machine["tables"]}
    assert {one["value"] for one in tables["identifiers"]} >= {MOBILE, EMAIL, CARD}
    assert tables["goodwill_requests"][0]["amount"] == "500.000"
    assert tables["goodwill_requests"][0]["name"] == NAME
    assert len(tables["rows_of_files"]) == 3
    assert tables["who_looked"][0]["who"] == "Agent, store CC"
    assert FRIEND not in json.dumps(machine["tables"])


def test_page_and_file_say_the_same_and_need_nothing_from_elsewhere(somebody, subject):
    request, data, page, machine = pack_of(subject)
    import hashlib

    assert hashlib.sha256(data).hexdigest() == request.pack_sha256
    assert "<script" not in page
    assert "http" not in page
    assert EMAIL in page
    assert request.pack_size == len(data)
    assert page.count("<h2>") == len(machine["tables"])
    assert sum(request.tally.values()) == sum(len(one["rows"]) for one in machine["tables"])


def test_names_of_staff_stand_in_it_only_where_the_house_says_so(somebody, subject, settings):
    _request, _data, page, machine = pack_of(subject)
    assert "Asha" not in page
    assert "Asha" not in json.dumps(machine)
    # Whoever has another name by now, or no account any longer, is not told either.
    somebody.user.name = "A. Mehra"
    somebody.user.save()
    gone = replace(somebody.actor, user_id=99, name="Ravi Shah")
    record(
        "customer.revealed", actor=gone, customer=CUSTOMER, subject="Card", reason="Ravi Shah and Asha Verma"
    )
    told = pack_of(subject)
    assert not [one for one in ("Asha", "Ravi", "Mehra") if one in told[2] + json.dumps(told[3])]
    settings.CONSOLE_SUBJECT_PACK_STAFF_NAMES = True
    _request, _data, page, _machine = pack_of(subject)
    assert "Asha Verma, Agent, store CC" in page


def test_a_pack_says_that_entries_in_archives_are_not_in_it(somebody, subject):
    _request, _data, page, machine = pack_of(subject)
    assert "archive" not in page
    assert machine["not_in_it"] == []
    whole = {"size": 1, "entries": 1, "first_place": 0, "last_place": 0, "places": b"", "part": 1}
    for month, kind in ((3, "calls"), (3, "looks"), (4, "calls"), (5, "calls")):
        day = date(2024, month, 1)
        removed = None if month == 5 else timezone.now()
        Archive.objects.create(name=f"{month} {kind}", kind=kind, month=day, removed_at=removed, **whole)
    _request, _data, page, machine = pack_of(subject)
    assert "Entries from 2024-03 to 2024-04 were moved into archive files" in page
    assert machine["not_in_it"] == ["2024-03", "2024-04"]
    made = Entry.objects.filter(action="subject.pack.made").latest("id")
    assert made.content["details"]["archived_months"] == 2


def test_what_people_typed_cannot_become_markup(somebody, subject):
    evil = "<img src=x onerror=alert(1)>"
    record("customer.revealed", actor=somebody.actor, customer=CUSTOMER, subject="Card", reason=evil)
    _request, _data, page, _machine = pack_of(subject)
    assert evil not in page
    assert "&lt;img" in page


def test_before_it_the_search_finds_the_person_everywhere(somebody):
    tables = {table for table, _column, _how in places_of()}
    assert tables >= {
        "audit_entryidentifier",
        "audit_savedview",
        "customers_recentcustomer",
        "customers_keptlookup",
        "customers_noteact",
        "customers_protectedcustomer",
        "goodwill_goodwillrequest",
        "goodwill_decision",
        "points_redemption",
        "points_reversal",
        "referrals_invitation",
        "referrals_invitee",
        "referrals_sighting",
        "referrals_signal",
        "operations_item",
        "operations_filepart",
        "operations_operation",
    }


def test_after_it_nothing_of_the_person_can_be_read_or_found(erased, subject):
    pack_of(subject)
    request = erased()
    assert request.state == State.DONE
    assert places_of() == set()
    assert not PersonKey.objects.filter(holder=f"customer:{CUSTOMER}").exists()


def test_after_it_what_auditors_wrote_about_the_person_is_gone_too(erased, subject, somebody):
    refused = subject.open("access")
    subject.do(opening.refuse_request, refused, reason=f"{NAME} could not show who they are.")
    entries = {"theirs": Entry.objects.filter(customer=str(CUSTOMER)), "others": Entry.objects.none()}
    for whose, found in entries.items():
        WatchItem.objects.create(
            rule="reveals",
            mark=whose,
            about="Asha Verma",
            begins_at=timezone.now(),
            ends_at=timezone.now(),
            evidence={"entries": list(found.values_list("pk", flat=True))},
            looked_at=timezone.now(),
            note=f"{whose}: {NAME if whose == 'theirs' else 'somebody else'} called",
        )
    erased()
    refused.refresh_from_db()
    assert (refused.state, refused.reason) == (State.REFUSED, FORGOTTEN)
    assert list(WatchItem.objects.order_by("pk").values_list("note", flat=True)) == [
        FORGOTTEN,
        "others: somebody else called",
    ]
    # The trail keeps what it sealed, with a name that nobody recognised as one.
    assert {table for table, _column, _how in places_of()} <= {"audit_entry"}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only FTS5 keeps letters in its index")
def test_after_it_the_index_of_words_holds_no_letters_of_theirs(erased, somebody):
    for number in range(3):
        record("customer.revealed", actor=somebody.actor, customer=CUSTOMER, subject="Card", reason="Ąžuolas")
        record("trail.viewed", actor=somebody.actor, details={"filters": f"the {number}th"})
        sealer.seal_all()
        while texts.catch_up():
            pass
    assert _pieces_with("žu")
    # So few pieces may be merged by chance.
    with _merging_by_itself(0):
        erased()
    assert not _pieces_with("žu")
    assert _pieces_with("th")


@contextmanager
def _merging_by_itself(pieces):
    def say(many):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO audit_entrytext (audit_entrytext, rank) VALUES ('automerge', %s)", [many]
            )

    say(pieces)
    try:
        yield
    finally:
        say(4)


def _pieces_with(letters):
    """Pieces of the index in which these letters can be read, of rows that are gone too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT block FROM audit_entrytext_data")
        return sum(letters.encode() in bytes(block) for (block,) in cursor.fetchall())


def test_a_saved_search_for_words_that_are_an_identifier_is_about_the_person(erased, somebody):
    record(
        "customer.viewed", actor=somebody.actor, customer=CUSTOMER, identifiers=[("external_id", "MT-4417")]
    )
    views = [
        SavedView.objects.create(owner=somebody.user, name=text, query=f"text={text}&store=012")
        for text in ("mt-4417", "INV-4417")
    ]
    erased()
    for view in views:
        view.refresh_from_db()
    assert [view.query for view in views] == ["store=012&customer=forgotten", "text=INV-4417&store=012"]


def test_an_export_about_an_identifier_is_narrowed_to_nobody(erased, somebody):
    record(
        "customer.viewed", actor=somebody.actor, customer=CUSTOMER, identifiers=[("external_id", "MT-4417")]
    )
    kept = {"filter": "about: •••417", "filters": {"subject": "MT-4417", "digests": []}}
    somebody.operation.parameters = kept
    somebody.operation.save()
    erased()
    somebody.operation.refresh_from_db()
    assert somebody.operation.parameters == {
        "filter": FORGOTTEN,
        "filters": {"subject": FORGOTTEN, "digests": []},
    }


def test_after_it_the_books_are_whole(erased, somebody):
    erased()
    somebody.goodwill.refresh_from_db()
    somebody.redemption.refresh_from_db()
    assert (somebody.goodwill.amount, somebody.goodwill.state, somebody.goodwill.bill) == (
        500,
        "done",
        "B-77",
    )
    assert somebody.goodwill.customer_mask == FORGOTTEN
    assert (somebody.redemption.points, somebody.redemption.bill) == (100, "B-78")
    rows = list(somebody.operation.items.order_by("row"))
    assert [one.mask == FORGOTTEN for one in rows] == [True, True, True, False]
    assert rows[0].points == 500
    assert rows[0].cells == ["", ""]
    assert rows[3].cells == [FRIEND, "500"]


def test_other_people_keep_what_is_theirs(erased):
    from apps.customers.models import KeptLookup

    record("customer.viewed", actor=system(), customer=OTHER, identifiers=[("mobile", FRIEND)])
    erased()
    assert KeptLookup.objects.count() == 1
    assert PersonKey.objects.filter(holder=f"customer:{OTHER}").exists()
    assert EntryIdentifier.objects.filter(entry__customer=str(OTHER)).exists()
    assert "store=012" in SavedView.objects.get().query


def test_after_it_the_log_verifies(erased, capsys):
    sealer.seal_all()
    request = erased()
    sealer.seal_all()
    call_command("audit", "verify")
    told = capsys.readouterr().out
    assert "Nothing was changed" in told
    assert f"{request.tally['audit']['identifiers']} identifiers beside entries were forgotten" in told


def test_after_it_searching_by_the_identifier_finds_nothing(erased):
    assert Entry.objects.about((), whom(EMAIL).digests).exists()
    erased()
    for value in (EMAIL, MOBILE, CARD):
        assert not Entry.objects.about((), whom(value).digests).exists()


def test_the_entry_tells_what_was_destroyed_in_counts(erased):
    request = erased()
    entry = Entry.objects.get(action="subject.erased")
    assert entry.subject == request.number
    assert entry.customer == str(CUSTOMER)
    assert entry.content["details"]["destroyed"] == request.tally
    assert request.tally["audit"]["identifiers"] > 5
    assert request.tally["audit"]["keys"] >= 2
    assert request.tally["points"] == {"redemptions": 1, "reversals": 1, "codes_sent": 2}


def test_twice_does_no_harm_and_new_entries_work(erased, subject, somebody):
    erased()
    again = erased()
    assert again.state == State.DONE
    record("customer.viewed", actor=somebody.actor, customer=CUSTOMER, identifiers=[("mobile", MOBILE)])
    assert Entry.objects.about((), whom(MOBILE).digests).exists()
    assert PersonKey.objects.filter(holder=f"customer:{CUSTOMER}").exists()
    third = erased()
    assert third.tally["audit"]["keys"] == 1
    assert places_of() == set()


@pytest.mark.parametrize("room", ["audit", "customers", "goodwill", "operations", "points", "referrals"])
def test_a_crash_in_the_middle_leaves_what_can_be_gone_on_with(somebody, subject, monkeypatch, room):
    from apps.audit.subject_requests import rooms as table

    whole = table._rooms[room]

    def crash(_subject, _found):
        raise RuntimeError("the worker died")

    request = subject.confirmed()
    broken = Room(**{**vars(whole), "erase": crash})
    monkeypatch.setitem(table._rooms, room, broken)
    go_on()
    request.refresh_from_db()
    assert request.state == State.ERASING
    assert not Entry.objects.filter(action="subject.erased").exists()
    monkeypatch.setitem(table._rooms, room, whole)
    SubjectRequest.objects.update(claimed_until=None)
    go_on()
    request.refresh_from_db()
    assert request.state == State.DONE
    assert places_of() == set()


def test_a_crash_after_the_trail_was_emptied_is_gone_on_with(somebody, subject, monkeypatch):
    """The hashes by which other rooms are searched are gone from the trail by then; the request still has them."""
    request = subject.confirmed()

    def crash(*_given):
        raise RuntimeError("the worker died")

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "_finish", crash)
        go_on()
    SubjectRequest.objects.update(claimed_until=None)
    go_on()
    request.refresh_from_db()
    assert request.state == State.DONE
    assert request.digests == []
    assert places_of() == set()


def test_a_pack_whose_worker_died_is_made_anew(somebody, subject, monkeypatch):
    request = subject.open("access")
    subject.ask_for_pack(request)

    def crash(*_given):
        raise RuntimeError("the worker died")

    with monkeypatch.context() as patch:
        patch.setattr(packing, "locked", crash)
        go_on()
    request.refresh_from_db()
    assert request.state == State.MAKING
    assert request.parts.exists()
    SubjectRequest.objects.update(claimed_until=None)
    go_on()
    request.refresh_from_db()
    assert request.state == State.READY
    assert set(request.parts.values_list("run", flat=True)) == {request.pack_run}


def system():
    from apps.audit.actor import system_actor

    return system_actor("Set-up")
