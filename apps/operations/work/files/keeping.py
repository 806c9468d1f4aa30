"""Takes an upload into the database, part by part."""

import hashlib
from collections.abc import Iterable

from django.db import transaction

from apps.operations.models.files import PART_BYTES, FilePart, StoredFile


def keep(pieces: Iterable[bytes], *, name: str) -> StoredFile:
    """Store the bytes under this name; memory stays at one part.

    pieces  such as ``upload.chunks()`` of Django's uploaded file
    """
    digest, number, size, held = hashlib.sha256(), 0, 0, b""
    with transaction.atomic():
        stored = StoredFile.objects.create(name=name[:200])
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            held += piece
            while len(held) >= PART_BYTES:
                FilePart.objects.create(file=stored, number=number, data=held[:PART_BYTES])
                held, number = held[PART_BYTES:], number + 1
        if held:
            FilePart.objects.create(file=stored, number=number, data=held)
        stored.size, stored.sha256 = size, digest.hexdigest()
        stored.save()
    return stored
