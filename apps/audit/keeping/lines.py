"""An archive file, line by line: in the form that apps/audit/verify_export.py reads, which knows nothing of us."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from apps.audit.canonical import moment
from apps.audit.keeping.classes import bounds
from apps.audit.log import export_lines
from apps.audit.log.merkle import Tree
from apps.audit.log.notes import Signer
from apps.audit.log.tiles import tree_at
from apps.audit.models import Checkpoint
from apps.audit.verify_export import FORMAT, VERSION


@dataclass(frozen=True, slots=True)
class Sealed:
    """One entry to be archived."""

    place: int
    entry_id: int
    payload: bytes


@dataclass
class Lines:
    """The file about these entries, under this checkpoint; they stand in the order of their places."""

    kind: str
    month: date
    part: int
    entries: Sequence[Sealed]
    checkpoint: Checkpoint
    signer: Signer
    _digest: Any = field(default_factory=hashlib.sha256)

    def __iter__(self) -> Iterator[bytes]:
        tree = tree_at(self.checkpoint.size)
        yield self._counted(self._header(tree))
        for one in self.entries:
            yield self._counted(export_lines.entry_line(tree, one.place, one.entry_id, one.payload))
        yield self._footer()

    def _counted(self, line: bytes) -> bytes:
        self._digest.update(line)
        return line

    def _header(self, tree: Tree) -> bytes:
        begins, ends = bounds(self.month)
        days = settings.AUDIT_KEEP_DAYS[self.kind]
        return export_lines.line(
            {
                "kind": "header",
                "format": FORMAT,
                "version": VERSION,
                "log": settings.AUDIT_LOG_NAME,
                "checkpoint": self.checkpoint.note,
                "keys": export_lines.keys_told(tree, self.signer),
                "earlier": None,
                "period": {"from": moment(begins), "until": moment(ends)},
                "places": {"first": self.entries[0].place, "last": self.entries[-1].place},
                "filter": f"{self.kind}, part {self.part}",
                # Between these places stand entries of other classes too.
                "complete": False,
                "operation": f"archive {self.month:%Y-%m} {self.kind} {self.part}",
                "asked_at": moment(timezone.now()),
                "asked_by": "Retention",
                "role": "System",
                "reason": f"Entries of this class leave the database after {days} days.",
                "kept_until": "",
            }
        )

    def _footer(self) -> bytes:
        told: dict[str, Any] = {
            "entries": len(self.entries),
            "gone": 0,
            "changed": 0,
            "not_sealed": [],
            "not_sealed_count": 0,
            "later": [],
            "later_more": False,
        }
        return export_lines.footer_line(told, self._digest.digest(), self.signer)
