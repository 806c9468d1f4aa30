"""The sweeps of long work: one operation that is in trouble holds up none of the others, and none is long."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.operations.housekeeping import steer_work
from apps.operations.models import Item, Operation
from apps.operations.work import ending, following, services
from apps.operations.work.kinds import Outcome
from tests.operations.work_help import claimed, registered

pytestmark = pytest.mark.django_db


def many(first, number, what=""):
    """So many rows of different customers."""
    return [f"{first + one},10,{what}" for one in range(number)]


def several(office, *files):
    """Operations with nothing done yet."""
    return [office.run(one) for one in [office.checked(*rows) for rows in files]]


def cancel(office, operation):
    return services.cancel(actor=office.actor, user=office.user, operation=operation)


def of_a_kind_that_is_gone(operation):
    """As after an older version was put back."""
    Operation.objects.filter(pk=operation.pk).update(kind="gone")


def test_a_kind_this_version_does_not_have_holds_up_nobody(office, caplog):
    broken, other, waits = several(office, many(101, 2), many(201, 2), many(301, 2))
    for one in (broken, other):
        cancel(office, one)
    of_a_kind_that_is_gone(broken)
    assert steer_work() == 3
    assert waits.chunks.get(phase="run").sent_at
    assert set(office.states(other).values()) == {"skipped"}
    assert set(office.states(broken).values()) == {"ready"}
    assert f"{broken.number} could not be cleared up: LookupError." in caplog.text


def test_a_row_of_such_a_kind_is_looked_at_later_and_others_now(office):
    broken, other = office.running("101,10,silence"), office.running("102,10,silence")
    office.work()
    of_a_kind_that_is_gone(broken)
    office.desk.known = {1: Outcome("done")}
    office.soon(seconds=10)
    assert following.follow() == 2
    assert office.states(broken) == {1: "unknown"}
    assert office.states(other) == {1: "done"}
    assert Item.objects.get(operation=broken).looks == 1


def test_a_row_that_cannot_be_settled_keeps_no_other_from_it(office, caplog):
    operation = office.running("101,10,silence", "102,10,silence")
    office.work()
    office.desk.known = {1: Outcome("not_done", "It is not there."), 2: Outcome("done")}
    office.soon(seconds=10)

    def fails(_operation, _item):
        raise RuntimeError

    with registered(office.desk.kind(give_back=fails)):
        assert following.follow() == 2
    assert office.states(operation) == {1: "unknown", 2: "done"}
    assert f"Row 1 of {operation.number}: RuntimeError." in caplog.text


def test_one_that_cannot_be_stopped_keeps_no_other_from_it(office, caplog):
    broken, other = several(office, many(101, 2), many(201, 2))
    held = [claimed(broken), claimed(other)]
    for one in (broken, other):
        assert cancel(office, one).is_stopping
    for one in held:
        one.give_up()
    Operation.objects.filter(pk=broken.pk).update(actor={"nobody": "knows this"})
    assert ending.stop_wanted() == 1
    assert office.now(other).state == "cancelled"
    assert f"{broken.number} could not be stopped: TypeError." in caplog.text


def test_what_was_taken_is_given_back_in_short_transactions(office):
    operation = cancel(office, office.running(*many(101, 60)))
    given = []

    def dies(_operation, item):
        if len(given) == 30:
            raise RuntimeError
        given.append(item)

    with registered(office.desk.kind(give_back=dies)):
        assert following.clear_cancelled() == 25
    assert Item.objects.filter(operation=operation, state="skipped", given_back=True).count() == 25
    assert Item.objects.filter(given_back=True).count() == 25
    assert following.clear_cancelled() == 35
    assert office.now(operation).counts == {"skipped": 60}


def test_rows_are_counted_only_when_the_last_of_them_is_known(office):
    operation = office.running(*many(101, 3, "silence"))
    office.work()
    office.desk.known = {1: Outcome("done"), 2: Outcome("done")}
    office.soon(seconds=10)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert following.follow() == 3
    assert not [one["sql"] for one in asked if "GROUP BY" in one["sql"]]
    office.desk.known[3] = Outcome("done")
    office.soon(minutes=1)
    assert following.follow() == 1
    assert office.now(operation).counts == {"done": 3}
