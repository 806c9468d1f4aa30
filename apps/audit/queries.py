"""Questions to the trail: who may see what, and pages that cost the same wherever they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models
from django.db.models import Exists, F, Max, Min, OuterRef, Q, Subquery
from django.utils import timezone

from apps.audit import saying
from apps.audit.filters import Filters

if TYPE_CHECKING:
    from apps.audit.models import Entry

# A clock may be wrong for as long as it takes to write so many; in a smaller time every entry is asked.
AT_AN_EDGE = 10_000
OF_MANY = "(SELECT {}(edge.id) FROM (%(subquery)s) edge)"
MOST_BY_IDENTIFIER = 2_000
SIGNING_IN = "/v3/oauth/"
# Repeats what is true anyway, so that the index of subjects answers: rows about nothing are not in it.
BOUNDS = {"subject": {"subject__gt": ""}}


class Viewer(Protocol):
    """What the trail needs to know of a person; the room above has more."""

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        """True when any of the person's roles allows it."""

    @property
    def memberships_now(self) -> list[Any]:
        """Their memberships, each with a ``store_id``."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest first; `newer` and `older` are cursors, None where there is nothing more."""

    entries: "list[Entry]"
    newer: int | None
    older: int | None


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries; there is no order but the order of writing."""

    def visible_to(self, user: Viewer) -> "EntryQuerySet":
        """Everything for who may read the trail; entries of the own stores for who sees customers."""
        if user.has_perm("staff.view_trail"):
            return self
        if not user.has_perm("staff.view_customers"):
            return self.none()
        return self.filter(store_id__in={one.store_id for one in user.memberships_now if one.store_id})

    def filter_by(self, filters: Filters, *, whole: bool = False) -> "EntryQuerySet":
        """Only what was asked for; `whole` where not one may be missed, for files, which is slower."""
        found = (self.within if whole else self.between)(filters.start, filters.end)
        for name in ("outcome", "channel", "reference", "subject", "code"):
            if value := getattr(filters, name):
                found = found.filter(**{name: value}, **BOUNDS.get(name, {}))
        if filters.actor_name:
            # The system and strangers: without an account, so the index of actors leads to them.
            found = found.filter(actor_id=None, actor_name=filters.actor_name)
        if filters.actors is not None:
            found = found.filter(actor_id__in=filters.actors)
        for name, (wanted, unwanted) in (("action", filters.actions), ("store_code", filters.stores)):
            if wanted:
                found = found.filter(**{f"{name}__in": sorted(wanted)})
            if unwanted:
                found = found.exclude(**{f"{name}__in": sorted(unwanted)})
        found = found._about_what(filters, whole=whole)
        if filters.calls or filters.code or filters.text:
            return found
        return found.acts() if filters.is_particular else found.acts().without_system_reads()

    def about(
        self,
        customers: tuple[str, ...],
        digests: tuple[bytes, ...] = (),
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> "EntryQuerySet":
        """Entries about these customers or any of these identifiers, and about whom the identifiers ever led to.

        Of entries that name the identifier itself the newest of this time are found, at most MOST_BY_IDENTIFIER.
        """
        from apps.audit.models import EntryIdentifier

        if not digests:
            return self.filter(customer__in=customers)
        named = EntryIdentifier.objects.filter(digest__in=digests).order_by("-entry_id")
        newest = list(named.values_list("entry_id", flat=True)[:MOST_BY_IDENTIFIER])
        ids = newest
        # Where the newest are all there are, those of any time are among them.
        if (start or end) and len(newest) == MOST_BY_IDENTIFIER:
            then = named.filter(**self._beside(start, end)).values_list("entry_id", flat=True)
            ids = list(then[:MOST_BY_IDENTIFIER])
        owners = self._owners({*newest, *ids})
        return self.filter(Q(pk__in=ids) | Q(customer__in={*customers, *owners}))

    def about_each(self, customers: tuple[str, ...], digests: tuple[bytes, ...] = ()) -> "EntryQuerySet":
        """The same without a limit: asked of each entry, so for what reads them all anyway."""
        from apps.audit.models import EntryIdentifier

        if not digests:
            return self.filter(customer__in=customers)
        named = EntryIdentifier.objects.filter(digest__in=digests)
        owners = self._owners(named.values("entry_id"))
        names_it = Exists(named.filter(entry_id=OuterRef("pk")))
        return self.filter(Q(names_it) | Q(customer__in={*customers, *owners}))

    def _owners(self, ids: Any) -> Iterable[str]:
        """The customers these entries are about."""
        found = self.model._default_manager.filter(pk__in=ids).exclude(customer="")
        return found.values_list("customer", flat=True).distinct()

    def _about_what(self, filters: Filters, *, whole: bool) -> "EntryQuerySet":
        found, times = self, (filters.start, filters.end)
        if filters.customers or filters.digests:
            whom = filters.customers, filters.digests
            found = found.about_each(*whom) if whole else found.about(*whom, *times)
        return found.saying(filters.text, *times) if filters.text else found

    def saying(
        self, text: str, start: datetime | None = None, end: datetime | None = None
    ) -> "EntryQuerySet":
        """The newest entries of a time whose request, reply or act said this, at most `saying.MOST`."""
        from apps.audit.models import EntryText

        where, wanted = saying.condition(text)
        # Neither database's way of asking has a lookup of Django's; the condition is one of two of our own.
        said = EntryText.objects.extra(where=[where], params=[wanted])  # noqa: S610
        found = said.filter(**self._beside(start, end)).order_by("-entry_id")
        return self.filter(pk__in=list(found.values_list("entry_id", flat=True)[: saying.MOST]))

    def about_subject(self, subject: str) -> "EntryQuerySet":
        """Entries about exactly this."""
        return self.filter(subject=subject, **BOUNDS["subject"])

    def within(self, start: datetime | None, end: datetime | None) -> "EntryQuerySet":
        """Entries of a time by their time alone, for whoever must not miss one."""
        times = {name: at for name, at in (("at__gte", start), ("at__lt", end)) if at}
        return self.filter(**times)

    def ids_within(self, start: datetime, end: datetime) -> tuple[int, int] | None:
        """The lowest and the highest id of the entries of a time, None where there is none. Reads all their times."""
        # Added nought: in the order of the ids all entries before the first of these would be read.
        number = F("id") + 0
        found = self.within(start, end).aggregate(first=Min(number), last=Max(number))
        return None if found["first"] is None else (found["first"], found["last"])

    def between(self, start: datetime | None, end: datetime | None) -> "EntryQuerySet":
        """Entries of a time; the bounds also as ids, so that a page is read straight from the key."""
        return self.filter(**self._ids_of(start, end)).within(start, end)

    def _ids_of(self, start: datetime | None, end: datetime | None) -> dict[str, Subquery]:
        """Between which ids the entries of a time lie, as conditions.

        The first and the last by their time are not those by their id: a clock that runs ahead or is set back writes
        high times under low ids. So the lowest and highest id of many is taken, of all where there are no more. What
        is written from now on has no upper bound.
        """
        every: Any = self.model._default_manager
        those, bounds = every.within(start, end), {}
        if start:
            first = those.order_by("at", "id").values("id")[:AT_AN_EDGE]
            bounds["id__gte"] = Subquery(first, template=OF_MANY.format("MIN"))
        if end and end <= timezone.now():
            last = those.order_by("-at", "-id").values("id")[:AT_AN_EDGE]
            bounds["id__lte"] = Subquery(last, template=OF_MANY.format("MAX"))
        return bounds

    def _beside(self, start: datetime | None, end: datetime | None) -> dict[str, Subquery]:
        """The same for rows that stand beside entries."""
        return {f"entry_{name}": value for name, value in self._ids_of(start, end).items()}

    def acts(self) -> "EntryQuerySet":
        """Acts and refusals; of a click that holds nothing but calls, its last entry tells how it stands."""
        same_click = self.model._default_manager.filter(reference=OuterRef("reference"))
        # One question with an inequality in it: PostgreSQL then asks the index per row, where two questions
        # made it hash the references of the whole table first.
        better = same_click.filter(Q(call_id="") | Q(id__gt=OuterRef("id")))
        return self.filter(Q(call_id="") | Q(reference="") | ~Exists(better))

    def without_system_reads(self) -> "EntryQuerySet":
        """After `acts`: leaves out what the system only looked at, which it does every half minute."""
        # Bounded by the id for the same reason as above; the token is asked for by POST and changes nothing.
        writes = self.model._default_manager.filter(
            reference=OuterRef("reference"), id__lte=OuterRef("id"), call_id__gt=""
        ).exclude(Q(method="GET") | Q(path__startswith=SIGNING_IN))
        return self.filter(~Q(channel="system") | Q(call_id="") | Exists(writes))

    def without_second_half(self) -> "EntryQuerySet":
        """Calls that were sent and of which nothing more is written down."""
        # The bounds repeat what is true anyway, so that the index of calls answers for each row.
        halves = self.model._default_manager.filter(
            call_id__gt="", call_id=OuterRef("call_id"), id__gt=OuterRef("id")
        ).exclude(action="call.sent")
        return self.filter(action="call.sent").exclude(Exists(halves))

    def page(self, *, before: int | None = None, after: int | None = None, size: int = 50) -> Page:
        """The `size` entries before or after a cursor; without one the newest."""
        if after is not None:
            found = list(self.filter(id__gt=after).order_by("id")[: size + 1])
            entries = found[:size][::-1]
            return Page(
                entries, entries[0].pk if len(found) > size else None, entries[-1].pk if entries else None
            )
        narrowed = self if before is None else self.filter(id__lt=before)
        found = list(narrowed.order_by("-id")[: size + 1])
        entries = found[:size]
        newer = entries[0].pk if entries and before is not None else None
        return Page(entries, newer, entries[-1].pk if len(found) > size else None)

    def count_up_to(self, limit: int) -> int:
        """How many there are, but never more than `limit` are looked at."""
        return self.order_by().values("pk")[:limit].count()
