"""What a check found about one feature: on, off at Capillary, to be corrected here, or not known."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.capillary.calls import Answer
from apps.capillary.errors import CapillaryError, CustomerNotFound, RateLimited, Rejected, Unauthorized
from apps.core.errors import ConsoleError

ON, OFF, WRONG, UNKNOWN = "on", "off", "wrong", "unknown"
STATES = (ON, OFF, WRONG, UNKNOWN)
# What the outside says of a part it does not have for this organisation, or does not know at all.
NOT_THERE = frozenset({"402", "403", "404", "405", "406"})


@dataclass(frozen=True)
class Finding:
    """One row of a check, as it is kept: plain values, no secret, nothing about a customer.

    key     names the feature (features.py); for a source ``source:WECHAT:wx_maple``
    said    what came back, in a sentence
    asked   whether a call was made at all
    step    what to do, where that is not what the feature says
    """

    key: str
    state: str
    said: str
    code: str = ""
    request_id: str = ""
    asked: bool = True
    step: str = ""

    def plain(self) -> dict[str, Any]:
        """As the row keeps it."""
        return asdict(self)


@dataclass(frozen=True)
class Reading:
    """How the answers to one question are read, beside what holds for all.

    off     codes that say it is switched off;  wrong  codes that say something has to be corrected here
    fine    codes of a refusal that only a thing that is on can give
    nobody  the state when Capillary knows no customer of this name; stranger: codes that say so besides
    """

    off: frozenset[str] = frozenset()
    wrong: frozenset[str] = frozenset()
    fine: frozenset[str] = frozenset()
    nobody: str = ON
    stranger: frozenset[str] = frozenset()


def found(key: str, reading: Reading, answer: Answer[Any], *, seconds: float) -> Finding:
    """What one answer says. A value is read as "on"; a feature with more to say looks at it itself."""
    if answer.pending:
        words = _("No answer came within %(seconds)s seconds.") % {"seconds": f"{seconds:g}"}
        return Finding(key, UNKNOWN, words)
    if answer.error is None:
        return Finding(key, ON, _("Capillary answered."))
    return refused(key, reading, answer.error)


def refused(key: str, reading: Reading, error: ConsoleError) -> Finding:
    """What an error says: of the feature, or only of this moment."""
    code = error.code
    said = " ".join(filter(None, (error.message, _told(error))))
    state = UNKNOWN
    if isinstance(error, Unauthorized):
        state = WRONG
    elif isinstance(error, CustomerNotFound) or code in reading.stranger:
        return _not_found(key, reading.nobody, error)
    elif isinstance(error, Rejected):
        state = _state_of(code, reading)
    elif code in reading.off and not isinstance(error, RateLimited):
        state = OFF
    return Finding(key, state, said, code, error.request_id)


def _state_of(code: str, reading: Reading) -> str:
    if code in reading.wrong:
        return WRONG
    if code in reading.fine:
        return ON
    return OFF if code in reading.off | NOT_THERE else UNKNOWN


def _not_found(key: str, state: str, error: ConsoleError) -> Finding:
    """Whoever was asked about is nobody: as meant, or the test customer is none."""
    if state == ON:
        said = _("Capillary answered, and knows nobody of the name that was asked for, as it should.")
        return Finding(key, ON, said, error.code, error.request_id)
    said = _("Capillary knows no customer with the external id of CAPILLARY_CHECK_EXTERNAL_ID.")
    step = _("Name a test account of yours there, then check again.")
    return Finding(key, state, said, error.code, error.request_id, step=step)


def _told(error: ConsoleError) -> str:
    said = error.said if isinstance(error, CapillaryError) else ""
    return _("It said: %(said)s.") % {"said": said.rstrip(".")} if said else ""


def counted(findings: list[Finding]) -> Mapping[str, int]:
    """How many are in each state."""
    return {state: sum(one.state == state for one in findings) for state in STATES}
