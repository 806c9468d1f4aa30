"""Takes an upload into the database, part by part."""

import hashlib
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.tables.reading import Unreadable
from apps.operations.models.files import PART_BYTES, StoredFile


def keep(pieces: Iterable[bytes], *, name: str) -> StoredFile:
    """Store the bytes under this name; memory stays at one part.

    pieces  such as ``upload.chunks()`` of Django's uploaded file
    Raises: Unreadable (field file) for one that is too large: then nothing is kept
    """
    with transaction.atomic():
        return fill(StoredFile.objects.create(name=name[:200]), _within_limit(pieces))


def fill(stored: StoredFile, pieces: Iterable[bytes]) -> StoredFile:
    """Store the bytes in parts, then their number and digest. In no transaction but the caller's."""
    digest, number, size, held = hashlib.sha256(), 0, 0, b""
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        held += piece
        while len(held) >= PART_BYTES:
            stored.add_part(number, held[:PART_BYTES])
            held, number = held[PART_BYTES:], number + 1
    if held:
        stored.add_part(number, held)
    stored.size, stored.sha256 = size, digest.hexdigest()
    stored.save(update_fields=["size", "sha256"])
    return stored


def _within_limit(pieces: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        _check_size(size)
        yield piece


def _check_size(size: int) -> None:
    most = settings.CONSOLE_FILE_MOST_BYTES
    if size > most:
        raise Unreadable(
            _("The file is larger than %(most)s MB.") % {"most": f"{most / 1_000_000:,.0f}"},
            next_step=_("Split it and upload the parts."),
            field="file",
        )
