"""What an error in a row means: no, not known, or try again later."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.errors import CapillaryError, NotSent
from apps.core.errors import ConsoleError, TraceUnavailable
from apps.operations.models import Item
from apps.operations.work.kinds import Kind, Outcome

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 300.0
# So often a row that cannot be sent is put off (hours in all), and so often one that fails for the moment.
MOST_PUT_OFF = 24
MOST_FAILING = 3


@dataclass(frozen=True, slots=True)
class PutOff:
    """Nothing was done, for a reason that passes: tried again in so many seconds."""

    words: str
    seconds: float


def outcome_of(kind: Kind, actor: Actor, item: Item, *, left_behind: bool = False) -> Outcome | PutOff:
    """Run the row. Errors people can read end it or put it off; any other one is the caller's.

    left_behind  a worker died with it: what it kept and never sent is begun anew, as often as a row may be put off
    """
    try:
        if left_behind and kind.anew and item.tries <= MOST_PUT_OFF:
            kind.anew(item)
        return kind.run(actor, item)
    except ConsoleError as error:
        return meant_by(error, item.tries)


def meant_by(error: ConsoleError, tries: int) -> Outcome | PutOff:
    """What an error says of a row that was tried so often, this time included."""
    if isinstance(error, CapillaryError) and not error.outcome_known:
        return Outcome("unknown", error.message, error.code)
    if passes(error):
        most = MOST_PUT_OFF if isinstance(error, (NotSent, TraceUnavailable)) else MOST_FAILING
        if tries < most:
            return PutOff(error.message, pause_after(error, tries))
    return Outcome("not_done", error.words, error.code)


def passes(error: ConsoleError) -> bool:
    """Whether the same may go well later, and nothing was done this time."""
    if isinstance(error, CapillaryError):
        return error.outcome_known and not error.permanent
    return isinstance(error, TraceUnavailable)


def pause_after(error: ConsoleError, tries: int) -> float:
    """Seconds until the next try: growing, or what the outside asked for."""
    asked = float(getattr(error, "retry_after_seconds", 0.0))
    growing: float = FIRST_PAUSE * 2 ** min(max(tries - 1, 0), 10)
    return min(max(asked, growing), LONGEST_PAUSE)


def put_off_words(put_off: PutOff) -> str:
    """The line for whoever watches."""
    return _("Put off for %(seconds)s s: %(words)s") % {
        "seconds": round(put_off.seconds),
        "words": put_off.words,
    }
