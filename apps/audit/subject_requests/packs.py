"""The bytes of packs: written piece by piece, encrypted, read as a stream, deleted when their time is over."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from apps.audit.models import SubjectPackPart, SubjectRequest
from apps.core.sealing import Sealer

PART_BYTES = 262_144
# Not a run: how far the search for rows came, kept like a part because it tells whose rows they are.
SEARCH = "search"
_sealer = Sealer("console subject packs")


class PackWriter:
    """A file that only grows, as far as zipfile needs one; its bytes become parts of a request."""

    def __init__(self, request: SubjectRequest, run: str) -> None:
        self.request, self.run = request, run
        self.size, self.parts = 0, 0
        self._hash = hashlib.sha256()
        self._waiting = bytearray()

    @property
    def sha256(self) -> str:
        """Of everything written so far, in hex."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> int:
        """Add bytes; a full part goes to the database at once."""
        self._hash.update(data)
        self._waiting += data
        self.size += len(data)
        while len(self._waiting) >= PART_BYTES:
            self._keep(PART_BYTES)
        return len(data)

    def flush(self) -> None:
        """Nothing to do: parts are kept when they are full."""

    def close(self) -> None:
        """Keep what is left."""
        if self._waiting:
            self._keep(len(self._waiting))

    def _keep(self, size: int) -> None:
        data = bytes(self._waiting[:size])
        del self._waiting[:size]
        SubjectPackPart.objects.create(
            request=self.request, run=self.run, number=self.parts, sealed=_sealer.seal_bytes(data)
        )
        self.parts += 1


def pieces(request: SubjectRequest) -> Iterator[bytes]:
    """The bytes in order, one part in memory at a time."""
    parts = SubjectPackPart.objects.filter(request=request, run=request.pack_run).order_by("number")
    for pk in list(parts.values_list("pk", flat=True)):
        yield _sealer.unseal_bytes(bytes(SubjectPackPart.objects.get(pk=pk).sealed))


def delete_parts(request: SubjectRequest, *but: str) -> int:
    """Delete the parts of this request, but for some runs; returns how many."""
    found = SubjectPackPart.objects.filter(request=request).exclude(run__in=(SEARCH, *but))
    return int(found.delete()[0])


def note_of(request: SubjectRequest) -> dict[str, Any]:
    """How far the search came, {} before it."""
    found = SubjectPackPart.objects.filter(request=request, run=SEARCH).first()
    data = _sealer.unseal_bytes(bytes(found.sealed)) if found else b""
    return json.loads(data) if data else {}


def keep_note(request: SubjectRequest, note: dict[str, Any]) -> None:
    """Keep it for the next worker."""
    sealed = _sealer.seal_bytes(json.dumps(note).encode())
    SubjectPackPart.objects.update_or_create(
        request=request, run=SEARCH, number=0, defaults={"sealed": sealed}
    )
