"""Results: the file as it was uploaded, with the outcome of each row beside it; failed rows alone; samples."""

import csv
import io

import pytest

from apps.core.tables.writing import pieces_of
from apps.operations.models import Operation
from apps.operations.work.downloads import problem_rows, result_rows, sample_rows
from apps.operations.work.files import keep, table_of
from apps.operations.work.kinds import named, registered
from apps.operations.work.tables import places_of

pytestmark = pytest.mark.django_db


def rows_of(operation, **more):
    rows = result_rows(operation, named(operation.kind), **more)
    return read(rows)


def read(rows):
    text = b"".join(pieces_of(rows, "csv")).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def ended(office):
    operation = office.running("101,500,", "102,1,refused", "abc,1,", "103,,silence", "104,2,=1+1")
    office.work()
    return office.now(operation)


def test_all_rows_come_with_their_outcome_beside_the_cells_of_the_file(ended):
    rows = rows_of(ended)
    assert [(row["Row in file"], row["Outcome"]) for row in rows] == [
        ("1", "Done"),
        ("2", "Not done"),
        ("3", "Left out"),
        ("4", "Not known yet"),
        ("5", "Done"),
    ]
    assert rows[1]["Why not"] == "Capillary said no."
    assert rows[1]["Capillary code"] == "809"
    assert rows[2]["Why not"] == "This is no customer id."
    assert [rows[0][name] for name in ("Customer id", "Points", "Act reference")] == ["101", "500", "ACT1"]
    assert rows[4]["What happens"] == "'=1+1"


def test_failed_rows_can_be_uploaded_again_as_they_are(ended, office):
    failed = list(result_rows(ended, named(ended.kind), only_failed=True))
    assert [row[0] for row in failed[1:]] == ["102", "103"]
    table = table_of(keep(pieces_of(failed, "xlsx"), name="failed.xlsx"))
    assert places_of(office.desk.kind().columns, table.header) == {"customer": 0, "points": 1, "what": 2}


def test_what_the_dry_run_left_out_comes_alone(ended):
    [row] = read(problem_rows(ended, named(ended.kind)))
    assert (row["Row"], row["Column"], row["Customer id"]) == ("3", "Customer id", "abc")


def test_every_kind_with_a_file_reads_its_own_sample():
    kinds = [one for one in registered() if one.file]
    assert {one.code for one in kinds} >= {
        "bulk_goodwill",
        "bulk_coupons",
        "bulk_reversals",
        "bulk_invites",
        "bulk_lookup",
        "bulk_notes",
    }
    for kind in kinds:
        header, example = sample_rows(kind)
        places = places_of(kind.columns, header)
        assert set(places) == {one.name for one in kind.columns}
        row = kind.read_row({name: example[place] for name, place in places.items()})
        assert [one for one in row.problems if one.column != "campaign"] == []
        # What the console adds is never taken for a column of the file when it comes back.
        results = next(result_rows(Operation(kind=kind.code, columns=header), kind))
        assert places_of(kind.columns, results) == places
