"""From the bytes of a CSV, in whatever encoding and with whatever separator, or of an XLSX to rows by column."""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.cells import as_written
from apps.core.errors import BadInput
from apps.core.tables import workbooks
from apps.core.tables.reading import Unreadable

MOST_BYTES, MOST_ROWS, LONGEST_CELL = 1_000_000, 500, 500
# Of a workbook: how large it may be when it is opened, and how many rows are looked at, empty ones too.
MOST_UNPACKED, MOST_LINES = 30_000_000, 20_000
SEPARATORS = ",;\t"
SEP_LINE = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
# Bytes that stand for nothing in Windows-1252.
UNDEFINED = re.compile(rb"[\x00\x81\x8d\x8f\x90\x9d]")
WORKBOOK = b"PK\x03\x04"
NO_TEXT = (b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")
COLUMNS = {
    "email": ("email", "workemail", "mail"),
    "name": ("name", "person"),
    "role": ("role",),
    "store": ("store", "storecode"),
    "last_day": ("lastday", "until", "endson"),
}
NEEDED = ("email", "name", "role")


@dataclass(frozen=True)
class Row:
    """number is that of the row in a spreadsheet: the header is 1. cells by the names in COLUMNS, tidied."""

    number: int
    cells: dict[str, str]


def decoded(data: bytes) -> str:
    """The text of the file, of a workbook as CSV. Raises: BadInput (file) that says what is wrong with it"""
    if len(data) > MOST_BYTES:
        raise _bad(_("The file is larger than 1 MB."), _("Split it and upload the parts."))
    if data.startswith(WORKBOOK):
        return _as_csv(data)
    if data.startswith(NO_TEXT):
        raise _bad(_("This is no table."), _("Save the table as CSV or XLSX and upload that."))
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: Sequence[str] = ("utf-16",)
    else:
        encodings = ("utf-8-sig",) if UNDEFINED.search(data) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _bad(_("This is no text that can be read."), _("Save the table as CSV in UTF-8 and upload that."))


def rows_of(text: str) -> list[Row]:
    """Every row that is not empty. Raises: BadInput (file) for what is no table of people"""
    table = _table(text)
    header = next(((number, cells) for number, cells in table if any(cells)), None)
    if header is None:
        raise _bad(_("The file is empty."), _("Fill it in and upload it again."))
    places = _places(header[1])
    found = [
        Row(number, {name: _cell(cells, place, number) for name, place in places.items()})
        for number, cells in table
        if number > header[0] and any(cells)
    ]
    if not found:
        raise _bad(_("There is no row below the headings."), _("Fill in at least one."))
    if len(found) > MOST_ROWS:
        raise _too_many()
    return found


def _as_csv(data: bytes) -> str:
    """The rows of a workbook as a CSV, each under its number; from there on it is a file like any other."""
    text, filled = io.StringIO(newline=""), 0
    writer = csv.writer(text)
    try:
        for number, row in enumerate(workbooks.rows_of([data], most_unpacked=MOST_UNPACKED), start=1):
            filled += any(row)
            if filled > MOST_ROWS + 1 or number > MOST_LINES:
                raise _too_many()
            writer.writerow(row if any(row) else [])
    except Unreadable as error:
        error.field = "file"
        raise
    return text.getvalue()


def _table(text: str) -> list[tuple[int, list[str]]]:
    """Numbered rows, cells without spaces around."""
    separator = ""
    if told := SEP_LINE.match(text):
        separator, text = told[1], text[told.end() :]
    first = text.split("\n", 1)[0]
    separator = separator or max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(reader, start=2 if told else 1):
            found.append((number, [cell.strip() for cell in cells]))
    except csv.Error:
        words = _("The file cannot be read from row %(row)s on: a quotation mark may not be closed.")
        raise _bad(words % {"row": len(found) + 1}, _("Correct the row and upload the file again.")) from None
    return found


def _places(header: Sequence[str]) -> dict[str, int]:
    spellings = {spelling: name for name, all_ in COLUMNS.items() for spelling in all_}
    places: dict[str, int] = {}
    for place, heading in enumerate(header):
        name = spellings.get(_plain(heading))
        if name in places:
            words = _("The column “%(heading)s” is in the file twice, or under two names.")
            raise _bad(words % {"heading": heading[:60]}, _("Keep one of them."))
        if name:
            places[name] = place
    if missing := [name for name in NEEDED if name not in places]:
        words = _("These columns are missing: %(columns)s.") % {"columns": ", ".join(missing)}
        raise _bad(words, _("Put their names into the first row. An export shows them."))
    return places


def _cell(cells: Sequence[str], place: int, number: int) -> str:
    text = as_written(cells[place]) if place < len(cells) else ""
    if len(text) > LONGEST_CELL:
        words = _("Row %(row)s has a cell with more than %(most)s characters.")
        raise _bad(words % {"row": number, "most": LONGEST_CELL}, _("Shorten it."))
    return text


def _plain(heading: str) -> str:
    """``E-mail``, ``e_mail`` and ``EMAIL`` are one heading."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", heading).casefold())


def _too_many() -> BadInput:
    words = _("The file has more than %(most)s rows.") % {"most": MOST_ROWS}
    return _bad(words, _("Split it and upload the parts."))


def _bad(words: str, next_step: str) -> BadInput:
    return BadInput(words, next_step=next_step, field="file")
