"""Writing into the trail: an explicit call in the service that acts, never a signal."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import Error as DatabaseError
from django.utils.translation import gettext as _

from apps.audit import store
from apps.audit.actions import action_named
from apps.audit.actor import Actor
from apps.audit.beside import beside
from apps.audit.canonical import plain
from apps.audit.customers import is_internal_id
from apps.audit.guard import Guard
from apps.audit.models import Entry
from apps.core.context import current_reference
from apps.core.errors import TraceUnavailable


class IncompleteEntry(ValueError):
    """A programming error: the caller left out what the trail must hold."""


def record(
    action: str,
    *,
    actor: Actor,
    outcome: str = "done",
    customer: str | int = "",
    subject: str = "",
    reason: str = "",
    details: Mapping[str, Any] | None = None,
    identifiers: Iterable[tuple[str, str]] = (),
    digests: Iterable[bytes] = (),
) -> Entry:
    """Write one entry, in the caller's transaction if there is one.

    action       a registered name, such as ``customer.viewed`` (see apps/audit/actions.py)
    outcome      done, not_done, unknown or refused
    customer     the outside's internal customer id; kept in clear, so anything else is refused. A number of
                 ten digits or more is one only after an answer from outside has named it.
    subject      what else it was about, in words a person reads ("Store 12", "note 4417")
    details      anything else, in plain values; secrets, full e-mails and phone numbers are masked. The names
                 may be used as placeholders in the action's sentence. Keep long numbers under ``…_id``.
    identifiers  (kind, full value) pairs: only their mask and keyed hash are kept
    digests      keyed hashes made earlier (`identifiers.search_digests`), when the full value is not at hand
    Raises: IncompleteEntry for a programming error; TraceUnavailable when the database cannot be written
    """
    pairs = tuple((kind, str(value)) for kind, value in identifiers if value)
    try:
        _check(action, actor, outcome, str(customer), reason)
    except DatabaseError as error:
        raise trace_unavailable() from error
    guard = Guard(strict=True, identifiers=pairs, customer=str(customer))
    draft = store.Draft(
        action=action,
        actor=actor,
        outcome=outcome,
        reference=current_reference(),
        customer=str(customer),
        subject=guard.text(subject),
        reason=guard.text(reason),
        details=guard.clean(plain({**beside(), **(details or {})})),
        identifiers=pairs,
        digests=tuple(digests),
    )
    try:
        return store.append([draft])[0]
    except DatabaseError as error:
        raise trace_unavailable() from error


def is_written() -> bool:
    """Whether the click at hand has left an entry. One query. Raises: TraceUnavailable"""
    try:
        return Entry.objects.filter(reference=current_reference()).exists()
    except DatabaseError as error:
        raise trace_unavailable() from error


def _check(action: str, actor: Actor, outcome: str, customer: str, reason: str) -> None:
    """Raise IncompleteEntry naming everything that is missing."""
    known = action_named(action)
    missing = [] if known else [f"no room has registered the action {action!r}"]
    missing += [f"the actor has no {name}" for name in ("name", "role") if not getattr(actor, name).strip()]
    if outcome not in {"done", "not_done", "unknown", "refused"}:
        missing.append(f"{outcome!r} is no outcome")
    if known and known.customer and not customer:
        missing.append("the customer is missing")
    if customer and not is_internal_id(customer):
        missing.append("what is given as the customer is no internal id")
    if known and known.reason and not reason.strip():
        missing.append("the reason is missing")
    if missing:
        raise IncompleteEntry(f"The entry {action!r} is incomplete: {'; '.join(missing)}.")


def trace_unavailable() -> TraceUnavailable:
    """What a person reads when nothing can be written down, and so nothing is done."""
    return TraceUnavailable(
        _("The audit trail cannot be written at the moment, so nothing was sent."),
        next_step=_("Try again in a minute. If it stays so, tell the administrator."),
    )
