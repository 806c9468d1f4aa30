"""What people ask for in this room, and what a check tells them."""

from dataclasses import dataclass, field
from uuid import UUID

from apps.core.errors import BadInput

# How many rows people type by hand; pasted ones may be as many as a call takes.
FORM_ROWS = 20


@dataclass(frozen=True)
class Row:
    """One person as typed or pasted: a name, and a mobile number or an e-mail address."""

    name: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.name.strip() or self.contact.strip())


@dataclass(frozen=True)
class WantedInvites:
    """People somebody wants to invite in a customer's name.

    token     of the form: sent twice, it invites once
    campaign  token of one of the campaigns offered; "" where none is named, for the organisation's default one
    """

    customer_id: int
    rows: tuple[Row, ...]
    token: UUID
    campaign: str = ""


@dataclass(frozen=True)
class RowCheck:
    """What is known of one row before anything is sent.

    row        its place, from 0;  kind, value, digest  as it would be sent: "mobile" or "email"; "" when unreadable
    message    what is wrong with it, "" when nothing is;  field  beside which field: name or contact
    why        the same as a code: empty, name, format, twice, invited, customer, referrer
    looked_up  whether it was asked outside if this person is a customer already; where it was not, inviting tells
    """

    row: int
    name: str = field(default="", repr=False)
    kind: str = ""
    value: str = field(default="", repr=False)
    mask: str = ""
    digest: str = ""
    message: str = ""
    field: str = ""
    why: str = ""
    looked_up: bool = False

    @property
    def ok(self) -> bool:
        """Whether it can be sent."""
        return not self.message


class BadRows(BadInput):
    """Some rows cannot be sent, so nothing was. checks: one for every row, in order, good ones among them."""

    def __init__(self, message: str, *, checks: list[RowCheck], next_step: str = "") -> None:
        super().__init__(message, next_step=next_step, field="rows")
        self.checks = checks


@dataclass(frozen=True)
class CodeAnswer:
    """Whether a referral code is good, and whose it is.

    code          as typed, tidied; the same in capitals where only that is good
    typed         as typed, tidied
    customer_id   of the referrer, None when the code is not good or the outside does not tell
    name, mask    of the referrer, "" when they could not be read or open only for a reason
    is_caller     it is the caller's own code; None: nobody is on the phone, or it is not known
    """

    code: str
    valid: bool
    customer_id: int | None = None
    name: str = field(default="", repr=False)
    mask: str = ""
    is_caller: bool | None = None
    typed: str = ""

    @property
    def in_capitals(self) -> bool:
        """Whether it is good in capitals only, and was typed otherwise."""
        return self.valid and bool(self.typed) and self.typed != self.code
