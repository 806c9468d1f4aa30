"""Both halves of an attempt for the recorder: redacted before they leave this package."""

import re
from typing import Any

from apps.capillary.calls import Call
from apps.capillary.conclude import Conclusion
from apps.capillary.envelopes import codes_in
from apps.capillary.exchange import NoReply, Reply
from apps.capillary.identifiers import identifiers_in
from apps.capillary.readers import ShapeError
from apps.capillary.recording import AnsweredCall, SentCall
from apps.capillary.redact import Redactor, unreadable
from apps.capillary.types_activity import Referrals
from apps.capillary.types_customer import Customer
from apps.capillary.types_referrals import CodeCheck

# Letters beside the digits: a bare number would be one more way to write a mobile.
PLAIN_REQUEST_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9_.:-]{8,64}")


def sent(call: Call[Any], call_id: str, attempt: int, redactor: Redactor) -> SentCall:
    """The intent of one attempt."""
    return SentCall(
        call_id=call_id,
        name=call.name,
        method=call.method,
        path=redactor.path(call.path),
        params=redactor.tree(dict(call.params)),
        body=None if call.body is None else redactor.tree(call.body),
        attempt=attempt,
        write=call.write,
        identifiers=call.identifiers,
        customer_id=call.customer_id,
    )


def answered(
    call: Call[Any],
    call_id: str,
    result: Reply | NoReply | None,
    decoded: Any,
    conclusion: Conclusion[Any],
    latency_ms: int,
    redactor: Redactor,
) -> AnsweredCall:
    """The end of one attempt; `result` is None when it was held back before it could leave."""
    found = () if isinstance(decoded, ShapeError) else identifiers_in(decoded)
    redactor.learn(found)
    told = _told(conclusion.value)
    return AnsweredCall(
        call_id=call_id,
        name=call.name,
        method=call.method,
        path=redactor.path(call.path),
        status=result.status if isinstance(result, Reply) else None,
        outcome=conclusion.outcome,
        codes=() if isinstance(decoded, ShapeError) else codes_in(decoded),
        request_id=_request_id(result.request_id, redactor) if isinstance(result, Reply) else "",
        latency_ms=latency_ms,
        reply=_reply(result, decoded, redactor),
        error=conclusion.failure or (type(conclusion.error).__name__ if conclusion.error else ""),
        identifiers=tuple(dict.fromkeys((*call.identifiers, *(() if call.about_many else found)))),
        customer_id=call.customer_id or told,
        told_id=told,
    )


def _request_id(text: str, redactor: Redactor) -> str:
    """Whole, because the outside's support asks for it: a run of digits inside it is no phone number."""
    return text if PLAIN_REQUEST_ID.fullmatch(text) else redactor.text(text)[:64]


def _told(value: Any) -> str:
    """The internal id an answer names: a lookup's answer is the id, others hold it."""
    if isinstance(value, Customer):
        value = value.id
    if isinstance(value, tuple) and value and isinstance(value[0], Referrals):
        return value[0].customer_id
    if isinstance(value, CodeCheck):
        return value.referrer_id
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _reply(result: Reply | NoReply | None, decoded: Any, redactor: Redactor) -> Any:
    if not isinstance(result, Reply):
        return None
    if isinstance(decoded, ShapeError):
        return unreadable(result.body, result.content_type)
    return redactor.tree(decoded, size=len(result.body))
