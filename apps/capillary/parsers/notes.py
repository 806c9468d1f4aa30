"""Notes: the list, and the answer to a new one."""

from collections.abc import Mapping
from typing import Any

from apps.capillary.envelopes import the_item
from apps.capillary.moments import moment
from apps.capillary.readers import ShapeError, many, text
from apps.capillary.types_activity import Note

NO_NOTES = frozenset({"1028"})


def parse_notes(body: Mapping[str, Any]) -> tuple[Note, ...]:
    """`customer.notes.note`; code 1028 means there are none."""
    node = the_item(body, "customer", empty=NO_NOTES)
    return tuple(map(_read_note, many(node.get("notes"), "note")))


def parse_added_note(body: Mapping[str, Any]) -> Note:
    """The note as stored. An accepted item without a note in it is not an answer we understand."""
    notes = many(the_item(body, "customer").get("notes"), "note")
    if not notes:
        raise ShapeError("customer.notes.note is missing")
    return _read_note(notes[0])


def _read_note(node: Mapping[str, Any]) -> Note:
    return Note(
        id=text(node.get("id")),
        text=text(node.get("description")),
        added_at=moment(node.get("added_on")) or moment(node.get("date")),
        raw=node,
    )
