"""Keeps both halves of every outside call: no trace, no call."""

import logging
import threading

from django.db import Error as DatabaseError
from django.db import connection

from apps.audit import store
from apps.audit.actor import Actor
from apps.audit.canonical import plain
from apps.audit.customers import SHAPE, is_internal_id
from apps.audit.guard import Guard
from apps.audit.services import trace_unavailable
from apps.capillary.recording import AnsweredCall, SentCall
from apps.core.context import current_reference, new_reference

log = logging.getLogger("console.audit")


class CallRecorder:
    """The client's recorder for one actor: made in the thread of the request, used from any thread.

    `sent` commits before it returns, and raises TraceUnavailable when it cannot. `answered` never raises: the
    result of a call that was made is not thrown away; what it could not write is logged with the call's id
    and closed later by `close_open_calls`.
    """

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.thread = threading.get_ident()
        # Reference and customer of calls on their way: a pool thread knows neither click nor request.
        self.open: dict[str, tuple[str, str]] = {}

    def sent(self, calls: list[SentCall]) -> None:
        """Store the intents, all or none. When this raises, nothing may leave."""
        # Both halves are found by their reference, so a call outside of any click gets one of its own.
        reference = current_reference() or new_reference()
        try:
            customers = [_customer(call.customer_id) for call in calls]
            self._write(
                [
                    _sent(call, self.actor, reference, customer)
                    for call, customer in zip(calls, customers, strict=True)
                ]
            )
        except DatabaseError as error:
            raise trace_unavailable() from error
        self.open.update(
            (call.call_id, (reference, customer)) for call, customer in zip(calls, customers, strict=True)
        )

    def answered(self, calls: list[AnsweredCall]) -> None:
        """Store the outcomes; calls whose answer never came are ``call.unanswered``."""
        known = [self.open.pop(call.call_id, (current_reference(), "")) for call in calls]
        try:
            self._write(
                [
                    _answered(
                        call, self.actor, reference, _customer(call.customer_id, call.told_id) or customer
                    )
                    for call, (reference, customer) in zip(calls, known, strict=True)
                ]
            )
        except Exception:
            log.critical(
                "The outcome of these calls could not be written to the trail: %s.",
                ", ".join(f"{call.call_id} ({call.outcome}, {call.status})" for call in calls),
                exc_info=True,
            )

    def _write(self, drafts: list[store.Draft]) -> None:
        if connection.in_atomic_block and not _only_a_test_is_around():
            raise RuntimeError(
                "A call was made inside a transaction: its trace would vanish with a rollback."
            )
        try:
            store.append(drafts)
        finally:
            # Django closes the connections of requests only; one left open in a pool thread would stay.
            if threading.get_ident() != self.thread:
                connection.close()


def _only_a_test_is_around() -> bool:
    """Django's TestCase wraps each test in transactions of its own; `durable` looks past them in the same way."""
    return all(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def _customer(given: str, told: str = "") -> str:
    """The customer's id for the column, or nothing when it could be somebody's number.

    What the answer itself names is an id; what the caller asked with may have been typed by a person.
    """
    return given if (given and given == told and SHAPE.fullmatch(given)) or is_internal_id(given) else ""


def _sent(call: SentCall, actor: Actor, reference: str, customer: str) -> store.Draft:
    guard = Guard(strict=False, identifiers=call.identifiers)
    facts = {
        "name": call.name,
        "method": call.method,
        "path": guard.text(call.path, fact=True),
        "attempt": call.attempt,
        "write": call.write,
        "params": guard.clean(plain(call.params)),
        "body": guard.clean(plain(call.body)),
    }
    return store.Draft(
        action="call.sent",
        actor=actor,
        outcome="sent",
        reference=reference,
        customer=customer,
        call_id=call.call_id,
        call=facts,
        identifiers=call.identifiers,
    )


def _answered(call: AnsweredCall, actor: Actor, reference: str, customer: str) -> store.Draft:
    guard = Guard(strict=False, identifiers=call.identifiers)
    facts = {
        "name": call.name,
        "method": call.method,
        "path": guard.text(call.path, fact=True),
        "status": call.status,
        "codes": list(call.codes),
        "request_id": call.request_id,
        "latency_ms": call.latency_ms,
        "error": guard.text(call.error),
        "reply": guard.clean(plain(call.reply)),
    }
    return store.Draft(
        action="call.unanswered" if call.status is None else "call.answered",
        actor=actor,
        outcome=call.outcome,
        reference=reference,
        customer=customer,
        call_id=call.call_id,
        call=facts,
        identifiers=call.identifiers,
    )
