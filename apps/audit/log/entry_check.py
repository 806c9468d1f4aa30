"""Checks entries against their leaves: bytes, hash, seal, search columns, and what stands beside them."""

import hmac
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import Q

from apps.audit import hashing
from apps.audit.canonical import moment, readable
from apps.audit.keeping.vouching import archived_between
from apps.audit.log.beside_check import Beside, read_beside, wrong_beside
from apps.audit.log.findings import Finding
from apps.audit.log.writer_check import Content, Tally, WriterCheck
from apps.audit.models import Entry, Leaf

PAGE = 2_000
HASHES = ("payload", "leaf_hash", "mac")
# Everything that is searched, as it must also stand in the sealed bytes.
COLUMNS = tuple(
    one.name for one in Entry._meta.concrete_fields if not one.primary_key and one.name not in HASHES
)


class Stored(NamedTuple):
    """An entry as it stands in the database; columns and content are empty where only hashes are checked."""

    pk: int
    payload: bytes
    leaf_hash: bytes
    mac: bytes
    columns: tuple[Any, ...]
    content: Content


class Checked(NamedTuple):
    """What is wrong with some entries, and their writers' numbers where those are counted."""

    findings: list[Finding]
    tallies: dict[str, Tally]


def check_sealed(start: int, end: int, *, quick: bool = False, counted: bool = False) -> Checked:
    """Check the entries at places start … end (not included): a page of at most PAGE, read at once.

    quick    bytes and hashes only; without it also seals, search columns and identifiers
    counted  take down the numbers of their writers, which quick does not read
    """
    leaves = list(
        Leaf.objects.filter(index__gte=start, index__lt=end)
        .order_by("index")
        .values_list("index", "entry_id", "hash")
    )
    ids = [leaf[1] for leaf in leaves]
    rows = {row.pk: row for row in _rows(ids, quick=quick)}
    beside = {} if quick else _commitments(ids)
    archived = archived_between(start, end)
    writers = WriterCheck()
    if counted:
        # What an archive holds is in its tally, whether its row has gone already or not.
        theirs = (entry_id for index, entry_id, _hash in leaves if index not in archived)
        writers.add(rows[one].content for one in theirs if one in rows)
    findings = [
        finding
        for index, entry_id, leaf_hash in leaves
        if entry_id in rows or index not in archived
        for finding in _leaf(index, bytes(leaf_hash), entry_id, rows.get(entry_id), beside)
    ]
    return Checked(findings, writers.tallies)


def intact(ids: Sequence[int]) -> dict[int, tuple[bytes, bytes]]:
    """Bytes and hash of those of these entries with which nothing is wrong by themselves."""
    rows = _rows(ids, quick=False)
    return {row.pk: (row.payload, row.leaf_hash) for row in rows if not any(check_row(row, {}))}


def newest() -> int:
    """The highest id there is; entries that come later are for the next time."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def check_waiting(after: int, *, until: int, size: int) -> tuple[Checked, int]:
    """Check the next page of entries that had no place in a log of this size; (what was found, the last id or 0)."""
    unplaced = Q(leaf__isnull=True) | Q(leaf__index__gte=size)
    ids = list(
        Entry.objects.filter(unplaced, pk__gt=after, pk__lte=until)
        .order_by("pk")
        .values_list("pk", flat=True)[:PAGE]
    )
    beside = _commitments(ids)
    rows = list(_rows(ids, quick=False))
    writers = WriterCheck()
    writers.add(row.content for row in rows)
    found = [Finding(f"not sealed yet; {what}", row.pk) for row in rows for what in check_row(row, beside)]
    return Checked(found, writers.tallies), ids[-1] if ids else 0


def check_row(row: Stored, beside: dict[int, list[Beside]]) -> Iterator[str]:
    """What is wrong with an entry by itself, sealed or not."""
    if hashing.leaf_hash(row.payload) != row.leaf_hash:
        yield "its content was changed: it does not fit its own hash"
        return
    if not row.columns:
        return
    if not hmac.compare_digest(hashing.mac(row.payload), row.mac):
        yield "its content was changed: it does not fit its seal"
        return
    # What says nothing fits no column.
    wrong = [
        name
        for name, value in zip(COLUMNS, row.columns, strict=True)
        if (moment(value) if name == "at" else value) != row.content.get(name)
    ]
    if wrong:
        yield f"what is searched was changed: {', '.join(wrong)}"
    yield from wrong_beside(row.content, beside.get(row.pk, []))


def _leaf(
    index: int, leaf_hash: bytes, entry_id: int, row: Stored | None, beside: dict[int, list[Beside]]
) -> Iterator[Finding]:
    if row is None:
        yield Finding("the entry is gone", entry_id, index)
        return
    if row.leaf_hash != leaf_hash:
        yield Finding("its hash is not the one that was sealed", entry_id, index)
    for what in check_row(row, beside):
        yield Finding(what, entry_id, index)


def _rows(ids: Sequence[int], *, quick: bool) -> Iterator[Stored]:
    names = HASHES if quick else (*HASHES, *COLUMNS)
    for pk, payload, leaf_hash, mac, *columns in Entry.objects.filter(pk__in=ids).values_list("pk", *names):
        content = {} if quick else readable(payload)
        yield Stored(pk, bytes(payload), bytes(leaf_hash), bytes(mac), tuple(columns), content)


def _commitments(ids: Sequence[int]) -> dict[int, list[Beside]]:
    found: dict[int, list[Beside]] = {}
    for one in read_beside(ids):
        found.setdefault(one.entry_id, []).append(one)
    return found
