"""Opens a stored file as a table of texts."""

import csv
from collections.abc import Iterator

from apps.operations.models.files import StoredFile
from apps.operations.work.tables import Table


def table_of(file: StoredFile) -> Table:
    """The header and the rows, streamed. Raises Unreadable, also while rows are taken."""
    rows = csv.reader(_lines(file), delimiter=file.separator or ",")
    return Table(next(rows, []), rows)


def _lines(file: StoredFile) -> Iterator[str]:
    held = b""
    for part in file.parts():
        *whole, held = (held + part).split(b"\n")
        for line in whole:
            yield line.decode(file.encoding or "utf-8-sig") + "\n"
    if held:
        yield held.decode(file.encoding or "utf-8-sig")
