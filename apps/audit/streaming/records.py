"""What is sent of one place of the log: the sealed content, and what it says in words. Read from the sealed bytes,
never from the columns beside them."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from apps.audit import hashing
from apps.audit.models import Entry, Leaf
from apps.audit.narrative import plain_sentence

COLUMNS = tuple(
    one.name
    for one in Entry._meta.concrete_fields
    if not one.primary_key and one.name not in ("payload", "leaf_hash", "mac")
)
# What a listener searches by; everything else stands in the sentence, or in the content where it is sent.
FACTS = (
    "action", "outcome", "actor_name", "actor_role", "store_code", "channel", "ip", "customer", "subject",
    "reference", "call_id", "method", "path", "status", "code", "request_id", "latency_ms",
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    """One place. `payload` is None when the entry is not there, or is not what was sealed: `wrong` says which."""

    place: int
    entry_id: int
    leaf: bytes
    payload: bytes | None
    wrong: str = ""

    @cached_property
    def entry(self) -> Entry | None:
        """The entry as its sealed bytes tell it."""
        if self.payload is None:
            return None
        content = json.loads(self.payload)
        values = {name: content.get(name) for name in COLUMNS}
        return Entry(
            pk=self.entry_id,
            payload=self.payload,
            **values | {"at": datetime.fromisoformat(content["at"])},
        )

    @property
    def at(self) -> datetime | None:
        """When it happened; None when nobody can say."""
        return self.entry.at if self.entry else None

    @property
    def action(self) -> str:
        """What happened, as one word."""
        return self.entry.action if self.entry else "trail.entry.missing"

    @property
    def outcome(self) -> str:
        """How it ended; empty when nobody can say."""
        return self.entry.outcome if self.entry else ""

    @cached_property
    def words(self) -> str:
        """The plain sentence."""
        if self.entry is None:
            return f"Entry #{self.entry_id} at place {self.place} of the trail: {self.wrong}."
        return " ".join(plain_sentence(self.entry).split())

    @cached_property
    def facts(self) -> dict[str, str | int]:
        """Place and leaf hash, and what is not empty of FACTS."""
        found: dict[str, Any] = {"place": self.place, "entry": self.entry_id, "leaf": self.leaf.hex()}
        if self.entry is None:
            return found | {"action": self.action, "wrong": self.wrong}
        told = {name: getattr(self.entry, name) for name in FACTS}
        return found | {name: value for name, value in told.items() if value not in (None, "")}


def read(first: int, most: int) -> list[Record]:
    """The next places from this one on, in their order; a place without its entry is among them."""
    leaves = Leaf.objects.filter(index__gte=first).order_by("index")[:most]
    found = list(leaves.values_list("index", "entry_id", "hash"))
    rows = Entry.objects.filter(pk__in=[one[1] for one in found]).values_list("pk", "payload")
    payloads = {pk: bytes(payload) for pk, payload in rows}
    return [_record(index, entry_id, bytes(leaf), payloads) for index, entry_id, leaf in found]


def _record(place: int, entry_id: int, leaf: bytes, payloads: dict[int, bytes]) -> Record:
    payload = payloads.get(entry_id)
    if payload is None:
        return Record(place, entry_id, leaf, None, "it is not there any more, archived or deleted")
    if hashing.leaf_hash(payload) != leaf:
        return Record(place, entry_id, leaf, None, "its content is not what was sealed")
    return Record(place, entry_id, leaf, payload)


def size() -> int:
    """How many places the log has."""
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1
