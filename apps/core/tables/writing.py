"""Writes tables for people to download, CSV or XLSX, streamed; no cell can run as a formula."""

import re
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from apps.core.cells import BLOCK, Cells, csv_pieces, harmless

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def pieces_of(rows: Iterable[Cells], form: str, *, title: str = "") -> Iterator[bytes]:
    """The file of these rows, the header first, in pieces. form is a key of MEDIA_TYPES."""
    return _workbook(rows, title) if form == "xlsx" else csv_pieces(rows)


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
