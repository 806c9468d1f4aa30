"""Checks entries against their leaves: bytes, hash, seal, search columns, and what stands beside them."""

import hmac
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q

from apps.audit import hashing
from apps.audit.canonical import moment, readable
from apps.audit.keeping.vouching import archived_between
from apps.audit.log.beside_check import Beside, read_beside, wrong_beside
from apps.audit.log.findings import Finding
from apps.audit.log.writer_check import WriterCheck
from apps.audit.models import Entry, Leaf

PAGE = 2_000
HASHES = ("payload", "leaf_hash", "mac")
# Everything that is searched, as it must also stand in the sealed bytes.
COLUMNS = tuple(
    one.name for one in Entry._meta.concrete_fields if not one.primary_key and one.name not in HASHES
)
Row = tuple[Any, ...]


def check_sealed(
    start: int, end: int, *, quick: bool = False, writers: WriterCheck | None = None
) -> list[Finding]:
    """Check the entries at places start … end (not included): a page of at most PAGE, read at once.

    quick    bytes and hashes only; without it also seals, search columns and identifiers
    writers  where the numbers of writers are taken down
    """
    leaves = list(
        Leaf.objects.filter(index__gte=start, index__lt=end)
        .order_by("index")
        .values_list("index", "entry_id", "hash")
    )
    ids = [leaf[1] for leaf in leaves]
    rows = {row[0]: row for row in _rows(ids, quick=quick)}
    beside = {} if quick else _commitments(ids)
    archived = archived_between(start, end)
    if writers is not None:
        # What an archive holds is in its tally, whether its row has gone already or not.
        counted = (entry_id for index, entry_id, _hash in leaves if index not in archived)
        writers.add(bytes(rows[one][1]) for one in counted if one in rows)
    return [
        finding
        for index, entry_id, leaf_hash in leaves
        if entry_id in rows or index not in archived
        for finding in _leaf(index, bytes(leaf_hash), entry_id, rows.get(entry_id), beside)
    ]


def intact(ids: Sequence[int]) -> dict[int, tuple[bytes, bytes]]:
    """Bytes and hash of those of these entries with which nothing is wrong by themselves."""
    return {
        row[0]: (bytes(row[1]), bytes(row[2]))
        for row in _rows(ids, quick=False)
        if not any(check_row(row[0], row, {}))
    }


def newest() -> int:
    """The highest id there is; entries that come later are for the next time."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def check_waiting(
    after: int, *, until: int, size: int, writers: WriterCheck | None = None
) -> tuple[list[Finding], int]:
    """Check the next page of entries that had no place in a log of this size; (what is wrong, the last id or 0)."""
    unplaced = Q(leaf__isnull=True) | Q(leaf__index__gte=size)
    ids = list(
        Entry.objects.filter(unplaced, pk__gt=after, pk__lte=until)
        .order_by("pk")
        .values_list("pk", flat=True)[:PAGE]
    )
    beside = _commitments(ids)
    rows = list(_rows(ids, quick=False))
    if writers is not None:
        writers.add(bytes(row[1]) for row in rows)
    found = [
        Finding(f"not sealed yet; {what}", row[0]) for row in rows for what in check_row(row[0], row, beside)
    ]
    return found, ids[-1] if ids else 0


def check_row(entry_id: int, row: Row, beside: dict[int, list[Beside]]) -> Iterator[str]:
    """What is wrong with an entry by itself, sealed or not."""
    payload, told, mac = bytes(row[1]), bytes(row[2]), bytes(row[3])
    if hashing.leaf_hash(payload) != told:
        yield "its content was changed: it does not fit its own hash"
        return
    if len(row) == len(HASHES) + 1:
        return
    if not hmac.compare_digest(hashing.mac(payload), mac):
        yield "its content was changed: it does not fit its seal"
        return
    # What says nothing fits no column.
    content = readable(payload)
    wrong = [
        name
        for name, value in zip(COLUMNS, row[4:], strict=True)
        if (moment(value) if name == "at" else value) != content.get(name)
    ]
    if wrong:
        yield f"what is searched was changed: {', '.join(wrong)}"
    yield from wrong_beside(content, beside.get(entry_id, []))


def _leaf(
    index: int, leaf_hash: bytes, entry_id: int, row: Row | None, beside: dict[int, list[Beside]]
) -> Iterator[Finding]:
    if row is None:
        yield Finding("the entry is gone", entry_id, index)
        return
    if bytes(row[2]) != leaf_hash:
        yield Finding("its hash is not the one that was sealed", entry_id, index)
    for what in check_row(entry_id, row, beside):
        yield Finding(what, entry_id, index)


def _rows(ids: Sequence[int], *, quick: bool) -> Iterator[Row]:
    names = HASHES if quick else (*HASHES, *COLUMNS)
    yield from Entry.objects.filter(pk__in=ids).values_list("pk", *names)


def _commitments(ids: Sequence[int]) -> dict[int, list[Beside]]:
    found: dict[int, list[Beside]] = {}
    for one in read_beside(ids):
        found.setdefault(one.entry_id, []).append(one)
    return found
