"""Writes tables for people to download, CSV or XLSX, streamed; no cell can run as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

BLOCK = 65_536
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
STARTS = tuple("=+-@\t\r\n＝＋－＠")
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
# Where the comma is no separator, a spreadsheet begins a new cell in the middle of ours.
INNER = re.compile(r"([;\t\r\n]\"?)([=+\-@＝＋－＠])")

Cells = Sequence[object]


def pieces_of(rows: Iterable[Cells], form: str, *, title: str = "") -> Iterator[bytes]:
    """The file of these rows, the header first, in pieces. form is a key of MEDIA_TYPES."""
    return _workbook(rows, title) if form == "xlsx" else _text(rows)


def harmless(value: object) -> str:
    """The value as a text no spreadsheet takes for a formula; plain numbers stay as they are, also with a sign."""
    text = "" if value is None else str(value)
    if NUMBER.fullmatch(text):
        return text
    return f"'{text}" if text.startswith(STARTS) else text


def _text(rows: Iterable[Cells]) -> Iterator[bytes]:
    """UTF-8 with its mark: without it Excel takes the letters for those of the machine."""
    block = io.StringIO(newline="")
    block.write("\ufeff")
    writer = csv.writer(block)
    for row in rows:
        writer.writerow([INNER.sub(r"\1'\2", harmless(cell)) for cell in row])
        if block.tell() > BLOCK:
            yield block.getvalue().encode("utf-8", "replace")
            block.seek(0)
            block.truncate()
    yield block.getvalue().encode("utf-8", "replace")


def _workbook(rows: Iterable[Cells], title: str) -> Iterator[bytes]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip("' ") or None)
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", harmless(cell)) for cell in row])
    with TemporaryFile() as spool:
        book.save(spool)
        spool.seek(0)
        while piece := spool.read(BLOCK):
            yield piece
