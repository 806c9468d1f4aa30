"""A manager's queue: what waits for them, what narrows it, and pages that cost the same wherever they are."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.goodwill.flags import lookalike, over_budget, watched
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.models.visibility import GoodwillRequestQuerySet
from apps.goodwill.store_budgets import BudgetsLeft
from apps.staff.models import User
from apps.staff.stores import stores_where

DECIDE = "staff.approve_goodwill"
PAGE = 50
NOT_CREDITED, UNKNOWN = "not_credited", "unknown"
WAITING_ONES = ("", "late", "nearly_late", "flagged", "coupons", "over_budget")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address narrows the queue to; every part may be empty.

    show   one of WAITING_ONES, or NOT_CREDITED or UNKNOWN: then the list is not of waiting ones
    by     part of the requester's name, or of where it was made
    """

    show: str = ""
    store: str = ""
    by: str = ""
    reason: str = ""
    origin: str = ""

    @property
    def waits(self) -> bool:
        """Whether the list is of requests that wait for a decision."""
        return self.show in WAITING_ONES

    @property
    def is_narrow(self) -> bool:
        """Whether a filter beside the chips is in force."""
        return bool(self.store or self.by or self.reason or self.origin)

    def address(self, path: str, **more: str) -> str:
        """A path with these filters; `more` replaces single ones or adds what is no filter (a cursor)."""
        told = {name: value for name, value in {**asdict(self), **more}.items() if value}
        return f"{path}?{urlencode(told)}" if told else path

    def without(self, name: str) -> "Filters":
        """The same, less one part."""
        return replace(self, **{name: ""})


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the order by due time; None for the time means the end, where nobody set any."""

    due_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.due_at.isoformat()}~{self.pk}"


def cursor_of(text: str) -> Cursor | None:
    """The cursor of an address, None when it is none."""
    moment, _tilde, number = text.partition("~")
    try:
        due_at = parse_datetime(moment)
    except ValueError:
        return None
    plain = number.isascii() and number.isdecimal() and len(number) < 15
    return Cursor(due_at, int(number)) if plain and due_at and timezone.is_aware(due_at) else None


@dataclass(frozen=True, slots=True)
class Page:
    """One page in order; before and after are cursors, None where there is nothing more."""

    rows: list[GoodwillRequest]
    before: Cursor | None
    after: Cursor | None


def waiting_for(user: User) -> GoodwillRequestQuerySet:
    """What waits for this person's decision."""
    return GoodwillRequest.objects.decidable_by(user)


def hands_of(user: User) -> GoodwillRequestQuerySet:
    """Everything of the stores this person decides for, whatever its state."""
    stores = stores_where(user, DECIDE)
    return GoodwillRequest.objects.filter(Q(store__in=stores) | Q(escalated_to__in=stores))


def narrowed(rows: GoodwillRequestQuerySet, filters: Filters) -> GoodwillRequestQuerySet:
    """By everything but the chips."""
    if filters.store:
        rows = rows.filter(store=int(filters.store))
    if filters.reason:
        rows = rows.filter(reason=int(filters.reason))
    if filters.origin:
        rows = rows.filter(origin=filters.origin)
    if filters.by:
        rows = rows.filter(Q(requester_name__icontains=filters.by) | Q(origin_words__icontains=filters.by))
    return rows


def listed(user: User, filters: Filters, *, budgets: BudgetsLeft, now: datetime) -> GoodwillRequestQuerySet:
    """The rows of the list the address asks for."""
    if filters.show == NOT_CREDITED:
        return narrowed(hands_of(user).not_credited(), filters)
    if filters.show == UNKNOWN:
        return narrowed(hands_of(user).filter(acts__state__in=["unknown", "person"]), filters)
    rows = narrowed(waiting_for(user), filters)
    match filters.show:
        case "late":
            return rows.late(now)
        case "nearly_late":
            return rows.nearly_late(now)
        case "flagged":
            return rows.filter(watched() | Q(needs_other_store=True) | Q(lookalike(now)))
        case "coupons":
            return rows.filter(kind=Kind.COUPON)
        case "over_budget":
            return rows.filter(over_budget(budgets))
    return rows


def page_of(
    rows: GoodwillRequestQuerySet,
    *,
    after: Cursor | None = None,
    before: Cursor | None = None,
    size: int = PAGE,
) -> Page:
    """The `size` rows behind or before a cursor, oldest due first; without one the first. One query."""
    shown = rows.select_related("store", "series").defer("snapshot", "proof", "contact_digests")
    if before is not None:
        found = list(shown.filter(_before(before)).order_by("-due_at", "-id")[: size + 1])
        kept = found[:size][::-1]
        return Page(kept, _cursor(kept, 0) if len(found) > size else None, _cursor(kept, -1))
    if after is not None:
        shown = shown.filter(_after(after))
    found = list(shown.order_by("due_at", "id")[: size + 1])
    kept = found[:size]
    return Page(kept, _cursor(kept, 0) if after else None, _cursor(kept, -1) if len(found) > size else None)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a request stands in a list: its place from 1 (0 when it is not in it), the one before and after."""

    place: int
    previous: int | None
    next: int | None


def neighbours(rows: GoodwillRequestQuerySet, request: GoodwillRequest) -> Neighbours:
    """Three small queries; a request that has left the list keeps its place between the others."""
    if request.due_at is None:
        return Neighbours(0, None, rows.order_by("due_at", "id").values_list("pk", flat=True).first())
    here = Cursor(request.due_at, request.pk)
    behind = rows.filter(_after(here)).order_by("due_at", "id").values_list("pk", flat=True).first()
    ahead = list(rows.filter(_before(here)).order_by("-due_at", "-id").values_list("pk", flat=True)[:1])
    inside = rows.filter(pk=request.pk).exists()
    place = rows.filter(_before(here)).order_by().count() + 1 if inside else 0
    return Neighbours(place, ahead[0] if ahead else None, behind)


def next_after(rows: GoodwillRequestQuerySet, request: GoodwillRequest) -> int | None:
    """The request to look at when this one is decided: the next due, else the first one left."""
    found = neighbours(rows, request)
    if found.next is not None:
        return found.next
    return rows.exclude(pk=request.pk).order_by("due_at", "id").values_list("pk", flat=True).first()


def plain_filters(told: Mapping[str, str]) -> Filters:
    """Filters of an address somebody may have typed: what cannot be is left out."""
    known = {name: _printable(told.get(name, "")) for name in Filters.__dataclass_fields__}
    for name in ("store", "reason"):
        if not (known[name].isascii() and known[name].isdecimal() and len(known[name]) < 15):
            known[name] = ""
    if known["origin"] not in GoodwillRequest.Origin.values:
        known["origin"] = ""
    if known["show"] not in (*WAITING_ONES, NOT_CREDITED, UNKNOWN):
        known["show"] = ""
    return Filters(**known)


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable()).strip()[:60]


def _after(here: Cursor) -> Q:
    # The first part is what an index can begin at.
    return Q(due_at__gte=here.due_at) & (Q(due_at__gt=here.due_at) | Q(pk__gt=here.pk))


def _before(here: Cursor) -> Q:
    return Q(due_at__lte=here.due_at) & (Q(due_at__lt=here.due_at) | Q(pk__lt=here.pk))


def _cursor(rows: list[GoodwillRequest], index: int) -> Cursor | None:
    row = rows[index] if rows else None
    return Cursor(row.due_at, row.pk) if row is not None and row.due_at is not None else None
