"""Notes of the outside, with the console's own acts: who added what, and what is not known yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.capillary.types_activity import Note
from apps.customers.models import NoteAct
from apps.customers.panels.registry import Asked, Panel, Values, register_panel


@dataclass(frozen=True, slots=True)
class Row:
    """One note. `author` is known only for notes added here."""

    text: str
    added_at: datetime | None
    author: str


def build_notes(asked: Asked, values: Values) -> dict[str, Any]:
    """All notes, newest first."""
    rows = _rows(asked, values["notes"])
    if not rows:
        return _none()
    return {
        "rows": rows,
        "count": len(rows),
        "summary": ngettext("%(count)s note.", "%(count)s notes, newest first.", len(rows))
        % {"count": len(rows)},
    }


def build_latest(asked: Asked, values: Values) -> dict[str, Any]:
    """The newest one, and how many there are."""
    rows = _rows(asked, values["notes"])
    return {"latest": rows[0], "count": len(rows)} if rows else _none()


def _rows(asked: Asked, found: Sequence[Note]) -> list[Row]:
    acts = NoteAct.objects.filter(customer_id=asked.customer_id).exclude(outside_id="")
    authors = dict(acts.values_list("outside_id", "user_name"))
    rows = [Row(note.text, note.added_at, authors.get(note.id, "")) for note in found]
    return sorted(rows, key=lambda row: row.added_at.timestamp() if row.added_at else 0, reverse=True)


def _none() -> dict[str, Any]:
    return {
        "empty_title": _("No notes yet."),
        "empty_text": _("Notes that colleagues leave appear here."),
        "empty_icon": "note",
        "count": 0,
    }


NOTES = register_panel(
    Panel(
        name="notes",
        title=gettext_lazy("Notes"),
        source="v1.1",
        template="customers/panels/notes.html",
        build=build_notes,
        flush=True,
        needs=("notes",),
    )
)
LATEST = register_panel(
    Panel(
        name="latest_note",
        title=gettext_lazy("Notes"),
        source="v1.1",
        template="customers/panels/latest_note.html",
        build=build_latest,
        needs=("notes",),
        aside=True,
    )
)
