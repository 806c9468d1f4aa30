"""What people download: readable by the console again, and no cell runs as a formula."""

import csv
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from apps.core.tables.writing import pieces_of
from apps.operations.work.files import keep, table_of

HEADER = ["Customer", "Words"]


def csv_rows(rows):
    text = b"".join(pieces_of([HEADER, *rows], "csv")).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def xlsx_rows(rows):
    content = b"".join(pieces_of([HEADER, *rows], "xlsx", title="Bulk: [goodwill]"))
    sheet = load_workbook(io.BytesIO(content)).active
    # "n" is an empty cell, "f" would be a formula.
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    return [[cell or "" for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)]


@pytest.mark.parametrize("rows_of", [csv_rows, xlsx_rows])
@pytest.mark.parametrize(
    "evil",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "＝1+1", '=HYPERLINK("https://example.com")'],
)
def test_no_cell_begins_as_a_formula(rows_of, evil):
    [[cell, _words]] = rows_of([[evil, ""]])
    assert cell == f"'{evil}"


@pytest.mark.parametrize("rows_of", [csv_rows, xlsx_rows])
def test_plain_numbers_keep_their_sign(rows_of):
    row = ["+919876543210", Decimal("-12.5")]
    assert rows_of([row]) == [["+919876543210", "-12.5"]]


def test_a_separator_begins_no_cell_of_its_own_elsewhere():
    assert csv_rows([["77", "Sorry;=1+1"]]) == [["77", "Sorry;'=1+1"]]


def test_control_characters_and_halves_of_pairs_break_no_workbook():
    assert xlsx_rows([["a\x07b", "c"]]) == [["ab", "c"]]
    assert csv_rows([["a\ud800b", "c"]]) == [["a?b", "c"]]


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_downloaded_can_be_uploaded_again(form):
    rows = [["77", "Zoë, it’s “late”\nagain"], ["+919876543210", "ओम"]]
    table = table_of(keep(pieces_of([HEADER, *rows], form), name="again"))
    assert [table.header, *table.rows] == [HEADER, *rows]


def test_long_results_come_in_pieces():
    pieces = list(pieces_of((["x" * 100] for _row in range(2000)), "csv"))
    assert len(pieces) > 2
    assert max(map(len, pieces)) < 70_000
