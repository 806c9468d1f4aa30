"""Compares the log with what was told outside: the one thing a holder of database and keys cannot take back."""

import logging
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.conf import settings

from apps.audit.log.findings import Finding
from apps.audit.log.notes import BadNote, CheckpointText
from apps.audit.models import Checkpoint, SealMark

log = logging.getLogger("console.audit")

AT_ONCE = 500


def check_published() -> list[Finding]:
    """What was told outside and is not in the log any more, by the mark of the log itself and by the file."""
    told = SealMark.objects.filter(pk=1).values_list("published", flat=True).first() or 0
    last = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    found = [_gone(told, f"; the log ends at {last}")] if told > last else []
    if not settings.AUDIT_CHECKPOINT_FILE:
        return found
    try:
        return found + list(_compared(Path(settings.AUDIT_CHECKPOINT_FILE)))
    except OSError as error:
        # It may have been taken away for safe keeping, which is its purpose.
        log.warning("Published checkpoints were not compared: %s.", error)
        return found


def published_notes(path: Path) -> Iterator[tuple[int, str]]:
    """(size, note) of every whole note in the file; halves, left where a process died, are left out."""
    for text, signatures in _pairs(path):
        try:
            size = CheckpointText.read(text).size
        except BadNote:
            continue
        if signatures.startswith("— "):
            yield size, f"{text}\n{signatures}"


def _compared(path: Path) -> Iterator[Finding]:
    notes = published_notes(path)
    while some := list(islice(notes, AT_ONCE)):
        rows = Checkpoint.objects.filter(size__in={size for size, _note in some})
        kept = dict(rows.values_list("size", "note"))
        for size, note in some:
            if size not in kept:
                yield _gone(size, "")
            # The end of a note may be missing where the disk was full.
            elif not kept[size].startswith(note.rstrip("\n")):
                yield Finding(f"the checkpoint at {size} is not the one that was told outside", index=size)


def _gone(size: int, more: str) -> Finding:
    return Finding(f"the checkpoint at {size}, which was told outside, is gone{more}", index=size)


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    """Every two paragraphs that follow each other."""
    before: list[str] = []
    lines: list[str] = []
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        for line in file:
            if line != "\n":
                lines.append(line)
            elif lines:
                yield "".join(before), "".join(lines)
                before, lines = lines, []
    yield "".join(before), "".join(lines)
