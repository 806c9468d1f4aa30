"""Reads the rows of a CSV from its parts, a line in memory at a time."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from apps.core.tables.reading import Unreadable
from apps.operations.models.files import StoredFile
from apps.operations.work.files.sniffing import named_separator

LONGEST_LINE = 1_000_000


class Parts(io.RawIOBase):
    """The bytes of a file as Python's readers take them."""

    def __init__(self, file: StoredFile) -> None:
        self._parts = file.parts()
        self._held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        """As much as fits, 0 at the end."""
        if not self._held:
            self._held = memoryview(next(self._parts, b""))
        target = memoryview(buffer)  # type: ignore[arg-type]  # whatever has a buffer
        count = min(len(target), len(self._held))
        target[:count], self._held = self._held[:count], self._held[count:]
        return count


def rows_of(file: StoredFile) -> Iterator[list[str]]:
    """Every row, the header among them, as it stands there. Raises Unreadable, also in the middle."""
    # Strict: a quotation mark that is never closed would take all further rows into one cell without a word.
    reader = csv.reader(_lines(file), delimiter=file.separator, strict=True)
    begins = 1
    try:
        for row in reader:
            begins = reader.line_num + 1
            yield row
    except (csv.Error, UnicodeError):
        raise Unreadable(
            _("The file cannot be read from line %(line)s on: a quotation mark may not be closed.")
            % {"line": f"{begins:,}"},
            next_step=_("Correct the line and upload the file again."),
        ) from None


def _lines(file: StoredFile) -> Iterator[str]:
    """Lines with their ends. Raises Unreadable for one no table has."""
    text = io.TextIOWrapper(io.BufferedReader(Parts(file)), encoding=file.encoding, newline="")
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise Unreadable(
                _("Line %(line)s is too long for a table.") % {"line": f"{number:,}"},
                next_step=_("Check that this is the right file."),
            )
        if number == 1 and named_separator(line.lstrip("\ufeff")):
            continue
        yield line
