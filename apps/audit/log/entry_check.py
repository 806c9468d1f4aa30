"""Checks entries against their leaves: bytes, hash, seal, search columns, ids, and what stands beside them."""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Max, Q
from django.utils import timezone

from apps.audit import hashing
from apps.audit.canonical import moment, readable
from apps.audit.keeping.vouching import archived_between
from apps.audit.log.beside_check import Beside, read_beside, wrong_beside
from apps.audit.log.findings import Finding
from apps.audit.log.id_check import Ends, IdCheck
from apps.audit.log.words_check import Worded, written_up_to, wrong_words
from apps.audit.log.writer_check import Content, Tally, WriterCheck
from apps.audit.models import Entry, Leaf, Suspect
from apps.audit.subject_requests.forgotten import committed_in

PAGE = 2_000
# A worker seals within seconds, lowest ids first: what is older than this and was passed over was kept from it.
LATE = timedelta(minutes=10)
# Below every id there can be, also of one that somebody made negative.
LOWEST = -(2**63)
HASHES = ("payload", "leaf_hash", "mac")
# Everything that is searched, as it must also stand in the sealed bytes.
COLUMNS = tuple(
    one.name for one in Entry._meta.concrete_fields if not one.primary_key and one.name not in HASHES
)
AT, CUSTOMER = COLUMNS.index("at"), COLUMNS.index("customer")


class Stored(NamedTuple):
    """An entry as it stands in the database; columns and content are empty where only hashes are checked."""

    pk: int
    payload: bytes
    leaf_hash: bytes
    mac: bytes
    columns: tuple[Any, ...]
    content: Content

    @property
    def at(self) -> datetime:
        """When it was written."""
        at: datetime = self.columns[AT]
        return at

    @property
    def customer(self) -> str:
        """Whom it is about, or nothing."""
        return str(self.columns[CUSTOMER])


class Checked(NamedTuple):
    """What is wrong with some entries, and what only tells something when all are looked at.

    tallies, ends  their writers' numbers and ids; empty where those are not counted
    missing        how many identifiers beside them are gone
    """

    findings: list[Finding]
    tallies: dict[str, Tally]
    ends: dict[str, Ends]
    missing: int


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
    mark = 0 if quick else written_up_to()
    rows = {row.pk: row for row in _rows(ids, quick=quick)}
    beside = {} if quick else _commitments(ids)
    archived = archived_between(start, end)
    findings = [
        finding
        for index, entry_id, leaf_hash in leaves
        if entry_id in rows or index not in archived
        for finding in _leaf(index, bytes(leaf_hash), entry_id, rows.get(entry_id), beside)
    ]
    if quick:
        return Checked(findings, {}, {}, 0)
    # What an archive holds is in its tally, whether its row has gone already or not, and with it what stands beside it:
    # it may be going just now.
    there = [(index, rows[one]) for index, one, _hash in leaves if one in rows and index not in archived]
    findings += wrong_words([Worded(index, row.pk, row, row.content) for index, row in there], mark)
    theirs = [row for _index, row in there]
    return _with_numbers(findings, theirs if counted else [], _missing(theirs, beside))


def _with_numbers(findings: list[Finding], rows: Sequence[Stored], missing: int) -> Checked:
    writers, ids = WriterCheck(), IdCheck()
    writers.add(row.content for row in rows)
    findings += ids.add((row.pk, row.content) for row in rows)
    return Checked(findings, writers.tallies, ids.ends, missing)


def _missing(rows: Iterable[Stored], beside: dict[int, list[Beside]]) -> int:
    return sum(max(0, committed_in(row.content) - len(beside.get(row.pk, ()))) for row in rows)


def intact(ids: Sequence[int]) -> dict[int, tuple[bytes, bytes]]:
    """Bytes and hash of those of these entries with which nothing is wrong by themselves."""
    rows = _rows(ids, quick=False)
    return {row.pk: (row.payload, row.leaf_hash) for row in rows if not any(check_row(row, {}))}


def newest() -> int:
    """The highest id there is; entries that come later are for the next time."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def check_waiting(after: int, *, until: int, size: int) -> tuple[Checked, int | None]:
    """Check the next page of entries that had no place in a log of this size; (what was found, the last id or None)."""
    unplaced = Q(leaf__isnull=True) | Q(leaf__index__gte=size)
    ids = list(
        Entry.objects.filter(unplaced, pk__gt=after, pk__lte=until)
        .order_by("pk")
        .values_list("pk", flat=True)[:PAGE]
    )
    beside = _commitments(ids)
    rows = list(_rows(ids, quick=False))
    found = [Finding(f"not sealed yet; {what}", row.pk) for row in rows for what in check_row(row, beside)]
    found += _passed_over(rows)
    return _with_numbers(found, rows, _missing(rows, beside)), ids[-1] if ids else None


def _passed_over(rows: Sequence[Stored]) -> Iterator[Finding]:
    """Those that were left out while later ones were sealed. Those that are suspect are named already."""
    since = timezone.now() - LATE
    old = [row.pk for row in rows if row.at < since]
    if not old:
        return
    highest = Leaf.objects.aggregate(highest=Max("entry_id"))["highest"] or 0
    known = {
        *Suspect.objects.filter(entry_id__in=old).values_list("entry_id", flat=True),
        *Leaf.objects.filter(entry_id__in=old).values_list("entry_id", flat=True),
    }
    for pk in old:
        if pk < highest and pk not in known:
            yield Finding("it was never sealed, though entries after it were", pk)


def check_row(row: Stored, beside: dict[int, list[Beside]]) -> Iterator[str]:
    """What is wrong with an entry by itself, sealed or not."""
    if row.pk < 1:
        yield "its id was changed: none is below 1"
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
