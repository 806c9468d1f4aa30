"""What is known of an act, and how its row takes it down."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from apps.capillary.errors import CapillaryError, NotSent
from apps.operations.acts.rows import ActRow, ActState
from apps.operations.webhooks.events import UNKNOWN_SETTLED, tell

LOOK_AFTER = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
)
# The trail's words for what became of an act.
OUTCOMES = {ActState.DONE: "done", ActState.NOT_DONE: "not_done"}


@dataclass(frozen=True, slots=True)
class Result:
    """What is known of an act.

    error  what the call ended in;  words  the same in a sentence of our own
    told   what the answer or the reading back tells beyond yes, in the room's own type
    looks  how often it has been read back, None when it was not
    """

    state: ActState
    error: CapillaryError | None = None
    words: str = ""
    told: Any = None
    looks: int | None = None

    @property
    def message(self) -> str:
        """The sentence kept with the act."""
        return (self.words or (self.error.message if self.error else ""))[:300]

    @property
    def outcome(self) -> str:
        """done, not_done or unknown."""
        return OUTCOMES.get(self.state, "unknown")

    @property
    def never_left(self) -> bool:
        """Nothing was sent, for a reason that passes: trying again later is safe."""
        return self.state == ActState.NOT_DONE and (self.error is None or isinstance(self.error, NotSent))


def note(act: ActRow, result: Result, now: datetime) -> None:
    """Take the result down in a locked row that is still open; the caller saves."""
    if act.state in (ActState.UNKNOWN, ActState.PERSON) and result.state in OUTCOMES:
        kind = str(act._meta.model_name)
        tell(UNKNOWN_SETTLED, kind=kind, id=act.pk, reference=act.reference, outcome=result.outcome)
    act.state = result.state
    if result.looks is not None:
        act.looks = result.looks
    act.message = result.message
    if result.error is not None:
        act.code, act.cap_request_id = result.error.code[:20], result.error.request_id[:80]
    if act.is_open:
        act.next_look_at = None if act.state == ActState.PERSON else now + _pause(act, now)
    else:
        act.settled_at, act.next_look_at = now, None


def next_look(looks: int) -> timedelta:
    """How long until it is read back again after so many looks."""
    return LOOK_AFTER[min(looks, len(LOOK_AFTER) - 1)]


def _pause(act: ActRow, now: datetime) -> timedelta:
    """Looking that fails is no look, and gets rarer all the same: an outside that is ill is left in peace."""
    return max(next_look(act.looks), min((now - act.started_at) / 4, LOOK_AFTER[-2]))
