"""What a look-up came to, kept for a while under a key of its own, so that no address holds what was looked up.

The page of a result can be reloaded and come back to, and nobody outside is asked again. The key opens it in the
session that looked, and nowhere else; each look-up has its own, so that two tabs never show each other's.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_datetime

from apps.audit.writing import written
from apps.customers.models import KeptLookup
from apps.customers.sealing import seal, unseal
from apps.staff.actors import mark_of

LASTS = timedelta(minutes=30)
# More than this is no identifier: what is over is not given back to the field.
LONGEST_VALUE = 20_000


@dataclass(frozen=True, slots=True)
class Result:
    """A look-up as its page shows it.

    values  what the form held
    status  of the page that tells it: 422 for text that cannot be used, 503 when nothing answered
    said    the sentence beside the field, empty without one
    shown   plain values for the page: "several" and "rows", or "none", or "failed" and "reference"
    """

    values: Mapping[str, str]
    status: int = 200
    said: str = ""
    shown: Mapping[str, Any] = field(default_factory=dict)


def keep(session: SessionBase, result: Result) -> str:
    """Keep it and return its key. Raises TraceUnavailable when nothing can be written down."""
    key = secrets.token_urlsafe(12)
    values = {name: value[:LONGEST_VALUE] for name, value in result.values.items()}
    text = json.dumps([values, result.status, result.said, result.shown], cls=DjangoJSONEncoder)
    with written():
        KeptLookup.objects.create(
            digest=_digest(session, key), sealed=seal(text), expires_at=timezone.now() + LASTS
        )
    return key


def kept(session: SessionBase, key: str) -> Result | None:
    """The result of this key, None when it ran out or belongs to another session. One query."""
    row = KeptLookup.objects.filter(digest=_digest(session, key), expires_at__gt=timezone.now()).first()
    opened = unseal(row.sealed) if row else ""
    if not opened:
        return None
    values, status, said, shown = json.loads(opened)
    for each in shown.get("rows", ()):
        each["last_at"] = parse_datetime(each["last_at"]) if each["last_at"] else None
    return Result(values, status, said, shown)


def forget_kept() -> int:
    """Delete what ran out; returns how many rows."""
    rows, _ = KeptLookup.objects.filter(expires_at__lte=timezone.now()).delete()
    return rows


def _digest(session: SessionBase, key: str) -> str:
    made = salted_hmac("console.customers.kept", f"{mark_of(session)}:{key}", algorithm="sha256")
    return str(made.hexdigest())
