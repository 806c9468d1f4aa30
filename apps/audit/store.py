"""Turns what happened into rows: exact bytes first, columns and hashes from them, one INSERT."""

import re
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from apps.audit import hashing
from apps.audit.actor import Actor
from apps.audit.canonical import canonical, moment
from apps.audit.identifiers import digests_of
from apps.audit.inserting import insert_digests, insert_entries
from apps.audit.models import Entry
from apps.audit.writer import writer
from apps.core.masking import mask

VERSION = 1
# Text that no database column can hold: NUL on PostgreSQL, halves of surrogate pairs anywhere.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LENGTHS = {
    one.name: one.max_length
    for one in Entry._meta.get_fields()
    if isinstance(one, models.CharField) and one.max_length
}


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
    """Write entries and their identifier hashes, all or none (in the caller's transaction, if there is one).

    Raises: django.db.Error when the database cannot be written
    """
    if not drafts:
        return []
    digests = [sorted({*digests_of(draft.identifiers), *draft.digests}) for draft in drafts]
    writer_id, numbers = writer.claim(len(drafts))
    now = timezone.now()
    entries = [
        _entry(draft, now, found, [writer_id, number])
        for draft, found, number in zip(drafts, digests, numbers, strict=True)
    ]
    try:
        # One statement is a transaction of its own: it saves two trips to the database per call.
        with transaction.atomic(savepoint=False) if any(digests) else nullcontext():
            insert_entries(entries)
            insert_digests(
                [(entry.pk, one) for entry, found in zip(entries, digests, strict=True) for one in found]
            )
            writer.confirm(numbers[-1])
    except Exception:
        writer.renew()
        raise
    return entries


def _entry(draft: Draft, now: datetime, digests: list[bytes], written: list[Any]) -> Entry:
    columns = _columns(draft)
    content = {
        "v": VERSION,
        "at": moment(now),
        **columns,
        "details": draft.details,
        "call": draft.call,
        "identifiers": [{"kind": kind, "mask": mask(kind, value)} for kind, value in draft.identifiers],
        "digests": [one.hex() for one in digests],
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
