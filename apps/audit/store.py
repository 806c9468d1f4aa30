"""Turns what happened into rows: exact bytes first, columns and hashes from them, one INSERT."""

import os
import re
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from apps.audit import hashing, key_check, person_keys
from apps.audit.actor import Actor
from apps.audit.canonical import canonical, moment
from apps.audit.identifiers import digests_of
from apps.audit.inserting import insert_entries, insert_identifiers
from apps.audit.models import Entry, EntryIdentifier
from apps.audit.writer import writer
from apps.core.masking import mask

# 1 had the digests themselves where commitments to them stand now.
VERSION = 2
# Text that no database column can hold: NUL on PostgreSQL, halves of surrogate pairs anywhere.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LENGTHS = {
    one.name: one.max_length
    for one in Entry._meta.get_fields()
    if isinstance(one, models.CharField) and one.max_length
}


# An identifier's row, and its full value where that is at hand.
Beside = tuple[EntryIdentifier, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it is written. `details`, `call` are clean and in JSON's own types."""

    action: str
    actor: Actor
    outcome: str
    reference: str
    customer: str = ""
    subject: str = ""
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    call_id: str = ""
    call: dict[str, Any] = field(default_factory=dict)
    identifiers: tuple[tuple[str, str], ...] = ()
    digests: tuple[bytes, ...] = ()


def append(drafts: Sequence[Draft]) -> list[Entry]:
    """Write entries and their identifiers, all or none (in the caller's transaction, if there is one).

    Raises: django.db.Error when the database cannot be written
    """
    if not drafts:
        return []
    key_check.refuse_wrong_key()
    beside = [_identifiers(draft) for draft in drafts]
    writer_id, numbers = writer.claim(len(drafts))
    now = timezone.now()
    entries = [
        _entry(draft, now, found, [writer_id, number])
        for draft, found, number in zip(drafts, beside, numbers, strict=True)
    ]
    try:
        # One statement is a transaction of its own: it saves two trips to the database per call.
        with transaction.atomic(savepoint=False) if any(beside) else nullcontext():
            _seal(drafts, beside)
            insert_entries(entries)
            for entry, found in zip(entries, beside, strict=True):
                for one, _value in found:
                    one.entry_id = entry.pk
            insert_identifiers([one for found in beside for one, _value in found])
            writer.confirm(numbers[-1])
    except Exception:
        writer.renew()
        raise
    return entries


def _identifiers(draft: Draft) -> list[Beside]:
    """Each identifier once, with a salt of its own: from outside, two entries about one person look unrelated."""
    found: dict[bytes, tuple[str, str]] = dict.fromkeys(draft.digests, ("", ""))
    for kind, value in draft.identifiers:
        found |= dict.fromkeys(digests_of([(kind, value)]), (kind, value))
    return [
        (EntryIdentifier(digest=one, salt=os.urandom(16), kind=found[one][0]), found[one][1])
        for one in sorted(found)
    ]


def _seal(drafts: Sequence[Draft], beside: Sequence[list[Beside]]) -> None:
    """Keep the full values under their persons' keys."""
    values = [
        (one, value, person_keys.holder_of(draft.customer, bytes(one.digest)))
        for draft, found in zip(drafts, beside, strict=True)
        for one, value in found
        if value
    ]
    keys = person_keys.keys_for(holder for _one, _value, holder in values)
    for one, value, holder in values:
        one.holder, one.value = holder, person_keys.seal(keys[holder], holder, value)


def _entry(draft: Draft, now: datetime, beside: list[Beside], written: list[Any]) -> Entry:
    columns = _columns(draft)
    content = {
        "v": VERSION,
        "at": moment(now),
        **columns,
        "details": draft.details,
        "call": draft.call,
        "identifiers": [{"kind": kind, "mask": mask(kind, value)} for kind, value in draft.identifiers],
        "commitments": sorted(
            hashing.commitment(bytes(one.salt), bytes(one.digest)).hex() for one, _value in beside
        ),
        "writer": written,
    }
    payload = canonical(content)
    return Entry(
        at=now, payload=payload, leaf_hash=hashing.leaf_hash(payload), mac=hashing.mac(payload), **columns
    )


def _columns(draft: Draft) -> dict[str, Any]:
    """The search columns, exactly as they also stand in the payload."""
    actor, call = draft.actor, draft.call
    codes = call.get("codes") or [""]
    columns: dict[str, Any] = {
        "action": draft.action,
        "actor_id": actor.user_id,
        "actor_name": actor.name,
        "actor_role": actor.role,
        "store_id": actor.store_id,
        "store_code": actor.store_code,
        "session": actor.session,
        "ip": actor.ip,
        "browser": actor.browser,
        "channel": actor.channel,
        "customer": draft.customer,
        "subject": draft.subject,
        "reason": draft.reason,
        "outcome": draft.outcome,
        "reference": draft.reference,
        "call_id": draft.call_id,
        "method": call.get("method", ""),
        "path": call.get("path", ""),
        "status": call.get("status"),
        # The last code is the most telling one: the envelope's comes first, the item's after it.
        "code": codes[-1],
        "request_id": call.get("request_id", ""),
        "latency_ms": call.get("latency_ms"),
    }
    return {name: _fitting(name, value) for name, value in columns.items()}


def _fitting(name: str, value: Any) -> Any:
    if name not in LENGTHS:
        return value
    return UNSTORABLE.sub("�", str(value))[: LENGTHS[name]]
