"""The end of an export: when every block is there, the whole gets its SHA-256, its footer, and an entry."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.audit.log.keys import KeyTrouble, known_signer
from apps.audit.log.locking import alone
from apps.audit.models import Entry
from apps.capillary.errors import NotSent
from apps.core.tables.writing import MEDIA_TYPES
from apps.operations import exporting_csv, exporting_proofs
from apps.operations.models import Item, Operation, StoredFile
from apps.operations.work.files.keeping import fill
from apps.operations.work.kinds import Outcome
from apps.operations.work.moving import say
from apps.operations.work.retention import expires_from_now
from apps.operations.work.states import LEFT, ItemState
from apps.operations.work.tracing import trace

JSONL = "jsonl"
TYPES = {"csv": MEDIA_TYPES["csv"], JSONL: "application/jsonl"}
HEAD, FOOT = "head", "foot"
ENTRY = "operations.work.made"


class NotYet(NotSent):
    """Other blocks are still being written: the end waits for them."""

    title = "Not yet"
    retry_after_seconds = 2.0


def form_of(operation: Operation) -> str:
    """csv or jsonl; operations of earlier versions knew only the first."""
    return str(operation.parameters.get("form") or "csv")


def pieces(operation: Operation) -> Iterator[bytes]:
    """The whole file, as far as it is there: its head, the blocks in their order, its foot."""
    if form_of(operation) == JSONL:
        yield from _parts(operation, HEAD)
    else:
        yield exporting_csv.head()
    rows = Item.objects.filter(operation=operation).order_by("row").values_list("row", flat=True)
    for row in rows.iterator(chunk_size=500):
        yield from _parts(operation, str(row))
    yield from _parts(operation, FOOT)


def keep_part(operation: Operation, part: str, made: Iterable[bytes]) -> StoredFile:
    """Store a block, or head or foot. What a worker that died has written of it is replaced.

    No transaction around it: on SQLite nobody else could write while a block is read.
    """
    form, name = form_of(operation), name_of(operation, part)
    StoredFile.objects.filter(made_by=operation, name=name).delete()
    return fill(StoredFile.objects.create(made_by=operation, name=name, media_type=TYPES[form]), made)


def name_of(operation: Operation, part: str) -> str:
    """``OP-10001-3.csv`` is the block of row 3."""
    return f"{operation.number}-{part}.{form_of(operation)}"


def finish(item: Item) -> Outcome:
    """The last row: head and foot, the digest of everything, and the entry that says so.

    Raises: NotYet while other rows are under way
    """
    operation = item.operation
    others = Item.objects.filter(operation=operation).exclude(pk=item.pk)
    missing = others.exclude(state=ItemState.DONE)
    if missing.filter(state__in=LEFT).exists():
        raise NotYet(_("The other blocks are still being written."))
    if missing.exists():
        return Outcome("not_done", _("A block is missing, so there is no whole file. Ask for it anew."))
    counts: Counter[str] = Counter()
    for one in others.iterator(chunk_size=500):
        counts.update({name: int(value) for name, value in one.results.items() if name != "sha256"})
    try:
        digest, size = _closed(operation, counts)
    except KeyTrouble as trouble:
        return Outcome("not_done", _("The export cannot be signed. %(why)s") % {"why": trouble})
    _make_known(operation, counts["entries"], digest, size)
    return Outcome("done", output={"entries": counts["entries"], "sha256": digest, "whole": 1})


def _closed(operation: Operation, counts: Counter[str]) -> tuple[str, int]:
    """Digest and size of the whole, with head and foot where it has them. Raises KeyTrouble"""
    if form_of(operation) != JSONL:
        digest, size = _digest(pieces(operation))
        return digest.hexdigest(), size
    with alone(wait=True):
        signer = known_signer()
    StoredFile.objects.filter(made_by=operation, name=name_of(operation, FOOT)).delete()
    keep_part(operation, HEAD, [exporting_proofs.header(operation, signer)])
    digest, size = _digest(pieces(operation))
    told = {name: counts[name] for name in ("entries", "gone", "changed")}
    foot = exporting_proofs.footer(operation, signer, digest.digest(), told)
    keep_part(operation, FOOT, [foot])
    # Everything before it has been through the digest once, which is most of the work.
    digest.update(foot)
    return digest.hexdigest(), size + len(foot)


def _digest(made: Iterable[bytes]) -> tuple["hashlib._Hash", int]:
    digest, size = hashlib.sha256(), 0
    for piece in made:
        digest.update(piece)
        size += len(piece)
    return digest, size


def _make_known(operation: Operation, entries: int, digest: str, size: int) -> None:
    """On the operation's page and in the trail: once, also when a worker dies behind it."""
    form = form_of(operation)
    with transaction.atomic():
        name = f"{operation.number}.{form}"
        StoredFile.objects.filter(made_by=operation, name=name).delete()
        # Its bytes are those of the parts: only what it is called and comes to is kept once more.
        StoredFile.objects.create(
            made_by=operation, name=name, media_type=TYPES[form], size=size, sha256=digest
        )
        told = Entry.objects.about_subject(operation.number).filter(action=ENTRY).last()
        if told is None or told.content["details"].get("file_sha256") != digest:
            expires = expires_from_now().date().isoformat()
            more: dict[str, Any] = {
                "entries": entries,
                "form": form,
                "file_sha256": digest,
                "kept_until": expires,
            }
            trace("made", operation, actor=operation.behind, **more)
        words = ngettext(
            "The file is whole: %(entries)s entry.", "The file is whole: %(entries)s entries.", entries
        )
        say(operation, words % {"entries": f"{entries:,}"})


def _parts(operation: Operation, part: str) -> Iterator[bytes]:
    for file in StoredFile.objects.filter(made_by=operation, name=name_of(operation, part)):
        yield from file.parts()
