"""Which class an entry belongs to, and what is old enough to leave the database."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from apps.audit.actions import ALWAYS, CALLS, LOOKS, all_actions
from apps.audit.models import Entry
from apps.audit.queries import EntryQuerySet

ACTS = "acts"
KINDS = (CALLS, LOOKS, ACTS)


def names_of(kind: str) -> list[str]:
    """The actions of a class, as the rooms have registered them."""
    return [one.name for one in all_actions() if one.kept == kind]


def entries_of(kind: str) -> EntryQuerySet:
    """Everything of a class. What no room knows any more is an act."""
    if kind == ACTS:
        others = [name for one in (CALLS, LOOKS, ALWAYS) for name in names_of(one)]
        return Entry.objects.exclude(action__in=others)
    return Entry.objects.filter(action__in=names_of(kind))


def due_months(kind: str) -> Iterator[date]:
    """The months (first day, UTC) that hold entries of this class and lie wholly behind its time; oldest first."""
    days = settings.AUDIT_KEEP_DAYS[kind]
    oldest = _oldest(kind) if days else None
    if oldest is None:
        return
    limit = timezone.now() - timedelta(days=days)
    month = oldest.astimezone(UTC).date().replace(day=1)
    while bounds(month)[1] <= limit:
        yield month
        month = following(month)


def bounds(month: date) -> tuple[datetime, datetime]:
    """When a month begins and ends, the end not included."""
    return tuple(datetime(one.year, one.month, 1, tzinfo=UTC) for one in (month, following(month)))  # type: ignore[return-value]


def following(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _oldest(kind: str) -> datetime | None:
    """When the oldest entry was written: asked of the index of each action, as they are few and entries many."""
    if kind == ACTS:
        return entries_of(kind).order_by("at", "id").values_list("at", flat=True).first()
    first = (
        Entry.objects.filter(action=name).order_by("id").values_list("at", flat=True).first()
        for name in names_of(kind)
    )
    return min((at for at in first if at), default=None)
