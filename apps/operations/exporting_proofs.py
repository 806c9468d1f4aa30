"""An export for machines, JSONL: a header, each entry with its proof, and a signed footer.

Its lines are those of `apps/audit/log/export_lines.py`, as archives have them too.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from apps.audit import hashing
from apps.audit.canonical import moment
from apps.audit.keeping.vouching import archives_between
from apps.audit.log import export_lines
from apps.audit.log.notes import Signer
from apps.audit.log.tiles import tree_at
from apps.audit.models import Archive, Checkpoint, Entry, Leaf, Suspect
from apps.audit.verify_export import FORMAT, VERSION
from apps.operations.exporting_filter import entries_of
from apps.operations.models import Operation
from apps.operations.work.comparing import bounds_of

ENTRIES_AT_ONCE = 1_000
# More than these tell nobody more, and the footer is one line: the others are counted.
MOST_NAMED = 1_000


class ProofBlock:
    """The lines of the entries at these places, in pieces.

    entries  how many;  gone  those in the log that are neither there nor in an archive
    changed  those whose bytes are not the ones that were sealed
    """

    def __init__(self, operation: Operation, first: int, last: int) -> None:
        self._operation, self._first, self._last = operation, first, last
        self._chosen = None if is_complete(operation) else entries_of(operation)
        self._tree = tree_at(operation.parameters["size"])
        self.entries = self.gone = self.changed = 0

    @property
    def noted(self) -> dict[str, int]:
        """What the footer adds up."""
        return {"entries": self.entries, "gone": self.gone, "changed": self.changed}

    def __iter__(self) -> Iterator[bytes]:
        for start in range(self._first, self._last + 1, ENTRIES_AT_ONCE):
            yield b"".join(self._some(start, min(self._last, start + ENTRIES_AT_ONCE - 1)))

    def _some(self, first: int, last: int) -> Iterator[bytes]:
        at = Leaf.objects.filter(index__gte=first, index__lte=last).order_by("index")
        leaves = list(at.values_list("index", "entry_id", "hash"))
        asked = Entry.objects.all() if self._chosen is None else self._chosen
        found = asked.filter(pk__in=[one[1] for one in leaves])
        payloads = dict(found.values_list("pk", "payload"))
        archives = archives_between(first, last + 1) if len(payloads) < len(leaves) else {}
        for index, entry_id, leaf in leaves:
            payload = payloads.get(entry_id)
            if payload is not None or self._chosen is None:
                kept = None if payload is None else bytes(payload)
                yield self._line(index, entry_id, bytes(leaf), kept, archives.get(index))

    def _line(
        self, index: int, entry_id: int, leaf: bytes, payload: bytes | None, archive: Archive | None
    ) -> bytes:
        self.entries += 1
        if payload is None:
            self.gone += archive is None
            return export_lines.missing_line(self._tree, index, entry_id, leaf, archive)
        self.changed += hashing.leaf_hash(payload) != leaf
        return export_lines.entry_line(self._tree, index, entry_id, payload)


def is_complete(operation: Operation) -> bool:
    """Whether every place of its range is in it: where nothing was filtered."""
    return not operation.parameters["filter"]


def header(operation: Operation, signer: Signer) -> bytes:
    """The first line: which log and checkpoint, by which keys, what was asked for, by whom and why.

    signer  of the footer: the last of the keys, also when another one comes meanwhile
    """
    told = operation.parameters
    begins, ends = bounds_of(told)
    tree = tree_at(told["size"])
    places = None if told["first"] is None else {"first": told["first"], "last": told["last"]}
    earlier = told["earlier_note"] and {
        "note": told["earlier_note"],
        "proof": [export_lines.text_of(one) for one in tree.consistency(told["earlier_size"])],
    }
    return export_lines.line(
        {
            "kind": "header",
            "format": FORMAT,
            "version": VERSION,
            "log": settings.AUDIT_LOG_NAME,
            "checkpoint": Checkpoint.objects.get(size=told["size"]).note,
            "keys": export_lines.keys_told(tree, signer),
            "earlier": earlier or None,
            "period": {"from": moment(begins), "until": moment(ends)},
            "places": places,
            "filter": told["filter"],
            "complete": is_complete(operation),
            "operation": operation.number,
            "asked_at": moment(operation.created_at),
            "asked_by": operation.requester_name,
            "role": operation.requester_role,
            "reason": told["reason"],
            "kept_until": told["kept_until"],
        }
    )


def footer(operation: Operation, signer: Signer, before: bytes, counts: dict[str, int]) -> bytes:
    """The last line: how many there are, what is not in it and why, and all of it signed.

    before  SHA-256 of everything before this line
    """
    told: dict[str, Any] = {**counts, **_not_sealed(operation), **_later(operation)}
    return export_lines.footer_line(told, before, signer)


def _not_sealed(operation: Operation) -> dict[str, Any]:
    """Entries of this time the log does not vouch for, whatever the filter: their columns prove nothing."""
    told = operation.parameters
    found = Suspect.objects.filter(entry_id__gte=told["ids"][0], entry_id__lte=told["ids"][1])
    named = found.order_by("entry_id").values_list("entry_id", "why")[:MOST_NAMED]
    return {
        "not_sealed": [{"entry": entry_id, "why": why} for entry_id, why in named],
        "not_sealed_count": found.count(),
    }


def _later(operation: Operation) -> dict[str, Any]:
    """Entries of this time that were written when it was asked for and have their place behind the checkpoint.

    Up to the floor everything had its place before.
    """
    told = operation.parameters
    found = entries_of(operation).filter(pk__gt=told["floor"])
    found = found.exclude(leaf__index__lt=told["size"])
    suspects = Suspect.objects.filter(entry_id__gt=told["floor"]).values("entry_id")
    ids = list(found.exclude(pk__in=suspects).order_by("pk").values_list("pk", flat=True)[: MOST_NAMED + 1])
    return {"later": ids[:MOST_NAMED], "later_more": len(ids) > MOST_NAMED}
