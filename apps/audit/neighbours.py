"""The entries beside one: before and after it for the same customer and person, and those of its click."""

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext as _

from apps.audit.models import Entry
from apps.audit.narrative import Row, rows
from apps.audit.queries import EntryQuerySet

MOST_OF_THE_CLICK = 10


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The acts right before and after one, of whom `label` says; None at either end."""

    label: str
    previous: Row | None
    next: Row | None


def neighbours(entry: Entry, visible: EntryQuerySet) -> list[Neighbours]:
    """Two questions whatever is in the trail: four ids, each read from the end of an index, then those entries."""
    lines: list[tuple[str, dict[str, Any]]] = []
    if entry.customer:
        lines.append((_("For this customer"), {"customer": entry.customer}))
    if entry.actor_id is not None:
        lines.append((_("By %(name)s") % {"name": entry.actor_name}, {"actor_id": entry.actor_id}))
    if not lines:
        return []
    asked = {}
    for place, (_label, whose) in enumerate(lines):
        same = visible.filter(**whose).acts()
        asked[f"previous_{place}"] = _first(same.filter(id__lt=entry.pk).order_by("-id"))
        asked[f"next_{place}"] = _first(same.filter(id__gt=entry.pk).order_by("id"))
    ids = cast(dict[str, int | None], Entry.objects.filter(pk=entry.pk).values(**asked)[0])
    told = {row.entry.pk: row for row in rows(Entry.objects.filter(pk__in=set(ids.values())), folded=False)}
    return [
        Neighbours(label, told.get(ids[f"previous_{place}"] or 0), told.get(ids[f"next_{place}"] or 0))
        for place, (label, _whose) in enumerate(lines)
    ]


def same_click(entry: Entry, visible: EntryQuerySet) -> tuple[list[Row], bool]:
    """The other acts of its click in order, and whether there are more."""
    if not entry.reference:
        return [], False
    others = visible.filter(reference=entry.reference, call_id="").exclude(pk=entry.pk)
    found = list(others.order_by("id")[: MOST_OF_THE_CLICK + 1])
    return rows(found[:MOST_OF_THE_CLICK], folded=False), len(found) > MOST_OF_THE_CLICK


def _first(entries: "QuerySet[Entry]") -> Subquery:
    return Subquery(entries.values("id")[:1])
