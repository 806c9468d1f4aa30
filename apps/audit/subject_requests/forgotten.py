"""What is no longer there because somebody was forgotten: beside one entry, and in all."""

from collections import Counter
from collections.abc import Collection

from django.db.models import Q

from apps.audit.models import Entry, EntryIdentifier, SubjectRequest

State = SubjectRequest.State


def forgotten_beside(entry: Entry) -> int:
    """How many identifiers the entry commits to that are gone; 0 for entries from before there were commitments."""
    committed = len(entry.content.get("commitments", ()))
    return max(0, committed - EntryIdentifier.objects.filter(entry=entry).count()) if committed else 0


def forgotten_in_all() -> int:
    """How many identifiers were destroyed by requests so far: as many rows beside entries are missing rightly."""
    over = SubjectRequest.objects.filter(kind=SubjectRequest.Kind.ERASURE).exclude(tally={})
    return sum(
        int(one.get("audit", {}).get("identifiers", 0)) for one in over.values_list("tally", flat=True)
    )


def forgotten_among(entries: Collection[Entry]) -> set[int]:
    """Ids of those of which nothing may be written down any longer: the person was forgotten since, or is being.

    Without a customer it is told by the identifiers that are gone beside the entry.
    """
    whose = {one.customer for one in entries} - {""}
    over = SubjectRequest.objects.filter(
        Q(state=State.ERASING) | Q(state=State.DONE), kind=SubjectRequest.Kind.ERASURE, customer__in=whose
    )
    ends = list(over.values_list("customer", "ended_at"))
    nameless = {one.pk: len(one.content.get("commitments", ())) for one in entries if not one.customer}
    left = Counter(
        EntryIdentifier.objects.filter(entry_id__in=nameless).values_list("entry_id", flat=True).iterator()
    )
    gone = {pk for pk, committed in nameless.items() if left[pk] < committed}
    return gone | {
        one.pk
        for one in entries
        for customer, ended in ends
        if one.customer == customer and (ended is None or one.at <= ended)
    }
