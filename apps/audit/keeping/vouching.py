"""Which places of the log may lack their entry: those of an archive that a sealed entry names."""

import hmac
import json
from collections.abc import Iterable, Iterator

from apps.audit import hashing
from apps.audit.keeping.places import Places
from apps.audit.models import Archive, Entry, Leaf

ARCHIVED = "trail.archived"
Tally = list[int]


def is_vouched_for(archive: Archive) -> bool:
    """Whether the sealed log names exactly this: file, places and writers.

    The leaf of that entry is checked with all others; here it only has to be the entry's.
    """
    leaf = Leaf.objects.filter(entry_id=archive.entry_id).values_list("hash", flat=True).first()
    payload = _payload(archive)
    return leaf is not None and payload is not None and hashing.leaf_hash(payload) == bytes(leaf)


def waits_for_its_seal(archive: Archive) -> bool:
    """Whether the entry about it was written and has no place in the log yet."""
    sealed = Leaf.objects.filter(entry_id=archive.entry_id).exists()
    return not sealed and _payload(archive) is not None


def _payload(archive: Archive) -> bytes | None:
    """The bytes of the entry that names exactly this, as far as its own seal tells; None without one."""
    found = Entry.objects.filter(pk=archive.entry_id, action=ARCHIVED).values_list("payload", "mac").first()
    if found is None:
        return None
    payload, mac = bytes(found[0]), bytes(found[1])
    if not hmac.compare_digest(hashing.mac(payload), mac):
        return None
    told = json.loads(payload)
    fits = told.get("action") == ARCHIVED and told["details"].get("record_sha256") == archive.record
    return payload if fits else None


def vouched(archives: Iterable[Archive]) -> Iterator[tuple[Archive, Places]]:
    """Those that are vouched for, with their places."""
    for one in archives:
        if is_vouched_for(one):
            yield one, Places.read(bytes(one.places))


def archived_between(start: int, end: int) -> set[int]:
    """The places from start to end (not included) whose entries an archive holds, vouched for by the log."""
    return set(archives_between(start, end))


def archives_between(start: int, end: int) -> dict[int, Archive]:
    """The same, each with the archive that holds it."""
    near = Archive.objects.filter(first_place__lt=end, last_place__gte=start)
    return {place: archive for archive, places in vouched(near) for place in places.between(start, end)}


def tallies() -> dict[str, Tally]:
    """The numbers of writers in all archives that are vouched for: [how many, highest, sum]."""
    found: dict[str, Tally] = {}
    for archive in filter(is_vouched_for, Archive.objects.iterator(chunk_size=20)):
        for writer, (count, highest, total) in archive.writers.items():
            tally = found.setdefault(writer, [0, 0, 0])
            tally[0] += count
            tally[1] = max(tally[1], highest)
            tally[2] += total
    return found


def archived_rows() -> set[int]:
    """Ids of entries that an archive holds and that are still to be removed."""
    found: set[int] = set()
    for _archive, places in vouched(Archive.objects.filter(removed_at=None)):
        for some in batches(places):
            found.update(Leaf.objects.filter(index__in=some).values_list("entry_id", flat=True))
    return found


def batches(places: Iterable[int], most: int = 1_000) -> Iterator[list[int]]:
    """In portions that a database takes as parameters."""
    some: list[int] = []
    for place in places:
        some.append(place)
        if len(some) == most:
            yield some
            some = []
    if some:
        yield some
