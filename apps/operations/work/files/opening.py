"""Opens a stored file as a table of texts, whatever it is, within the limits of the settings."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.tables import workbooks
from apps.core.tables.reading import Unreadable
from apps.operations.models.files import StoredFile
from apps.operations.work.files import texts
from apps.operations.work.files.sniffing import XLSX, recognise
from apps.operations.work.tables import Table

# A sheet of Excel has fewer rows: what comes behind so many empty ones is no table.
MOST_EMPTY = 1_100_000


def table_of(file: StoredFile) -> Table:
    """The header and the rows, streamed: an empty row is an empty list, empty ones at the end are left out.

    What the file is, its encoding and separator are found by its bytes and noted with it the first time.
    Raises: Unreadable, also while rows are taken
    """
    if not file.media_type:
        found = recognise(file)
        file.media_type, file.encoding, file.separator = found.media_type, found.encoding, found.separator
        file.save(update_fields=["media_type", "encoding", "separator"])
    rows = workbooks.rows_of(file.parts()) if file.media_type == XLSX else texts.rows_of(file)
    header = next((row for row in map(_trimmed, rows) if row), [])
    if not header:
        raise Unreadable(_("The file is empty."), next_step=_("Fill it in and upload it again."))
    header = [heading.strip().strip("\ufeff").strip() for heading in header]
    _check_columns(header)
    return Table(header, _checked(rows))


def _checked(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    longest, empty = settings.CONSOLE_FILE_LONGEST_CELL, 0
    for number, full in enumerate(rows, start=1):
        row = _trimmed(full)
        if not row:
            empty += 1
            if empty > MOST_EMPTY:
                raise Unreadable(_("The file has too many empty rows."), next_step=_("Delete them."))
            continue
        for _again in range(empty):
            yield []
        empty = 0
        if any(len(cell) > longest for cell in row):
            raise Unreadable(
                _("Row %(row)s has a cell with more than %(most)s characters.")
                % {"row": f"{number:,}", "most": f"{longest:,}"},
                next_step=_("Shorten it, or check whether a quotation mark is missing."),
            )
        yield row


def _check_columns(header: list[str]) -> None:
    most = settings.CONSOLE_FILE_MOST_COLUMNS
    if len(header) > most:
        raise Unreadable(
            _("The file has more than %(most)s columns.") % {"most": most},
            next_step=_("Take out those that are not needed."),
        )
    if any(len(heading) > settings.CONSOLE_FILE_LONGEST_CELL for heading in header):
        raise Unreadable(
            _("A heading in the first line is too long."), next_step=_("Check that this is the right file.")
        )


def _trimmed(row: list[str]) -> list[str]:
    """Without the empty cells at its end."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]
