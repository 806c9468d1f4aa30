"""Cells of tables for people to download: none can run as a formula in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

BLOCK = 65_536
STARTS = tuple("=+-@\t\r\n＝＋－＠")
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
# Where the comma is no separator, a spreadsheet begins a new cell in the middle of ours.
INNER = re.compile(r"([;\t\r\n]\"?)([=+\-@＝＋－＠])")
# What `harmless` puts before a sign, as it comes back in a file that was changed and uploaded again.
MARKED = tuple(f"'{sign}" for sign in "=+-@")

Cells = Sequence[object]


def harmless(value: object) -> str:
    """The value as a text no spreadsheet takes for a formula; plain numbers stay as they are, also with a sign."""
    text = "" if value is None else str(value)
    if NUMBER.fullmatch(text):
        return text
    return f"'{text}" if text.startswith(STARTS) else text


def as_written(cell: str) -> str:
    """Without the mark that downloads put before what would run in a spreadsheet, so that it comes back as it was."""
    return cell[1:] if cell.startswith(MARKED) else cell


def csv_pieces(rows: Iterable[Cells]) -> Iterator[bytes]:
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
