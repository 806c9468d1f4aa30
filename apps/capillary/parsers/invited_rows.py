"""What the block beside one invited person means: invited, refused, or not said."""

from dataclasses import dataclass
from typing import TypeGuard

from apps.capillary import codes
from apps.capillary.envelopes import code_of, success_of
from apps.capillary.readers import flag, one, text
from apps.capillary.redact import scrub
from apps.capillary.types_referrals import InvitedRow, Verdict

ENTITY = "referral"
INVITED = frozenset({"100", "200", "1000"})
# Said where the outside stumbled or did a part: nobody knows of this row.
UNCLEAR = frozenset({"201", "407", "500"})
# One number for many reasons: the outside's own words say which.
VAGUE = frozenset({"1204"})


@dataclass(frozen=True, slots=True)
class State:
    """A status block: code, flag (None when neither yes nor no) and the outside's own words.

    `repeated` is a row of version 2 with nothing beside it: `yes` where the answer says elsewhere that it has no
    errors, or which rows it did not take; otherwise the answer repeats the question, and that is no yes.
    """

    code: str
    yes: bool | None
    message: str
    repeated: bool = False


def state_of(value: object) -> State | None:
    """The block as far as it says anything, None when it does not."""
    node = one(value)
    found = State(code_of(node), flag(success_of(node)), text(node.get("message")))
    return found if found != State("", None, "") else None


def is_no(state: State | None) -> TypeGuard[State]:
    """Whether a block refuses: by a code of refusal whatever its flag, or by its flag."""
    return state is not None and _verdict(state) == "refused"


def row_for(row: int, state: State | None) -> InvitedRow:
    """The row in words; without a block that can be understood it is unknown."""
    verdict = "unknown" if state is None else _verdict(state)
    code = "" if state is None else state.code
    if verdict == "invited":
        return InvitedRow(row, "invited", code, "The person was invited.", "", "", True)
    if verdict == "refused" and state is not None:
        return _refused(row, state)
    taken = state is not None and state.repeated
    return InvitedRow(
        row,
        "unknown",
        code,
        "The loyalty system took this invitation without saying whether it counts."
        if taken
        else "The loyalty system did not say what became of this invitation.",
        "Do not repeat it: that could invite the person twice. The console looks whether it was done.",
        "",
        False,
    )


def _verdict(state: State) -> Verdict:
    """A code that says yes under a flag that says no is neither; a flag alone is no yes."""
    if state.repeated:
        return "invited" if state.yes else "unknown"
    if state.code in INVITED:
        return "unknown" if state.yes is False else "invited"
    if state.code in UNCLEAR:
        return "unknown"
    if codes.kind(ENTITY, state.code) == "error" or (state.yes is False and (state.code or state.message)):
        return "refused"
    return "unknown"


def _refused(row: int, state: State) -> InvitedRow:
    known = codes.find(ENTITY, state.code)
    said = scrub(state.message)[:200].strip().rstrip(".")
    said = f"It said: {said}." if said else ""
    if known is None or known.kind != "error":
        words = f"The loyalty system refused this with code {state.code or 'none'}."
        return InvitedRow(
            row, "refused", state.code, words, said or "Tell an administrator about this.", "", True
        )
    step = " ".join(filter(None, (known.next_step, said if state.code in VAGUE else "")))
    return InvitedRow(row, "refused", state.code, known.words, step, known.field, known.permanent)
