"""Requests of people for their own data: who is meant, the clock, two people, what stands in the way."""

import uuid
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.audit import texts
from apps.audit.identifiers import search_digests
from apps.audit.log import sealer
from apps.audit.models import Entry, EntryIdentifier, EntryText, SubjectRequest
from apps.audit.recorder import CallRecorder
from apps.audit.services import record
from apps.audit.subject_requests import erasing, opening, packing, working
from apps.audit.subject_requests.clock import due_on
from apps.audit.subject_requests.packs import PART_BYTES, PackWriter, pieces
from apps.audit.subject_requests.rooms import _rooms, rooms
from apps.audit.subject_requests.whom import entries_of, subject_of
from apps.audit.subject_requests.working import expire, go_on
from apps.core.errors import BadInput, Conflict, Missing, Refused
from tests.audit.conftest import answered_call, sent_call
from tests.support.somebody import CARD, CUSTOMER, EMAIL, FRIEND, MOBILE, OTHER, Somebody

State = SubjectRequest.State


@pytest.fixture
def known(db, agent, stores):
    """Somebody the trail knows."""
    somebody = Somebody(agent, stores.contact_centre)
    somebody.in_the_trail()
    return somebody


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-27", "2026-12-27"),
        ("2026-12-31", "2027-01-31"),
        ("2027-01-28", "2027-02-28"),
        ("2027-01-31", "2027-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2028-02-29", "2028-03-29"),
        ("2026-03-31", "2026-04-30"),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_last_one(received, due):
    assert due_on(date.fromisoformat(received)) == date.fromisoformat(due)


@given(st.dates(date(1990, 1, 1), date(2200, 1, 1)))
def test_a_month_is_always_the_next_one_and_never_longer(received):
    due = due_on(received)
    assert (due.year * 12 + due.month) - (received.year * 12 + received.month) == 1
    assert due.day == received.day or (due.day < received.day and (due + timedelta(days=1)).day == 1)
    assert due_on(received) <= due_on(received + timedelta(days=1))


def test_an_identifier_is_kept_as_mask_and_keyed_hash_only(known, subject):
    request = subject.open("access", whom="+91 55500-04417")
    assert request.customer == str(CUSTOMER)
    assert "5550004417" not in str(vars(request))
    assert "4417" in request.mask
    assert request.number == f"SR-{100 + request.pk}"
    entry = Entry.objects.get(action="subject.request.opened")
    assert entry.customer == str(CUSTOMER)
    assert b"5550004417" not in bytes(entry.payload)
    assert not EntryIdentifier.objects.filter(entry=entry).exclude(value=b"").exists()


def test_somebody_whose_customer_nobody_knows_is_kept_too(db, subject):
    request = subject.open("access", whom="nobody.here@example.com")
    assert request.customer == ""
    assert request.mask.startswith("n")
    assert len(request.digests) == 2


def test_an_identifier_of_several_customers_asks_for_the_id(known, subject):
    record("customer.viewed", actor=known.actor, customer=OTHER, identifiers=[("mobile", MOBILE)])
    with pytest.raises(BadInput, match="4417, 5200"):
        subject.open("access", whom=MOBILE)
    told = Entry.objects.filter(action="subject.request.not_opened").order_by("customer")
    assert [one.customer for one in told] == ["4417", "5200"]
    assert {(one.actor_id, one.outcome) for one in told} == {(subject.auditor.pk, "not_done")}
    assert set(Entry.objects.about((), tuple(search_digests(MOBILE)))) >= set(told)
    assert MOBILE.encode() not in b"".join(bytes(one.payload) for one in told)


def test_of_an_identifier_of_very_many_customers_some_are_named_and_written_down(known, subject):
    for customer in range(6001, 6031):
        record("customer.viewed", actor=known.actor, customer=customer, identifiers=[("mobile", MOBILE)])
    with pytest.raises(BadInput, match="and 11 more"):
        subject.open("access", whom=MOBILE)
    assert Entry.objects.filter(action="subject.request.not_opened").count() == 20


def test_who_only_gave_the_number_of_a_friend_is_not_the_friend(known, subject):
    known.in_referrals()
    assert subject.open("access", whom=MOBILE).customer == str(CUSTOMER)
    assert subject.open("access", whom=FRIEND).customer == ""


def _friends_were_kept(known):
    """As entries were once written: every contact in an answer about whom the customer invited."""
    sent = sent_call(
        name="v2.customers.referrals", path=f"/v2/customers/{CUSTOMER}/referrals", identifiers=()
    )
    recorder = CallRecorder(known.actor)
    recorder.sent([sent])
    recorder.answered([answered_call(sent, identifiers=(("mobile", FRIEND),))])


def test_friends_in_answers_from_before_lead_to_nobody_and_are_in_no_pack(known, subject):
    from apps.audit.subject_data import _identifiers

    _friends_were_kept(known)
    assert subject.open("access", whom=FRIEND).customer == ""
    request = subject.open("access", whom=str(CUSTOMER))
    assert subject_of(request).digests.isdisjoint(search_digests(FRIEND))
    values = {value for _kind, value, *_counted in _identifiers(subject_of(request))}
    assert values == {MOBILE, EMAIL, CARD}


@pytest.mark.parametrize("typed", ["", "   ", "x" * 201, "a\0b", "•••• 4417"])
def test_what_is_no_identifier_is_said_beside_its_field(db, subject, typed):
    with pytest.raises(BadInput) as told:
        subject.open("access", whom=typed)
    assert told.value.field == "whom"


def test_a_day_to_come_or_long_ago_is_said_beside_its_field(known, subject):
    today = timezone.localdate()
    for day in (today + timedelta(days=1), today - timedelta(days=400)):
        with pytest.raises(BadInput) as told:
            subject.open("access", received_on=day)
        assert told.value.field == "received_on"


def test_overdue_and_days_left(known, subject):
    today = timezone.localdate()
    assert subject.open("access", received_on=today).days_left >= 28
    late = subject.open("access", received_on=today - timedelta(days=45))
    assert late.is_overdue
    assert late.days_left < -10


def test_only_who_may_handles_them_and_a_refusal_is_an_entry(known, subject, agent):
    with pytest.raises(Refused):
        subject.open("access", user=agent)
    request = subject.open("access")
    for service in (
        opening.refuse_request,
        opening.answer_request,
        packing.ask_for_pack,
        packing.fetch_pack,
        erasing.ask_to_confirm,
        erasing.confirm,
    ):
        with pytest.raises(Refused):
            subject.do(service, request, user=agent)
    assert Entry.objects.filter(action="subject.act.refused", outcome="refused").count() == 7


def test_nobody_confirms_what_they_opened_or_asked_for(known, subject):
    request = subject.open("erasure", user=subject.administrator)
    subject.do(erasing.ask_to_confirm, request)
    for user in (subject.administrator, subject.auditor):
        with pytest.raises(Refused, match="Somebody else"):
            subject.do(erasing.confirm, request, user=user)
    refusals = Entry.objects.filter(action="subject.erasure.confirmed", outcome="refused")
    assert refusals.count() == 2
    request.refresh_from_db()
    assert request.state == State.WAITING


def test_the_database_refuses_it_too(known, subject):
    request = subject.open("erasure")
    with pytest.raises(IntegrityError), transaction.atomic():
        SubjectRequest.objects.filter(pk=request.pk).update(confirmed_by=subject.auditor)


def test_what_was_not_confirmed_is_not_erased(known, subject):
    request = subject.open("erasure")
    subject.do(erasing.ask_to_confirm, request)
    go_on()
    request.refresh_from_db()
    assert request.state == State.WAITING
    assert EntryIdentifier.objects.exclude(value=b"").exists()


def test_a_request_for_access_cannot_be_erased(known, subject):
    request = subject.open("access")
    with pytest.raises(Conflict):
        subject.do(erasing.ask_to_confirm, request)


@pytest.mark.parametrize("service", [opening.refuse_request, packing.ask_for_pack, erasing.ask_to_confirm])
def test_each_act_wants_a_reason(known, subject, service):
    request = subject.open("access" if service is packing.ask_for_pack else "erasure")
    with pytest.raises(BadInput) as told:
        subject.do(service, request, reason=" ")
    assert told.value.field == "reason"


def test_what_is_over_is_not_done_again(known, subject):
    request = subject.open("erasure")
    subject.do(opening.refuse_request, request, reason="We could not tell that it is them.")
    for service in (opening.refuse_request, erasing.ask_to_confirm, packing.ask_for_pack):
        with pytest.raises(Conflict):
            subject.do(service, request)
    request.refresh_from_db()
    assert request.reason == "We could not tell that it is them."


def _redemption(somebody):
    from apps.points.models import Redemption

    somebody.in_points()
    Redemption.objects.update(state="unknown")
    return Redemption.objects.get().number


def _goodwill(somebody):
    from apps.goodwill.models import GoodwillRequest

    somebody.in_goodwill()
    GoodwillRequest.objects.filter(customer_id=CUSTOMER).update(state="waiting")
    return somebody.goodwill.number


def _note(somebody):
    from apps.customers.models import NoteAct

    somebody.in_customers()
    NoteAct.objects.update(state="unknown", settled_at=None)
    return NoteAct.objects.get().reference


def _invitation(somebody):
    from apps.referrals.models import Invitation, Invitee

    somebody.in_referrals()
    Invitation.objects.filter(customer_id=CUSTOMER).update(state="unknown")
    Invitee.objects.filter(customer_id=CUSTOMER).update(state="unknown")
    return Invitation.objects.get(customer_id=CUSTOMER).number


def _operation(somebody):
    from apps.operations.models import Operation

    somebody.in_operations()
    Operation.objects.update(state="paused")
    return somebody.operation.number


OPEN_ACTS = [_redemption, _goodwill, _note, _invitation, _operation]


@pytest.mark.parametrize("begin", OPEN_ACTS)
def test_an_open_act_stands_in_the_way_and_is_named(known, subject, begin):
    name, request = begin(known), subject.open("erasure")
    with pytest.raises(Conflict, match=name):
        subject.do(erasing.ask_to_confirm, request)


@pytest.mark.parametrize("begin", OPEN_ACTS)
def test_an_act_that_begins_after_it_was_confirmed_makes_it_wait(known, subject, begin):
    request = subject.confirmed()
    name = begin(known)
    go_on()
    request.refresh_from_db()
    assert request.state == State.ERASING
    assert name in request.problem
    assert Entry.objects.filter(action="subject.erasure.held").count() == 1
    SubjectRequest.objects.update(claimed_until=None)
    go_on()
    assert Entry.objects.filter(action="subject.erasure.held").count() == 1


def test_points_still_looked_for_in_the_ledger_stand_in_the_way(known, subject):
    from apps.points.models import Redemption

    known.in_points()
    Redemption.objects.update(next_proof_at=timezone.now())
    with pytest.raises(Conflict, match="looked for"):
        subject.do(erasing.ask_to_confirm, subject.open("erasure"))


def test_a_pack_is_asked_for_made_fetched_and_answered(known, subject):
    request = subject.open("access")
    subject.ask_for_pack(request, reason="Called back on the number we have.")
    assert go_on() == 1
    assert go_on() == 0
    found = subject.do(packing.fetch_pack, request, reason="To send it.")
    assert found.pack_expires_at - timezone.now() > timedelta(days=6)
    assert b"".join(pieces(found)).startswith(b"PK")
    subject.do(opening.answer_request, request, reason="By letter.")
    names = list(Entry.objects.filter(subject=request.number).order_by("id").values_list("action", "reason"))
    assert names == [
        ("subject.request.opened", ""),
        ("subject.pack.asked", "Called back on the number we have."),
        ("subject.pack.made", ""),
        ("subject.pack.fetched", "To send it."),
        ("subject.request.answered", "By letter."),
    ]


def test_a_pack_expires(known, subject):
    request = subject.open("access")
    subject.ask_for_pack(request)
    go_on()
    SubjectRequest.objects.update(pack_expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Missing):
        subject.do(packing.fetch_pack, request)
    assert expire() == 1
    assert expire() == 0
    request.refresh_from_db()
    assert not request.parts.exists()
    assert request.state == State.OPEN
    subject.ask_for_pack(request)


def test_two_workers_do_not_make_the_same_pack(known, subject):
    subject.ask_for_pack(subject.open("access"))
    SubjectRequest.objects.update(claimed_until=timezone.now() + timedelta(minutes=1))
    assert go_on() == 0


def test_a_long_pack_is_kept_in_parts_none_of_them_in_clear(known, subject):
    request = subject.open("access")
    out = PackWriter(request, "run")
    for _ in range(20):
        out.write(EMAIL.encode() * 2_000)
    out.close()
    request.pack_run = "run"
    assert sum(len(one) for one in pieces(request)) == out.size
    assert request.parts.count() == -(-out.size // PART_BYTES)
    assert EMAIL.encode() not in bytes(request.parts.first().sealed)


def test_a_person_without_a_customer_is_forgotten_by_the_identifier(known, subject):
    known.in_operations()
    record("customer.looked_up", actor=known.actor, identifiers=[("mobile", FRIEND)])
    request = subject.confirmed(whom=FRIEND)
    go_on()
    request.refresh_from_db()
    assert (request.state, request.mask, request.digests) == (State.DONE, "forgotten", [])
    cells = [one.cells[0] for one in known.operation.items.order_by("row")]
    assert cells == [MOBILE, EMAIL, MOBILE, ""]
    assert known.operation.items.get(row=4).points == Decimal(500)


def test_an_entry_of_somebody_else_is_not_in_the_pack(known, subject):
    record("customer.viewed", actor=known.actor, customer=OTHER, identifiers=[("card", CARD)])
    request = subject.open("access", whom=str(CUSTOMER))
    found = entries_of(subject_of(request))
    assert not found.filter(customer=str(OTHER)).exists()
    assert found.filter(action="customer.looked_up").exists()


def test_an_erasure_that_goes_on_after_a_crash_takes_no_friend_for_the_person(known, subject, monkeypatch):
    """The rows that told whom the customer invited are gone by then."""
    from apps.operations.models import Item

    known.in_referrals()
    known.in_operations()
    request = subject.confirmed()
    trail = next(room for room in rooms() if room.name == "audit")

    def dies(_subject, _found):
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setitem(_rooms, "audit", replace(trail, erase=dies))
        go_on()
    request.refresh_from_db()
    assert (request.state, "referrals" in request.tally) == (State.ERASING, True)
    record("customer.viewed", actor=known.actor, customer=OTHER, identifiers=[("mobile", FRIEND)])
    SubjectRequest.objects.update(claimed_until=None)
    go_on()
    request.refresh_from_db()
    assert request.state == State.DONE
    assert EntryIdentifier.objects.filter(entry__customer=str(OTHER), kind="mobile").exists()
    assert Item.objects.get(row=4).cells == [FRIEND, "500"]


def test_a_row_that_names_a_friend_only_stops_the_worker_and_costs_no_click(known, subject):
    """Nobody knows whose row it is before it is opened, which a click has no time for."""
    from apps.operations.models import Item, Operation

    known.in_operations()
    Item.objects.exclude(row=3).delete()
    Operation.objects.update(state="running", parameters={})
    request = subject.confirmed()
    go_on()
    request.refresh_from_db()
    assert (request.state, known.operation.number in request.problem) == (State.ERASING, True)
    Operation.objects.update(state="cancelled")
    SubjectRequest.objects.update(claimed_until=None)
    go_on()
    request.refresh_from_db()
    assert (request.state, request.problem) == (State.DONE, "")
    assert known.operation.items.get().cells == ["", ""]


@pytest.fixture
def slowly(monkeypatch):
    """A worker's time is over after each page, and a page is one row."""
    monkeypatch.setattr(working, "SLICE_SECONDS", 0.0)
    monkeypatch.setattr("apps.operations.subject_data.AT_ONCE", 1)


def test_a_pack_that_takes_many_slices_is_made(known, subject, slowly):
    known.in_operations()
    request = subject.open("access")
    subject.ask_for_pack(request)
    for _ in range(4):
        assert go_on() == 1
        request.refresh_from_db()
        assert (request.state, request.claimed_until) == (State.MAKING, None)
    go_on()
    request.refresh_from_db()
    assert (request.state, request.tally["rows_of_files"], request.tally["files"]) == (State.READY, 3, 1)
    assert set(request.parts.values_list("run", flat=True)) == {request.pack_run}


def test_an_erasure_that_takes_many_slices_forgets_every_row(known, subject, slowly):
    known.in_operations()
    request = subject.confirmed()
    for _ in range(6):
        go_on()
    request.refresh_from_db()
    assert request.state == State.DONE
    assert not request.parts.exists()
    assert [one.cells[0] for one in known.operation.items.order_by("row")] == ["", "", "", FRIEND]


def test_a_row_that_came_while_it_was_erased_is_forgotten_by_the_next_run(known, subject, monkeypatch):
    from apps.operations.models import Item
    from apps.operations.models.items import seal_input

    known.in_operations()
    request = subject.confirmed()
    trail = next(room for room in rooms() if room.name == "audit")

    def comes(whose, found):
        late = {"operation": known.operation, "token": uuid.uuid4(), "row": 9, "mask": "•", "state": "done"}
        Item.objects.create(**late, input_sealed=seal_input([MOBILE, "1"], {}))
        return trail.erase(whose, found)

    with monkeypatch.context() as patched:
        patched.setitem(_rooms, "audit", replace(trail, erase=comes))
        go_on()
    request.refresh_from_db()
    assert (request.state, request.claimed_until) == (State.ERASING, None)
    go_on()
    request.refresh_from_db()
    assert (request.state, Item.objects.get(row=9).cells) == (State.DONE, ["", ""])


def test_a_pack_that_never_gets_finished_says_so_and_leaves_no_parts(known, subject, monkeypatch):
    request = subject.open("access")
    subject.ask_for_pack(request)

    def dies(_self):
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(PackWriter, "close", dies)
        patched.setattr("apps.audit.subject_requests.packs.PART_BYTES", 100)
        for _ in range(4):
            go_on()
            SubjectRequest.objects.update(claimed_until=None)
    request.refresh_from_db()
    assert "begun 3 times" in request.problem
    go_on()
    request.refresh_from_db()
    assert (request.state, request.problem) == (State.READY, "")
    assert set(request.parts.values_list("run", flat=True)) == {request.pack_run}


def test_a_pack_whose_time_is_over_goes_and_the_one_being_written_stays(known, subject):
    request = subject.open("access")
    subject.ask_for_pack(request)
    go_on()
    subject.ask_for_pack(request)
    SubjectRequest.objects.update(pack_expires_at=timezone.now() - timedelta(seconds=1))
    out = PackWriter(request, "the one being written")
    out.write(b"half of it")
    out.close()
    assert expire() == 1
    request.refresh_from_db()
    assert (request.state, request.pack_sha256) == (State.MAKING, "")
    assert set(request.parts.values_list("run", flat=True)) == {"the one being written"}
    go_on()
    request.refresh_from_db()
    assert set(request.parts.values_list("run", flat=True)) == {request.pack_run}


def test_the_pack_of_a_request_that_is_over_is_not_fetched(known, subject):
    request = subject.open("access")
    subject.ask_for_pack(request)
    go_on()
    subject.do(opening.refuse_request, request, reason="It was somebody else who asked.")
    with pytest.raises(Conflict):
        subject.do(packing.fetch_pack, request)
    assert not Entry.objects.filter(action="subject.pack.fetched").exists()


def _worded(known):
    """Entries with a name somebody typed: about the customer, about an identifier only, and about another."""
    typed = {"actor": known.actor, "reason": "Kavya wrote to us"}
    record("customer.looked_up", **typed, identifiers=[("mobile", MOBILE)])
    record("customer.revealed", **typed, customer=CUSTOMER, subject="Card")
    record("customer.looked_up", **typed, identifiers=[("mobile", FRIEND)])
    sealer.seal_all()
    while texts.catch_up():
        pass


def _found():
    return EntryText.objects.filter(text__contains="Kavya wrote").count()


def test_words_of_entries_that_named_an_identifier_only_are_forgotten_too(known, subject):
    _worded(known)
    assert _found() == 3
    subject.confirmed()
    go_on()
    assert _found() == 1


@pytest.mark.parametrize("ends", [True, False])
def test_words_that_were_not_kept_yet_are_not_kept_after_it(known, subject, monkeypatch, ends):
    with monkeypatch.context() as patched:
        patched.setattr(texts, "catch_up", lambda: 0)
        _worded(known)
    request = subject.confirmed()
    go_on()
    if not ends:
        SubjectRequest.objects.update(state=State.ERASING, ended_at=None)
    sealer.seal_all()
    while texts.catch_up():
        pass
    assert _found() == 1
    request.refresh_from_db()
    assert EntryText.objects.filter(text__contains=request.number).exists() == ends


def test_who_comes_back_is_found_by_words_again(known, subject):
    subject.confirmed()
    go_on()
    _worded(known)
    assert _found() == 3
