"""How the trail forgets a person: identifiers, their keys, words, notes and packs go; the sealed bytes stay."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.audit import person_keys, texts
from apps.audit.models import Entry, EntryIdentifier, SavedView, SubjectRequest, WatchItem
from apps.audit.subject_requests.packs import delete_parts
from apps.audit.subject_requests.rooms import FORGOTTEN, Subject, by_id
from apps.audit.triggers import deletable

ROWS_AT_ONCE = 5_000
# SQLite takes so many values in one question.
DIGESTS_AT_ONCE = 500


def requests_of(subject: Subject) -> list[SubjectRequest]:
    """Their requests, by customer or by an identifier that was named."""
    everyone = SubjectRequest.objects.filter(Q(customer=str(subject.customer)) | Q(customer=""))
    return [
        one
        for one in everyone.order_by("pk")
        if one.customer == str(subject.customer) or subject.hexes & set(one.digests)
    ]


def erase(subject: Subject, _found: Any) -> Mapping[str, int]:
    """Values, hashes and keys; the sealed bytes keep masks and commitments, which lead nowhere without them."""
    identifiers = 0
    about = Entry.objects.filter(customer=str(subject.customer))
    # Before the hashes go: without them nobody knows which entries named the person only.
    worded = sorted(_worded(subject))
    identifiers += _delete(EntryIdentifier.objects.filter(entry_id__in=about.values("pk")))
    for some in some_of(sorted(subject.digests)):
        identifiers += _delete(EntryIdentifier.objects.filter(digest__in=some))
    for some in some_of(worded):
        # Words by which entries are searched: what a person typed may hold a name.
        texts.forget(some)
    _forget_notes(worded)
    holders = {f"customer:{subject.customer}", *(f"digest:{one}" for one in subject.hexes)}
    keys = sum(person_keys.forget(some) for some in some_of(sorted(holders)))
    return {
        "identifiers": identifiers,
        "keys": keys,
        "saved_views": _forget_views(subject),
        "packs": _forget_packs(subject),
    }


def _worded(subject: Subject) -> set[int]:
    about = Entry.objects.filter(customer=str(subject.customer)).values_list("pk", flat=True)
    named = EntryIdentifier.objects.filter(entry__customer="")
    return set(about).union(
        *(
            named.filter(digest__in=some).values_list("entry_id", flat=True)
            for some in some_of(sorted(subject.digests))
        )
    )


def _forget_notes(entries: Collection[int]) -> None:
    """What somebody wrote on findings of the watch beside which entries of theirs stand."""
    theirs = set(entries)
    for item in by_id(WatchItem.objects.exclude(note__in=["", FORGOTTEN])):
        if not theirs.isdisjoint(item.evidence.get("entries", ())):
            item.note = FORGOTTEN
            item.save(update_fields=["note"])


def _delete(rows: QuerySet[EntryIdentifier]) -> int:
    gone = 0
    while some := list(rows.values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        # Rows of different chunks are deleted by the same permission; the entry of it comes at the end.
        with transaction.atomic(), deletable(EntryIdentifier._meta.db_table):
            EntryIdentifier.objects.filter(pk__in=some).delete()
        gone += len(some)
    return gone


def some_of(values: Sequence[Any]) -> Iterator[list[Any]]:
    """The values in lists that fit into one question."""
    for start in range(0, len(values), DIGESTS_AT_ONCE):
        yield list(values[start : start + DIGESTS_AT_ONCE])


def is_about(subject: Subject, query: str) -> bool:
    """Whether these filters were narrowed to an identifier of theirs, hashed or typed behind another filter."""
    typed = (value for _name, value in parse_qsl(query))
    return any(one in query for one in subject.hexes) or any(map(subject.is_named_by, typed))


def _forget_views(subject: Subject) -> int:
    changed = 0
    for view in by_id(SavedView.objects.all()):
        if is_about(subject, view.query):
            pairs = parse_qsl(view.query)
            others = [(name, value) for name, value in pairs if name != "customer"]
            kept = [
                (name, value) for name, value in others if not is_about(subject, urlencode({name: value}))
            ]
            # Without what it was narrowed to it would show everybody: what is left finds nothing.
            view.query = urlencode([*kept, ("customer", FORGOTTEN)])
            view.save(update_fields=["query"])
            changed += 1
    return changed


def _forget_packs(subject: Subject) -> int:
    packs = 0
    for one in requests_of(subject):
        packs += bool(one.pack_sha256)
        delete_parts(one)
        one.pack_sha256 = ""
        if one.state == SubjectRequest.State.READY:
            one.state = SubjectRequest.State.OPEN
        one.mask = FORGOTTEN if one.mask else ""
        # How an earlier one was answered, or why it was refused, in somebody's words.
        one.reason = FORGOTTEN if one.reason else ""
        # The one at work needs them until its end, to go on after a crash.
        if one.state != SubjectRequest.State.ERASING:
            one.digests = []
        one.save(update_fields=["pack_sha256", "state", "mask", "digests", "reason"])
    return packs
