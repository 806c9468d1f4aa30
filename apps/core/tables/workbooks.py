"""Reads the rows of an XLSX, a row in memory at a time; formulas count by the value that was last saved."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from apps.core.tables.packages import check_package, damaged
from apps.core.tables.reading import Unreadable


def rows_of(pieces: Iterable[bytes], *, most_unpacked: int | None = None) -> Iterator[list[str]]:
    """Every row of the first sheet people see, the header among them. Raises Unreadable, also in the middle.

    most_unpacked  how large it may be when it is opened; see `check_package`
    """
    with TemporaryFile() as spool:
        size = sum(spool.write(piece) for piece in pieces)
        spool.seek(0)
        check_package(spool, size, most_unpacked)
        spool.seek(0)
        try:
            yield from _rows(spool)
        except Unreadable:
            raise
        except Exception:
            # The parser knows no error of its own: a broken workbook may raise anything.
            raise damaged() from None


def _rows(spool: IO[bytes]) -> Iterator[list[str]]:
    book = load_workbook(spool, read_only=True, data_only=True, keep_links=False)
    sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
    if sheet is None:
        raise Unreadable(
            _("There is no sheet in this workbook."), next_step=_("Check that it is the right one.")
        )
    # What the sheet says of its own size is often wrong.
    sheet.reset_dimensions()
    for row in sheet.iter_rows(max_col=settings.CONSOLE_FILE_MOST_COLUMNS + 1, values_only=True):
        yield [text_of(value) for value in row]
    book.close()


def text_of(value: object) -> str:
    """A cell as a person would type it: ``919876543210``, ``12.5``, ``2026-11-23``."""
    if value is None:
        return ""
    if isinstance(value, str):
        # Neither can be stored: a zero, and half of a pair.
        return value.replace("\0", "").encode("utf-8", "ignore").decode()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # A spreadsheet keeps 15 digits, whatever the binary number has behind them.
        plain = f"{Decimal(f'{value:.15g}'):f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)
