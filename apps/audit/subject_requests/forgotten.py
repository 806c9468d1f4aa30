"""What is no longer there because somebody was forgotten: beside one entry, and in all."""

import hmac
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Q

from apps.audit import hashing
from apps.audit.canonical import readable
from apps.audit.models import Entry, EntryIdentifier, SubjectRequest

ERASED = "subject.erased"
State = SubjectRequest.State
Kind = SubjectRequest.Kind
Ends = Iterable[tuple[str, datetime | None]]


class Named(Protocol):
    """An entry as far as it matters here."""

    @property
    def pk(self) -> Any:
        """Its id."""

    @property
    def customer(self) -> Any:
        """The internal id, or nothing."""

    @property
    def at(self) -> Any:
        """When it was written."""

    @property
    def content(self) -> Any:
        """What its bytes say."""


def committed_in(content: dict[str, Any]) -> int:
    """How many identifiers an entry of this content was written with."""
    found = content.get("commitments") or content.get("digests") or ()
    return len(found) if isinstance(found, list) else 0


def forgotten_beside(entry: Entry) -> int:
    """How many identifiers the entry commits to that are gone; 0 for entries from before there were commitments."""
    committed = len(entry.content.get("commitments", ()))
    return max(0, committed - EntryIdentifier.objects.filter(entry=entry).count()) if committed else 0


def forgotten_in_all() -> int:
    """How many identifiers erasures destroyed so far, as their entries in the trail tell, which nobody can rewrite."""
    told = 0
    for payload, mac in Entry.objects.filter(action=ERASED).values_list("payload", "mac"):
        if hmac.compare_digest(hashing.mac(bytes(payload)), bytes(mac)):
            content = readable(payload)
            told += _count(content.get("details")) if content.get("action") == ERASED else 0
    return told


def being_forgotten() -> int:
    """How many an erasure that is still under way has destroyed: its entry is only written at the end."""
    under_way = SubjectRequest.objects.filter(kind=Kind.ERASURE, state=State.ERASING)
    return sum(_count(one.get("audit")) for one in under_way.values_list("tally", flat=True))


def _count(told: Any) -> int:
    many = told.get("identifiers") if isinstance(told, dict) else 0
    return many if isinstance(many, int) else 0


def forgotten_among(entries: Collection[Entry]) -> set[int]:
    """Ids of those of which nothing may be written down any longer: the person was forgotten since, or is being.

    Without a customer it is told by the identifiers that are gone beside the entry.
    """
    over = SubjectRequest.objects.filter(
        Q(state=State.ERASING) | Q(state=State.DONE), kind=Kind.ERASURE, customer__in=_customers(entries)
    )
    return _among(entries, over.values_list("customer", "ended_at"))


def rightly_forgotten(entries: Collection[Named]) -> set[int]:
    """The same as the trail itself tells, which names every erasure; only one under way is believed to its request."""
    whose = _customers(entries)
    under_way = SubjectRequest.objects.filter(kind=Kind.ERASURE, state=State.ERASING, customer__in=whose)
    ends: list[tuple[str, datetime | None]] = [
        (one, None) for one in under_way.values_list("customer", flat=True)
    ]
    ends += Entry.objects.filter(action=ERASED, customer__in=whose).values_list("customer", "at")
    return _among(entries, ends)


def _customers(entries: Collection[Named]) -> set[str]:
    return {one.customer for one in entries} - {""}


def _among(entries: Collection[Named], ends: Ends) -> set[int]:
    last: dict[str, datetime | None] = {}
    for customer, ended in ends:
        known = last.get(customer, ended)
        last[customer] = None if known is None or ended is None else max(known, ended)
    nameless = {one.pk: committed_in(one.content) for one in entries if not one.customer}
    left = Counter(
        EntryIdentifier.objects.filter(entry_id__in=nameless).values_list("entry_id", flat=True).iterator()
    )
    gone = {pk for pk, committed in nameless.items() if left[pk] < committed}
    for one in entries:
        if one.customer in last:
            ended = last[one.customer]
            if ended is None or one.at <= ended:
                gone.add(one.pk)
    return gone
