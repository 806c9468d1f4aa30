"""Removes entries that lie in an archive: only those, only when the log vouches for it, only with the file at hand."""

import logging
import time

from django.db import transaction
from django.utils import timezone

from apps.audit import hashing, texts
from apps.audit.keeping import files
from apps.audit.keeping.places import Places
from apps.audit.keeping.vouching import batches, is_vouched_for
from apps.audit.models import Archive, Entry, EntryIdentifier, Leaf
from apps.audit.triggers import deletable

log = logging.getLogger("console.audit")

AT_ONCE = 1_000


def remove_archived(archive: Archive, *, until: float) -> int:
    """Remove its entries in short transactions while there is time (`until`, of the monotonic clock).

    Returns how many went. Nothing goes while the entry about it waits for its seal. Going on later is safe.
    Raises: KeepingTrouble when the file is not there any more, or is another one
    """
    if not Leaf.objects.filter(entry_id=archive.entry_id).exists():
        return 0
    if not is_vouched_for(archive):
        raise files.KeepingTrouble(
            f"The log does not vouch for the archive {archive.name}: nothing is removed."
        )
    there = files.digest_of(archive.name)
    if there != archive.sha256:
        what = "is not there" if there is None else "was changed"
        raise files.KeepingTrouble(f"The archive {archive.name} {what}: its entries stay in the database.")
    gone = 0
    for some in batches(Places.read(bytes(archive.places)), AT_ONCE):
        if time.monotonic() > until:
            return gone
        gone += _remove(some)
    archive.removed_at = timezone.now()
    archive.save(update_fields=["removed_at"])
    return gone


def _remove(places: list[int]) -> int:
    """The entries at these places, with what stands beside them; one that was changed since stays, to be found."""
    with transaction.atomic():
        leaves = {
            entry: bytes(leaf)
            for entry, leaf in Leaf.objects.filter(index__in=places).values_list("entry_id", "hash")
        }
        rows = Entry.objects.filter(pk__in=leaves).values_list("pk", "payload")
        ids = [pk for pk, payload in rows if hashing.leaf_hash(bytes(payload)) == leaves[pk]]
        if not ids:
            return 0
        texts.forget(ids)
        with deletable("audit_entryidentifier"):
            EntryIdentifier.objects.filter(entry_id__in=ids).delete()
        with deletable("audit_entry"):
            Entry.objects.filter(pk__in=ids).delete()
        return len(ids)
