"""What an attempt came to: a value, or an error of the tree; done, not done, or unknown.

A write is only called done or not done on an answer that was understood; anything else is unknown.
"""

import logging
import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from apps.capillary import codes
from apps.capillary.calls import Call
from apps.capillary.envelopes import API, ApiSaidNo, open_envelope
from apps.capillary.errors import (
    CapillaryError,
    CustomerMerged,
    CustomerNotFound,
    Garbled,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unauthorized,
    Unreachable,
)
from apps.capillary.exchange import Failure, NoReply, Reply
from apps.capillary.hiding import clean_text
from apps.capillary.readers import ShapeError
from apps.capillary.recording import Outcome
from apps.capillary.redact import scrub
from apps.capillary.retry import retry_after_seconds, try_again_in
from apps.capillary.sensitive import DATE_TEXT

T = TypeVar("T")
logger = logging.getLogger(__name__)

# The outside stumbled: whether anything was done before that, it does not say.
STUMBLED = frozenset({"407", "500", "502", "503", "504"})
SURVIVOR = re.compile(r"[1-9]\d{0,17}")
CHECKING = "Do not repeat it: that could do it twice. The console looks whether it was done."
LATER = "Try again in a moment."


@dataclass(frozen=True, slots=True)
class Conclusion(Generic[T]):
    """Either `error` is None and `value` counts, or the other way round.

    `outcome` is what the trail says; `well` is False when the outside itself failed, for the circuit.
    """

    value: T | None
    error: CapillaryError | None
    outcome: Outcome
    well: bool = True
    failure: str = ""


def conclude(call: Call[T], result: Reply | NoReply, decoded: Any) -> Conclusion[T]:
    """Read one result; `decoded` is the body as plain values, or the ShapeError decoding ended in."""
    if isinstance(result, NoReply):
        return _without_reply(call, result)
    if result.status == 401:
        return _refused(Unauthorized, "401", result, API)
    if result.status == 429:
        return _slow_down(result)
    if isinstance(decoded, ShapeError):
        return _not_understood(call, result, decoded)
    try:
        value = call.parse(open_envelope(call.dialect, decoded, own_verdict=call.own_verdict))
    except ApiSaidNo as no:
        return _said_no(call, result, no)
    except ShapeError as error:
        return _not_understood(call, result, error)
    except Exception as error:
        # A mistake of ours while reading must not turn a write that was done into a crash.
        logger.error("The reply to %s could not be read: %s.", call.name, mistake(error))
        return _not_understood(call, result, error)
    outcome = call.outcome_of(value)
    if result.status >= 300 and outcome != "not_done":
        return _not_understood(call, result, ShapeError("the body says yes and the status no"))
    return Conclusion(value, None, outcome)


def mistake(error: BaseException) -> str:
    """Class and place of an unexpected error, for the log: its text could hold somebody's data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}" if trace else ""
    return type(error).__name__ + place


def _without_reply(call: Call[T], result: NoReply) -> Conclusion[T]:
    sure = result.failure is Failure.NOT_CONNECTED
    error: CapillaryError
    if result.failure is Failure.NOT_MADE:
        error = NotSent(
            "The console could not put this request together, so nothing was sent.",
            next_step="Ask an administrator to check the code of the store's till.",
            permanent=True,
        )
        return Conclusion(None, error, "not_done", failure=result.error)
    if call.write and not sure:
        error = OutcomeUnknown(
            "The loyalty system did not answer, so it is not known yet whether this was done.",
            next_step=CHECKING,
        )
    elif call.write:
        error = NotSent("The loyalty system could not be reached, so nothing was sent.", next_step=LATER)
    elif sure:
        error = Unreachable("The loyalty system could not be reached.", next_step=LATER)
    elif result.failure is Failure.DROPPED:
        error = Unreachable("The connection broke before the loyalty system had answered.", next_step=LATER)
    else:
        error = Unreachable("The loyalty system did not answer in time.", next_step=LATER)
    return Conclusion(None, error, "not_done" if sure else "unknown", well=False, failure=result.error)


def _slow_down(result: Reply) -> Conclusion[T]:
    found: Conclusion[T] = _refused(RateLimited, "429", result, API)
    if isinstance(found.error, RateLimited):
        found.error.retry_after_seconds = retry_after_seconds(result.headers)
        if found.error.retry_after_seconds > 60:
            found.error.next_step = try_again_in(found.error.retry_after_seconds)
    return found


def _said_no(call: Call[T], result: Reply, no: ApiSaidNo) -> Conclusion[T]:
    entity = no.entity or call.entity
    said = clean_text(no.message, call.secrets)
    if call.dialect == "v3" or (entity == API and no.code == "401"):
        return _refused(Unauthorized, "401", result, API)
    if entity == API and no.code == "429":
        return _slow_down(result)
    known = codes.find(entity, no.code)
    listed = known is not None and known.entity != API
    # A stumbling code counts as a clear no only where the table of this very entity lists it.
    own = known is not None and known.entity == entity != API
    stumbled = (no.code in STUMBLED and not own) or (result.status >= 500 and not listed)
    if stumbled and call.write:
        return _unknown(result, no.code)
    if stumbled:
        return _refused(Unreachable, no.code, result, entity, well=False)
    if no.code == codes.MERGED:
        return _merged(call, result, no.code, said)
    not_found = no.code in codes.NOT_FOUND or (no.code == "816" and call.entity == "customer")
    kind = CustomerNotFound if not_found else Rejected
    return _refused(kind, no.code, result, entity, said=said)


def _refused(
    kind: type[CapillaryError], code: str, result: Reply, entity: str, *, said: str = "", well: bool = True
) -> Conclusion[T]:
    """An error with our words for the code, or the outside's own, scrubbed, where we have none."""
    row = codes.find(entity, code)
    said = scrub(said)[:200].strip()
    words, step = (row.words, row.next_step) if row else _unlisted(kind, code, said)
    error = kind(
        words,
        next_step=step,
        code=code,
        request_id=result.request_id,
        field=row.field if row else "",
        status=result.status,
        permanent=row.permanent if row and issubclass(kind, Rejected) else None,
        said=said,
    )
    return Conclusion(None, error, "not_done", well=well)


def _unlisted(kind: type[CapillaryError], code: str, said: str) -> tuple[str, str]:
    """Words and next step for a number we have none for: a failure of the other side is no refusal."""
    if issubclass(kind, Unreachable):
        return f"The loyalty system failed with code {code or 'none'}.", LATER
    words = f"The loyalty system refused this with code {code or 'none'}."
    return words, f"It said: {said.rstrip('.')}." if said else "Tell an administrator about this."


def _merged(call: Call[T], result: Reply, code: str, said: str) -> Conclusion[T]:
    found: Conclusion[T] = _refused(CustomerMerged, code, result, call.entity)
    if isinstance(found.error, CustomerMerged):
        found.error.survivor_id = survivor_in(said, asked=call.customer_id)
    return found


def survivor_in(message: str, *, asked: str) -> int | None:
    """The id of the account that remains, when the message leaves no doubt which one that is.

    It does when one number, and no more, is left beside dates, the code of the refusal and the id asked for.
    """
    numbers = set(re.findall(r"\d+", DATE_TEXT.sub(" ", message))) - {asked, codes.MERGED}
    found = numbers.pop() if len(numbers) == 1 else ""
    return int(found) if SURVIVOR.fullmatch(found) else None


def _unknown(result: Reply, code: str = "") -> Conclusion[T]:
    error = OutcomeUnknown(
        "The loyalty system failed while it was working, so it is not known yet whether this was done.",
        next_step=CHECKING,
        code=code,
        request_id=result.request_id,
        status=result.status,
    )
    return Conclusion(None, error, "unknown", well=False, failure="ServerFailure")


def _not_understood(call: Call[T], result: Reply, why: Exception) -> Conclusion[T]:
    """Nonsense, or a failure without words. The class of the failure is kept, the body is in the trail."""
    if call.write:
        return _unknown(result)
    if call.dialect == "v3" and 400 <= result.status < 500:
        return _refused(Unauthorized, "401", result, API)
    if result.status >= 500 or result.status in {404, 405, 403}:
        kind = Unreachable if result.status >= 500 else Rejected
        return _refused(kind, str(result.status), result, API, well=result.status < 500)
    error = Garbled(
        "The loyalty system answered with something the console does not understand.",
        next_step="Try again in a moment. If it happens again, tell an administrator.",
        request_id=result.request_id,
        status=result.status,
    )
    return Conclusion(None, error, "unknown", well=False, failure=str(why)[:80])
