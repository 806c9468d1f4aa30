"""Tells every checkpoint outside: whoever holds one can prove later that the log only grew from there."""

import logging
import os
from pathlib import Path

from django.conf import settings

from apps.audit.models import Checkpoint, SealMark

log = logging.getLogger("console.audit")
checkpoints = logging.getLogger("console.checkpoints")

AT_ONCE = 1_000
# The note this process put into the log lines last.
_logged: list[str] = []


def publish() -> int:
    """Write checkpoints not told yet to the log lines and the file; returns how many. Twice does no harm."""
    told = SealMark.objects.filter(pk=1).values_list("published", flat=True).first() or 0
    found = list(Checkpoint.objects.filter(size__gt=told).order_by("size")[:AT_ONCE])
    if not found:
        return 0
    for one in _not_logged(found):
        checkpoints.info("checkpoint", extra={"size": one.size, "note": one.note})
    _logged[:] = [found[-1].note]
    if settings.AUDIT_CHECKPOINT_FILE:
        try:
            _append(Path(settings.AUDIT_CHECKPOINT_FILE), found)
        except OSError:
            log.exception("Checkpoints could not be written to their file; this is tried again.")
            return 0
    SealMark.objects.update_or_create(pk=1, defaults={"published": found[-1].size})
    return len(found)


def _not_logged(found: list[Checkpoint]) -> list[Checkpoint]:
    """Without those this process has told already: a file that cannot be written is tried again every second."""
    notes = [one.note for one in found]
    done = [notes.index(note) for note in _logged if note in notes]
    return found[done[0] + 1 :] if done else found


def _append(path: Path, found: list[Checkpoint]) -> None:
    """Each note with an empty line behind it."""
    with path.open("a+b") as file:
        # A process may have died, or the disk been full, in the middle of a note: what follows begins anew.
        file.seek(max(0, file.seek(0, os.SEEK_END) - 2))
        if file.read() not in (b"", b"\n\n"):
            file.write(b"\n\n")
        file.write("".join(f"{one.note}\n" for one in found).encode())
