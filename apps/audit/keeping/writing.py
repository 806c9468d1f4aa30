"""Writes one archive: picks what is due, checks it, writes the file, reads it back, and tells the trail."""

import logging
from collections.abc import Sequence
from datetime import date

from apps.audit.actor import system_actor
from apps.audit.canonical import readable
from apps.audit.keeping import files
from apps.audit.keeping.classes import KINDS, bounds, due_months, entries_of
from apps.audit.keeping.lines import Lines, Sealed
from apps.audit.keeping.places import Places
from apps.audit.keeping.vouching import ARCHIVED
from apps.audit.log.entry_check import intact
from apps.audit.log.keys import known_signer
from apps.audit.log.locking import alone
from apps.audit.log.tiles import last_checkpoint
from apps.audit.log.writer_check import WriterCheck
from apps.audit.models import Archive, Leaf, SigningKey
from apps.audit.services import record

log = logging.getLogger("console.audit")

# Written and read back within one sweep, proofs included.
MOST = 25_000
PAGE = 1_000
Leaves = list[tuple[int, int, bytes]]


def archive_next() -> Archive | None:
    """Archive the next part of what is due; None when nothing is.

    The rows stay: they go once the entry about the file is sealed. A crash at any moment leaves a file that
    nobody relies on, or an archive whose rows are still to be removed.
    Raises: KeepingTrouble, KeyTrouble
    """
    newest = _newest()
    if Archive.objects.filter(removed_at=None).exists():
        return None
    for kind in KINDS:
        for month in due_months(kind):
            if entries := _intact(_due(kind, month)):
                return _archive(kind, month, entries, newest)
    return None


def _newest() -> int:
    return Archive.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _due(kind: str, month: date) -> Leaves:
    """Sealed entries of a class and month, in the order of their places."""
    begins, ends = bounds(month)
    found = entries_of(kind).filter(at__gte=begins, at__lt=ends, leaf__isnull=False)
    ids = list(found.order_by("id").values_list("pk", flat=True)[:MOST])
    leaves: Leaves = []
    for start in range(0, len(ids), PAGE):
        rows = Leaf.objects.filter(entry_id__in=ids[start : start + PAGE])
        leaves += [(index, entry, bytes(leaf)) for index, entry, leaf in rows.values_list()]
    return sorted(leaves)


def _intact(leaves: Leaves) -> list[Sealed]:
    """With their bytes; without those that are not what was sealed, which stay for a verification to find."""
    found: list[Sealed] = []
    for start in range(0, len(leaves), PAGE):
        some = leaves[start : start + PAGE]
        good = intact([one[1] for one in some])
        sealed = [one for one in some if one[1] in good and good[one[1]][1] == one[2]]
        found += [Sealed(place, entry, good[entry][0]) for place, entry, _leaf in sealed]
        if bad := len(some) - len(sealed):
            log.critical("%s entries were not archived, as they are not what was sealed.", bad)
    return found


def _archive(kind: str, month: date, entries: Sequence[Sealed], newest: int) -> Archive:
    checkpoint, key = last_checkpoint(), SigningKey.objects.order_by("pk").first()
    if checkpoint is None or key is None:
        raise files.KeepingTrouble("The log has no checkpoint, so nothing can be archived.")
    with alone(wait=True):
        signer = known_signer()
    part = Archive.objects.filter(kind=kind, month=month).count() + 1
    lines = Lines(kind, month, part, entries, checkpoint, signer)
    stem = f"trail-{month:%Y-%m}-{kind}-{part}"
    written = files.write(stem, lines, entries=len(entries), key=key.vkey)
    writers = WriterCheck()
    writers.add(readable(one.payload) for one in entries)
    archive = Archive(
        name=written.name,
        sha256=written.sha256,
        size=written.size,
        kind=kind,
        month=month,
        part=part,
        entries=len(entries),
        first_place=entries[0].place,
        last_place=entries[-1].place,
        places=Places.of(one.place for one in entries).kept,
        writers=writers.tallies,
    )
    # One at a time: an entry in two archives would count twice.
    with alone(wait=True):
        if _newest() != newest:
            raise files.KeepingTrouble("Another worker has archived meanwhile; this is done anew.")
        told = record(
            ARCHIVED,
            actor=system_actor("Retention"),
            details={
                "file": archive.name,
                "file_sha256": archive.sha256,
                "record_sha256": archive.record,
                "entries": archive.entries,
                "kind": kind,
                "month": f"{month:%Y-%m}",
            },
        )
        archive.entry_id = told.pk
        archive.save()
    return archive
