"""Checks the checkpoints as notes: their keys, signatures, chain and columns."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from apps.audit.canonical import moment
from apps.audit.log.findings import Finding
from apps.audit.log.keys import key_at_hand, root_at_handover, verifiers
from apps.audit.log.notes import BadNote, CheckpointText, Verifier, hash_of
from apps.audit.models import Checkpoint, Leaf, SigningKey

PAGE = 10_000
LAST = f"""
SELECT (SELECT max("index") FROM {Leaf._meta.db_table}), (SELECT max(size) FROM {Checkpoint._meta.db_table})
"""  # noqa: S608 names of our own tables


@dataclass(slots=True)
class NoteCheck:
    """How far the chain is checked: the size of the last checkpoint, and the hash of its note."""

    size: int = 0
    before: bytes = b""

    def page(self) -> tuple[list[Finding], bool]:
        """Check the next checkpoints; (what is wrong, whether there may be more)."""
        try:
            keys = verifiers()
        except BadNote:
            # Said once, in `check_keys`: without keys nothing can be said of a note.
            keys = []
        points = Checkpoint.objects.filter(size__gt=self.size) if self.before else Checkpoint.objects.all()
        found: list[Finding] = []
        some = list(points.order_by("size")[:PAGE])
        for point in some:
            found += _note(point, keys, self.before)
            self.before, self.size = hash_of(point.note), point.size
        return found, len(some) == PAGE


def check_keys() -> Iterator[Finding]:
    """The keys themselves: each handed over by the one before, at the root it had then, and ours among them."""
    try:
        keys = [key for key, _since in verifiers()]
    except BadNote as error:
        yield Finding(f"the keys of the log were changed: {error}")
        return
    ours = key_at_hand()
    if keys and ours and ours not in keys:
        yield Finding(
            f"the log is signed with the key {keys[-1]}, which the key at hand has not handed over to"
        )
    for row in SigningKey.objects.order_by("pk")[1:]:
        root = Checkpoint.objects.filter(size=row.since_size).values_list("root", flat=True).first()
        told = base64.b64encode(bytes(root)).decode() if root is not None else "none"
        if told != root_at_handover(row.handover):
            what = f"the log at {row.since_size} is not the one that the key {row} took over"
            yield Finding(what, index=row.since_size)


def check_end() -> Iterator[Finding]:
    """Whether the last checkpoint is over the last leaf; one statement, as the log grows meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(LAST)
        index, last = cursor.fetchone()
    count, size = 0 if index is None else index + 1, last or 0
    if count != size:
        yield Finding(f"the last checkpoint is at {size}, but the log has {count} leaves", index=size)


def _note(point: Checkpoint, keys: list[tuple[Verifier, int]], before: bytes) -> Iterator[Finding]:
    # A key signs what comes after its hand-over.
    key = next((key for key, since in reversed(keys) if since < point.size), None)
    if key is None:
        yield Finding(f"no key is known for the checkpoint at {point.size}", index=point.size)
        return
    try:
        told = CheckpointText.read(key.check(point.note))
    except BadNote as error:
        yield Finding(f"the checkpoint at {point.size}: {error}", index=point.size)
        return
    signed = (key.name, point.size, bytes(point.root), moment(point.at))
    if (told.origin, told.size, told.root, told.time) != signed:
        yield Finding(
            f"the columns of the checkpoint at {point.size} are not what was signed", index=point.size
        )
    if told.previous != before:
        yield Finding(
            f"the checkpoint before the one at {point.size} is not the one it names", index=point.size
        )
