"""What reading a file gives, and how its columns are found by name."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.cells import as_written
from apps.core.tables.reading import Unreadable
from apps.operations.work.kinds import Column


@dataclass(frozen=True, slots=True)
class Table:
    """header  as it stands in the file;  rows  one list of texts each, streamed, empty rows left out by the caller"""

    header: list[str]
    rows: Iterator[list[str]]


def places_of(columns: Sequence[Column], header: Sequence[str]) -> dict[str, int]:
    """Name of each column that was found → its place in a row.

    Raises: Unreadable when a required one is missing, or one is there twice
    """
    spellings = {
        plain_heading(text): one.name for one in columns for text in (one.name, str(one.label), *one.aliases)
    }
    places: dict[str, int] = {}
    for place, heading in enumerate(header):
        name = spellings.get(plain_heading(heading))
        if name in places:
            raise Unreadable(
                _("The column “%(heading)s” is in the file twice, or under two names.")
                % {"heading": heading},
                next_step=_("Keep one of them and upload the file again."),
            )
        if name:
            places[name] = place
    missing = [str(one.label) for one in columns if one.required and one.name not in places]
    if missing:
        raise Unreadable(
            _("These columns are missing: %(columns)s.") % {"columns": ", ".join(missing)},
            next_step=_("Put their names into the first line. The sample shows them."),
        )
    return places


def cells_of(places: Mapping[str, int], row: Sequence[str]) -> dict[str, str]:
    """A row's texts by column, without spaces around; short rows have empty cells at their end."""
    return {
        name: as_written(row[place].strip()) if place < len(row) else "" for name, place in places.items()
    }


def plain_heading(text: str) -> str:
    """``Customer ID``, ``customer-id`` and ``customer_id`` are one heading, ``Prénom *`` and ``prenom`` too."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", text).casefold())
