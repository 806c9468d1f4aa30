"""What people ask for in this room, and what a check tells them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from apps.staff.models import User


@dataclass(frozen=True)
class Wanted:
    """A redemption somebody wants.

    points   above 0;  token  of the form: sent twice, it redeems once
    programme_id  id of the programme the points come from, "" for the customer's first
    mode     code, missed_call or no_code
    """

    customer_id: int
    points: Decimal
    token: UUID
    programme_id: str = ""
    bill: str = ""
    purpose: str = ""
    notes: str = ""
    mode: str = "code"


@dataclass(frozen=True)
class Rule:
    """One thing the outside asks of a redemption and said when it refused: its code, and the words of the answer.

    The API has no call that tells minimum, maximum and step beforehand.
    """

    code: str
    words: str


@dataclass(frozen=True)
class Checked:
    """Whether so many points can be redeemed now. Nothing was changed.

    value, currency   money they are worth, None where the outside is silent
    balance_before, balance_after  of the programme asked about, as exact as the outside tells them
    most              of these the customer has, in the places the programme counts: the outside may allow fewer
    programmes        [(id, name, points available)] of the customer, to choose from
    problem, field, next_step, code  why not, beside which field (points, programme_id, bill, mode), what to do
    rules             what the outside said of its rules, in its own words
    sends_to          where a code would go, masked
    level, level_needed  verification held and asked for; verified: enough of it (a code to come counts)
    modes             how this person may redeem here: code first
    """

    redeemable: bool
    points: Decimal
    name: str
    mask: str
    value: Decimal | None = None
    currency: str = ""
    balance_before: Decimal | None = None
    balance_after: Decimal | None = None
    most: Decimal | None = None
    programme_id: str = ""
    programme_name: str = ""
    programmes: tuple[tuple[str, str, Decimal | None], ...] = ()
    problem: str = ""
    field: str = ""
    next_step: str = ""
    code: str = ""
    request_id: str = ""
    rules: tuple[Rule, ...] = ()
    sends_to: tuple[str, ...] = ()
    level: str = ""
    level_needed: str = ""
    verified: bool = True
    modes: tuple[str, ...] = ("code",)


@dataclass(frozen=True)
class WantedReversal:
    """Points of one redemption somebody wants to give back.

    redemption_id  as the list of redemptions has it, or as redeeming answered it;  points  all or a part
    """

    customer_id: int
    redemption_id: str
    points: Decimal
    reason: str
    token: UUID


@dataclass(frozen=True)
class FileApproval:
    """The second person of all reversals of one file: who approved it, when, and the words their rows keep."""

    by: User
    at: datetime
    words: str


@dataclass(frozen=True)
class Reversible:
    """One redemption of a customer as it stands outside now, for the dialog and for whoever decides.

    remaining    what has not been given back;  reversals  [(id, points, at, where)] so far
    open         number of a reversal of ours that is not decided or not known yet, "" for none
    alone_up_to  more than that needs a second person, None: never
    why          [{"rule", "words"}] that ask for a second person whatever the amount
    fingerprint  of these facts, for `approve_reversal(seen=…)`
    """

    redemption_id: str
    points: Decimal
    remaining: Decimal
    at: datetime | None
    where: str
    name: str
    mask: str
    balance: Decimal | None
    bill: str = ""
    open: str = ""
    alone_up_to: Decimal | None = None
    why: tuple[dict[str, str], ...] = ()
    reversals: tuple[tuple[str, Decimal | None, datetime | None, str], ...] = ()
    fingerprint: str = ""
