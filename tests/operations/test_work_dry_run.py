"""From an upload to the end of its dry run: every problem of every row, totals, duplicates, and who has to agree."""

import json
import re
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection

from apps.audit.models import Entry
from apps.capillary.errors import CircuitOpen
from apps.core.errors import Conflict, Refused
from apps.operations.models import Chunk, Item, Notice, Operation
from apps.operations.work import claims, looking, services
from apps.operations.work.kinds import Kind, Outcome, Row
from apps.operations.work.moving import move
from apps.operations.work.states import ENDED, TRANSITIONS, Event, State
from tests.operations.work_help import actor_for, registered

pytestmark = pytest.mark.django_db


def test_an_upload_is_read_and_checked_by_itself(office):
    operation = office.upload("101,500,", "102,250.5,", "abc,1,", "404,1,", "", "103,0.5,x")
    assert (operation.state, operation.number) == ("reading", f"OP-{10_000 + operation.pk}")
    office.work()
    operation = office.now(operation)
    assert operation.state == "checked"
    assert operation.totals == {
        "rows": 5,
        "ready": 3,
        "bad": 2,
        "customers": 3,
        "points": "751",
        "most": "500",
        "money": "0",
        "stores": ["012"],
        "gives": {},
        "problems": {"This is no customer id.": 1, "No such customer.": 1},
    }
    assert office.states(operation) == {1: "ready", 2: "ready", 3: "bad", 4: "bad", 6: "ready"}
    assert office.desk.asked == []


def test_every_problem_of_a_row_names_its_column(office):
    operation = office.checked("abc,1,", "404,1,")
    problems = [item.problems for item in Item.objects.filter(operation=operation).order_by("row")]
    assert problems == [
        [{"column": "customer", "words": "This is no customer id.", "code": ""}],
        [{"column": "customer", "words": "No such customer.", "code": "8016"}],
    ]


def test_rows_are_kept_as_they_stand_and_unreadable_in_the_database(office):
    header = "Customer id,Points,What happens,Kept too"
    operation = office.checked("7700000101,500,secret-word,more", header=header)
    item = Item.objects.get(operation=operation)
    assert item.cells == ["7700000101", "500", "secret-word", "more"]
    assert item.values == {"customer": "7700000101", "points": "500", "what": "secret-word"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM operations_item")
        assert "secret-word" not in repr(cursor.fetchall())


def test_columns_are_found_by_any_of_their_names_in_any_order(office):
    operation = office.checked("500,x,101", header="points,note,ID")
    assert Item.objects.get(operation=operation).values == {"customer": "101", "points": "500"}
    assert operation.columns == ["points", "note", "ID"]


@pytest.mark.parametrize(
    ("header", "row", "words"),
    [
        ("Points,Note", "1,2", "These columns are missing: Customer id."),
        ("Customer id,customer-id", "1,2", "twice"),
        ("Customer id,Points", "", "no row in it"),
    ],
)
def test_what_cannot_be_read_is_said_and_ends_it(office, header, row, words):
    operation = office.checked(row, header=header)
    assert operation.state == "unreadable"
    assert words in operation.problem


def test_a_file_with_too_many_rows_is_refused(office, settings):
    settings.CONSOLE_WORK_MOST_ROWS = 2
    operation = office.checked("101,1,", "102,1,", "103,1,")
    assert (operation.state, operation.problem[:32]) == ("unreadable", "The file has more than 2 rows. S")


def test_the_same_row_twice_is_left_out_in_the_file_and_after_an_earlier_one(office):
    first = office.running("101,500,", "102,500,", "101,500,")
    assert Item.objects.get(operation=first, row=3).problems[0]["words"] == "The same as row 1 of this file."
    services.pause(actor=office.actor, user=office.user, operation=first)
    again = office.checked("101,500,", "103,500,")
    words = "The same row is in {} already: row {}, {}."
    assert Item.objects.get(operation=again, row=1).problems[0]["words"] == words.format(
        first.number, 1, "Ready"
    )
    assert again.totals["ready"] == 1
    services.resume(actor=office.actor, user=office.user, operation=first)
    office.work()
    later = office.checked("102,500,")
    assert Item.objects.get(operation=later).problems[0]["words"] == words.format(first.number, 2, "Done")


def test_rows_that_failed_may_come_again_in_another_file(office):
    first = office.running("101,500,refused")
    office.work()
    assert office.states(first) == {1: "not_done"}
    assert office.checked("101,500,").totals["ready"] == 1


def test_a_dry_run_that_cannot_ask_is_put_off_longer_each_time(office):
    def ill(*_given):
        raise CircuitOpen("Capillary is ill.")

    with registered(office.desk.kind(check=ill)):
        operation = office.upload("101,500,")
        for seconds in (5, 10, 20):
            office.work()
            assert operation.lines.order_by("-id")[0].words == f"Put off for {seconds} s: Capillary is ill."
            office.soon(minutes=1)
    assert Chunk.objects.get(phase="check").tries == 0
    with registered(office.desk.kind()):
        office.work()
    assert office.now(operation).state == "checked"
    assert Item.objects.get().tries == 0


def test_reading_goes_on_where_a_dead_worker_stopped(office, monkeypatch):
    monkeypatch.setattr("apps.operations.work.reading.READ_AT_ONCE", 2)
    operation = office.upload(*(f"{100 + number},1," for number in range(7)))
    chunk = operation.chunks.get()
    looking.work_on(claims.claim(chunk.pk), 0.0)
    assert Item.objects.count() == 2
    held = claims.claim(chunk.pk)
    looking.work_on(held, 0.0)
    assert Item.objects.count() == 4
    office.work()
    assert office.now(operation).state == "checked"
    assert list(Item.objects.order_by("row").values_list("row", flat=True)) == [1, 2, 3, 4, 5, 6, 7]
    assert [item.values["customer"] for item in Item.objects.order_by("row")] == [
        str(100 + number) for number in range(7)
    ]


def test_a_dry_run_ends_with_an_entry_a_line_and_totals_in_whole_amounts(office):
    operation = office.checked("101,0.1,", "102,0.2,")
    assert Decimal(operation.totals["points"]) == Decimal("0.3")
    entry = Entry.objects.get(action="operations.work.checked")
    told = json.loads(bytes(entry.payload))
    assert (told["subject"], told["actor"]["channel"] if "actor" in told else told["channel"]) == (
        operation.number,
        "operation",
    )
    assert "Dry run: 2 rows ready, 0 left out." in operation.lines.values_list("words", flat=True)


def test_nobody_without_the_permission_starts_it(office, agent, stores):
    actor = actor_for(agent, stores.contact_centre, "Agent")
    with pytest.raises(Refused, match="does not start"):
        services.start(actor=actor, user=agent, kind="test_rows")


def test_work_without_a_file_is_planned_and_may_run_by_itself(office):
    made = []
    kind = Kind(
        "test_plan",
        "Planned",
        "staff.run_operations",
        run=lambda _actor, item: made.append(item.values["day"]) or Outcome("done"),
        file=False,
        plan=lambda _actor, operation: (
            Row({"day": day}) for day in range(int(operation.parameters["days"]))
        ),
        unique=False,
        at_once=True,
    )
    with registered(kind):
        operation = services.start(
            actor=office.actor, user=office.user, kind="test_plan", parameters={"days": 3}
        )
        office.work()
    assert office.now(operation).state == "done"
    assert made == [0, 1, 2]


def test_ways_are_only_those_of_the_table(office):
    operation = office.upload("101,1,")
    Operation.objects.update(approved_fingerprint="bound")
    for state in State:
        for event in Event:
            operation.state = state
            if (state, event) in TRANSITIONS:
                move(operation, event)
                assert operation.state == TRANSITIONS[(state, event)]
            else:
                with pytest.raises(Conflict, match="stands at"):
                    move(operation, event)


def test_what_is_over_stays_over():
    assert {state for state, _event in TRANSITIONS} | set(ENDED) == set(State)
    assert not {state for state, _event in TRANSITIONS} & set(ENDED)


def test_within_their_authority_the_requester_starts_it_alone(office):
    operation = office.running("101,500,", "102,100,")
    assert (operation.state, operation.approved_by, office.desk.taken) == ("running", None, 600)
    office.work()
    assert office.now(operation).state == "done"
    assert Chunk.objects.exclude(state="done").count() == 0
    notice = Notice.objects.get(user=office.user)
    assert notice.words == f"{operation.number} is done: 2 done."


def test_nothing_ready_is_not_started(office):
    with pytest.raises(Conflict, match="No row"):
        office.run(office.checked("404,1,"))


def test_the_documentation_shows_the_same_table():
    page = (settings.BASE_DIR / "docs/operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z]+) \| ([a-z_]+) \| ([a-z]+) \|$", page, re.MULTILINE)
    assert rows[1:] == [(state, event, to) for (state, event), to in TRANSITIONS.items()]
