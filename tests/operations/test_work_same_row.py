"""The same row in two operations whose dry runs did not know of each other: exactly one of them is done."""

import pytest

from apps.operations.models import Item
from apps.operations.work import claims, dispatching, looking, services
from apps.operations.work.kinds import Outcome, Row
from tests.operations.work_help import claimed, registered

pytestmark = pytest.mark.django_db
ROWS = [f"{101 + one},10," for one in range(10)]


@pytest.fixture
def twice(office):
    """One file uploaded twice, both through their dry runs before either runs: both are running."""

    def made(*rows):
        first, second = office.checked(*rows), office.checked(*rows)
        assert first.totals["ready"] == second.totals["ready"] == len(rows)
        return office.run(first), office.run(second)

    return made


def run_chunk(operation):
    """What one worker does with its rows."""
    looking.work_on(claims.claim(operation.chunks.get(phase="run").pk), 9e9)


def test_a_file_uploaded_twice_is_done_once_and_gives_back_what_was_taken(office, twice):
    first, second = twice("101,10,", "102,20,")
    assert office.desk.taken == 60
    office.work()
    assert office.states(first) == {1: "done", 2: "done"}
    assert office.states(second) == {1: "not_done", 2: "not_done"}
    words = [item.words for item in Item.objects.filter(operation=second).order_by("row")]
    assert words == [f"The same row is in {first.number}: row {row}." for row in (1, 2)]
    assert len(office.desk.asked) == 2
    assert office.desk.taken == 30
    assert office.now(second).state == "done"


def test_failed_rows_run_again_and_uploaded_once_more_are_done_once(office):
    rows = ("101,10,refused", "102,10,refused")
    earlier = office.running(*rows)
    office.work()
    again = services.rerun_failed(actor=office.actor, user=office.user, operation=earlier)
    both = [office.checked(*rows), office.now(again)]
    asked = []
    office.desk.run = lambda _actor, item: asked.append(item.token) or Outcome("done")
    with registered(office.desk.kind()):
        for one in both:
            office.run(office.now(one))
        office.work()
    ended = sorted(set(office.states(one).values()).pop() for one in both)
    assert ended == ["done", "not_done"]
    assert len(asked) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("quicker", [0, 1])
def test_whoever_begins_while_the_other_is_going_makes_way(office, twice, quicker):
    both = twice("101,10,")
    one, other = both[quicker], both[1 - quicker]
    meanwhile = []

    def before(_item):
        if not meanwhile:
            meanwhile.append(True)
            run_chunk(other)

    office.desk.before = before
    run_chunk(one)
    assert (office.states(one), office.states(other)) == ({1: "done"}, {1: "not_done"})
    assert Item.objects.get(operation=other).words == f"The same row is in {one.number}: row 1."
    assert len(office.desk.asked) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_the_same_moment_one_goes_on(office, twice, together):
    both = twice(*ROWS)
    waiting = list(both)
    assert together(lambda: run_chunk(waiting.pop()), threads=2) == [None, None]
    states = [office.states(one) for one in both]
    assert len(office.desk.asked) == 10
    assert [{one[row] for one in states} for row in range(1, 11)] == [{"done", "not_done"}] * 10


@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_rows_in_opposite_order_stop_nobody(office, together):
    checked = [office.checked(*ROWS), office.checked(*reversed(ROWS))]
    both = [office.run(one) for one in checked]
    waiting = list(both)
    assert together(lambda: run_chunk(waiting.pop()), threads=2) == [None, None]
    there, back = (office.states(one) for one in both)
    assert len(office.desk.asked) == 10
    assert [{there[row], back[11 - row]} for row in range(1, 11)] == [{"done", "not_done"}] * 10


@pytest.mark.parametrize("dead", [0, 1])
def test_a_row_a_dead_worker_began_is_the_one_that_goes_on(office, twice, dead):
    both = twice("101,10,")
    began, other = both[dead], both[1 - dead]
    claimed(began)
    Item.objects.filter(operation=began).update(state="going", tries=1)
    run_chunk(other)
    assert office.states(other) == {1: "not_done"}
    office.soon(minutes=3)
    dispatching.dispatch()
    office.work()
    assert office.states(began) == {1: "done"}
    assert len(office.desk.asked) == 1
    assert office.now(began).state == office.now(other).state == "done"


def test_what_may_have_been_done_counts_and_what_was_not_done_does_not(office, twice):
    first, second = twice("101,10,silence", "102,10,refused")
    office.work()
    assert office.states(first) == {1: "unknown", 2: "not_done"}
    assert office.states(second) == {1: "not_done", 2: "not_done"}
    words = [item.words for item in Item.objects.filter(operation=second).order_by("row")]
    assert words == [f"The same row is in {first.number}: row 1.", "Capillary said no."]


def test_rows_of_a_kind_that_are_never_the_same_are_all_done(office):
    never = {"read_row": lambda cells: Row(cells)}
    for more in ({"unique": False}, never):
        office.desk.asked.clear()
        with registered(office.desk.kind(**more)):
            for operation in [office.checked("101,10,"), office.checked("101,10,")]:
                office.run(operation)
            office.work()
        assert len(office.desk.asked) == 2
