"""The second person: exactly these bytes and this dry run, limits for the whole file, and nothing else runs."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.core.errors import BadInput, Conflict, Refused
from apps.core.sealing import Sealer
from apps.operations.models import Chunk, FilePart, Item, Notice, Operation
from apps.operations.work import running, services
from apps.operations.work.fingerprints import rows_fingerprint, rows_of
from apps.staff.models import User
from tests.operations.work_help import actor_for

pytestmark = pytest.mark.django_db
FILES = Sealer("console operations files")
WHY = [{"rule": "file_points", "words": "Files above 1,000 points need a second person."}]


@pytest.fixture
def waiting(office):
    """An operation that waits for its second person."""
    office.desk.why = WHY
    operation = office.checked("101,500,", "102,600,", "404,1,")
    return services.request_approval(actor=office.actor, user=office.user, operation=operation)


@pytest.fixture
def decide(office, second):
    """``decide("approve", operation)`` by the second person, as the page in front of them says."""

    def act(what, operation, user=second, **more):
        seen = {"sha256": operation.file_sha256, "fingerprint": operation.fingerprint}
        values = {**seen, **more} if what == "approve" else {"reason": "Too much.", **more}
        return getattr(services, what)(
            actor=actor_for(user, office.store), user=user, operation=operation, **values
        )

    return act


@pytest.fixture(autouse=True)
def _nothing_compared():
    """What one test's process has compared is not known to the next."""
    running._compared.clear()


def test_above_their_authority_nobody_starts_it_alone(office):
    office.desk.why = WHY
    operation = office.checked("101,5000,")
    assert operation.why == WHY
    with pytest.raises(Refused, match="second person has to approve this file: Files above"):
        office.run(operation)
    assert office.now(operation).state == "checked"


def test_approved_by_another_it_runs_and_takes_the_whole_file_at_once(office, waiting, decide, second):
    operation = decide("approve", waiting)
    assert (operation.state, operation.approved_by, operation.approved_name) == (
        "ready",
        second,
        second.name,
    )
    assert operation.approved_sha256 == operation.file_sha256
    assert office.desk.taken == 1100
    office.run(operation)
    office.work()
    assert office.now(operation).state == "done"
    assert [row for row, _token in office.desk.asked] == [1, 2]
    words = Notice.objects.filter(user=office.user).order_by("id").values_list("words", flat=True)
    assert words[0] == f"{operation.number} is approved and can be started."
    assert Entry.objects.filter(action="operations.work.approved", actor_id=second.pk).count() == 1


def test_the_requester_never_approves_even_past_the_service(office, waiting, decide):
    with pytest.raises(Refused, match="Somebody else has to approve"):
        decide("approve", waiting, user=office.user)
    waiting.approved_by = office.user
    with pytest.raises(IntegrityError), transaction.atomic():
        waiting.save()


def test_another_store_s_manager_and_an_agent_do_not_approve(waiting, decide, other_manager, agent):
    with pytest.raises(Refused, match="another store"):
        decide("approve", waiting, user=other_manager)
    with pytest.raises(Refused):
        decide("approve", waiting, user=agent)


@pytest.mark.parametrize("name", ["sha256", "fingerprint"])
def test_what_was_on_the_page_is_what_is_approved(waiting, decide, name):
    with pytest.raises(Conflict, match="not what was on the page"):
        decide("approve", waiting, **{name: "0" * 64})


def test_other_bytes_than_those_uploaded_are_not_approved(waiting, decide):
    part = FilePart.objects.get(file=waiting.file)
    part.sealed = FILES.seal_bytes(part.data.replace(b"500", b"900"))
    part.save()
    with pytest.raises(Conflict, match="not what was on the page"):
        decide("approve", waiting)


def somebody_else():
    """Neither the requester nor the second person."""
    return User.objects.create(email="else@example.com", name="Somebody Else")


CHANGES = {
    "an amount": lambda: Item.objects.filter(row=1).update(points=Decimal(900)),
    "a customer": lambda: Item.objects.filter(row=1).update(customer_id=999),
    "what a row asks for": lambda: Item.objects.filter(row=1).update(
        input_sealed=Item.objects.get(row=2).input_sealed
    ),
    "a row that was left out": lambda: Item.objects.filter(row=3).update(state="ready"),
    "a row less": lambda: Item.objects.filter(row=2).delete(),
    "a token": lambda: Item.objects.filter(row=1).update(token=Item.objects.get(row=2).token),
    "the rows of a chunk": lambda: Chunk.objects.filter(phase="run").update(last_row=99),
    "the bytes": lambda: FilePart.objects.update(sealed=FILES.seal_bytes(b"Customer id\n999\n")),
    "the parameters": lambda: Operation.objects.update(parameters={"reason": "another"}),
    "who stands behind it": lambda: Operation.objects.update(
        actor=Operation.objects.get().actor | {"role": "Administrator"}
    ),
    "who asked for it": lambda: Operation.objects.update(requested_by=somebody_else()),
    "the fingerprints of both": lambda: Chunk.objects.update(fingerprint="0" * 64),
}


@pytest.mark.parametrize("change", CHANGES)
def test_workers_refuse_anything_but_what_was_approved(office, waiting, decide, change):
    operation = office.run(decide("approve", waiting))
    CHANGES[change]()
    office.work()
    operation = office.now(operation)
    assert (operation.state, operation.problem) == (
        "paused",
        "What is stored is not what was approved, so the console does not run it.",
    )
    assert office.desk.asked == []
    assert Entry.objects.filter(action="operations.work.refused", outcome="refused").count() == 1


def change_a_row():
    """With fingerprints that agree with it, in the dry run's chunk and in the run's."""
    Item.objects.filter(row=15).update(points=Decimal(900))
    for chunk in Chunk.objects.filter(number=2):
        chunk.fingerprint = rows_fingerprint(rows_of(chunk))
        chunk.save()


@pytest.mark.parametrize("change", [change_a_row, CHANGES["the parameters"], CHANGES["who stands behind it"]])
def test_what_changes_after_the_first_rows_is_refused_as_well(office, change):
    """The worker has compared the dry run with the approval already: it goes by what it read then."""
    operation = office.running(*(f"{101 + one},10," for one in range(20)))
    assert operation.chunks.filter(phase="run").count() == 2
    office.desk.before = lambda item: item.row == 1 and change()
    office.work()
    operation = office.now(operation)
    assert (operation.state, operation.problem[:42]) == (
        "paused",
        "What is stored is not what was approved, s",
    )
    assert [row for row, _token in office.desk.asked] == list(range(1, 11))


def test_rows_that_are_done_do_not_stand_against_the_others(office, waiting, decide):
    operation = office.run(decide("approve", waiting))
    office.desk.before = lambda item: (
        item.row == 1 and services.pause(actor=office.actor, user=office.user, operation=operation)
    )
    office.work()
    office.desk.before = None
    services.resume(actor=office.actor, user=office.user, operation=operation)
    office.work()
    assert office.now(operation).state == "done"


def test_limits_that_do_not_suffice_leave_it_waiting(office, decide):
    office.desk.why = WHY
    operation = office.checked("101,20000,")
    services.request_approval(actor=office.actor, user=office.user, operation=operation)
    with pytest.raises(Refused, match="budget of the store"):
        decide("approve", office.now(operation))
    operation = office.now(operation)
    assert (operation.state, operation.approved_by, operation.taken) == ("waiting", None, False)


def test_a_second_no_ends_it_with_the_reason(office, waiting, decide):
    with pytest.raises(BadInput):
        decide("reject", waiting, reason=" ")
    operation = decide("reject", waiting)
    assert operation.state == "rejected"
    notice = Notice.objects.get(user=office.user, level="bad")
    assert notice.words == f"{operation.number} was rejected: Too much."
    with pytest.raises(Conflict):
        decide("approve", operation)


def test_only_the_requester_asks_and_only_for_rows_that_are_ready(office, second):
    operation = office.checked("404,1,")
    with pytest.raises(Conflict, match="No row of"):
        services.request_approval(actor=office.actor, user=office.user, operation=operation)
    with pytest.raises(Refused, match="Only Rohan Mehta"):
        services.request_approval(actor=office.actor, user=second, operation=operation)
