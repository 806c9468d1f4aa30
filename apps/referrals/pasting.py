"""Reads rows pasted from a spreadsheet: tabs, commas or semicolons, with or without a heading."""

import csv
import io
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

from apps.core.errors import BadInput
from apps.referrals.contacts import looks_like_contact
from apps.referrals.models.rules import MOST_ROWS
from apps.referrals.wanted import Row

# A cell as long as that is no name or address; the text of 200 whole rows is far shorter.
LONGEST_CELL, LONGEST_TEXT = 200, 100_000
SEPARATORS = "\t;,"
NAMES = frozenset({"name", "first name", "firstname", "full name", "friend", "invitee", "person"})
LAST_NAMES = frozenset({"last name", "lastname", "surname", "family name"})
CONTACTS = frozenset(
    {
        "mobile",
        "mobile number",
        "mobile or e-mail",
        "mobile or email",
        "phone",
        "phone number",
        "number",
        "contact",
        "e-mail",
        "email",
        "e-mail address",
        "email address",
        "mail",
    }
)
Cells = list[str]


def parse_pasted(text: str) -> tuple[Row, ...]:
    """The rows, empty lines left out. Which column is what is told by the heading, or by what stands in it.

    Where a row has a mobile and an e-mail address, the first of them counts.
    Raises: BadInput (pasted) for nothing, for more than 200 rows, or for what is no table
    """
    if len(text) > LONGEST_TEXT:
        raise BadInput(_("This is too long for %(most)s rows.") % {"most": MOST_ROWS}, field="pasted")
    table = _table("".join(sign for sign in text if sign in "\r\n\t" or sign.isprintable()))
    heading = table[0] if table and _is_heading(table[0]) else None
    rows = tuple(row for cells in table[1 if heading else 0 :] if (row := _row(cells, heading)))
    if not rows:
        raise BadInput(_("Paste a name and a mobile number or e-mail address in each line."), field="pasted")
    if len(rows) > MOST_ROWS:
        raise BadInput(
            _("These are %(count)s rows. At most %(most)s people are invited at once.")
            % {"count": len(rows), "most": MOST_ROWS},
            field="pasted",
        )
    return rows


def _table(text: str) -> list[Cells]:
    lines = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))
    separator = _separator(text)
    try:
        found = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        raise BadInput(_("This cannot be read as rows and columns."), field="pasted") from None
    if any("\n" in cell and separator in cell for cells in found for cell in cells):
        # A quotation mark that is not closed in its cell makes one cell of all rows up to the next.
        raise BadInput(
            _("A quotation mark joins several rows into one."),
            next_step=_("Take it out, or close it in the same cell."),
            field="pasted",
        )
    table = [[" ".join(cell.split())[: LONGEST_CELL + 1] for cell in cells] for cells in found]
    return [cells for cells in table if any(cells)]


def _separator(text: str) -> str:
    """The one that most lines have; a spreadsheet's own tab before the others."""
    lines = [line for line in text.splitlines() if line.strip()]
    counts = {sign: sum(sign in line for line in lines) for sign in SEPARATORS}
    best = max(SEPARATORS, key=lambda sign: counts[sign])
    return best if counts[best] else "\t"


def _is_heading(cells: Cells) -> bool:
    words = {_plain(cell) for cell in cells if cell}
    return bool(words & CONTACTS) and not any(looks_like_contact(cell) for cell in cells)


def _row(cells: Cells, heading: Cells | None) -> Row:
    if heading:
        words = [_plain(cell) for cell in heading]
        return Row(
            " ".join(_under(cells, words, NAMES) + _under(cells, words, LAST_NAMES)),
            next(iter(_under(cells, words, CONTACTS)), ""),
        )
    filled = [cell for cell in cells if cell]
    place = next((place for place, cell in enumerate(filled) if looks_like_contact(cell)), None)
    if place is None:
        # The second of two is meant to be the contact, whatever is wrong with it; of one alone nobody knows.
        return Row(filled[0], filled[1]) if len(filled) > 1 else Row("", filled[0])
    return Row(" ".join(cell for cell in filled[:2] if not looks_like_contact(cell)), filled[place])


def _under(cells: Cells, words: Sequence[str], titles: frozenset[str]) -> list[str]:
    return [cell for cell, word in zip(cells, words, strict=False) if word in titles and cell]


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip(" :*").casefold()
