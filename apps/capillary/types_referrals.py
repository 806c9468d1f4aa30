"""Inviting people and checking a referral code: what is asked, and what the outside says of every row."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from apps.capillary.recording import Outcome
from apps.capillary.types_common import Raw, no_raw

Channel = Literal["MOBILE", "EMAIL"]
Verdict = Literal["invited", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class Invitation:
    """One person to invite: a mobile number with its country code, or an e-mail address."""

    channel: Channel
    identifier: str = field(repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class InvitedRow:
    """What became of one invitation; `row` is its place in what was asked, counted from 0.

    `verdict` is invited, refused (certainly not invited, may be corrected and sent again) or unknown: the answer
    does not say it of this row, so the customer's referrals must be read before it is sent again.
    `code` is the outside's, "" where it gives none; `words` and `next_step` are full sentences; `field` names the
    field a refusal belongs beside ("" for none). `permanent`: the same row cannot succeed later.
    """

    row: int
    verdict: Verdict
    code: str
    words: str
    next_step: str
    field: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Invited:
    """The answer to an invitation: one row for each person asked for, in that order.

    Version 2 may repeat every row without a word about any: then all are unknown and the list must be read.
    `customer_id` is the referrer as the outside names them, "" when it does not: a merged customer's survivor
    may stand there.
    """

    rows: tuple[InvitedRow, ...]
    customer_id: str
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)

    @property
    def outcome(self) -> Outcome:
        """For the trail: unknown as long as one row is, not done when every row was refused, else done."""
        verdicts = {row.verdict for row in self.rows}
        if "unknown" in verdicts:
            return "unknown"
        return "not_done" if verdicts == {"refused"} else "done"

    def having(self, verdict: Verdict) -> Iterator[InvitedRow]:
        """The rows of one verdict."""
        return (row for row in self.rows if row.verdict == verdict)


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """Whether a referral code is good, and the internal id of whose it is ("" when not told)."""

    valid: bool
    referrer_id: str
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)
