"""What the form for inviting shows: the customer as read at opening, and every row with what is said beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta

from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.formats import number
from apps.referrals.models import Invitation, Invitee
from apps.referrals.models.rules import MOST_ROWS
from apps.referrals.wanted import Row, RowCheck

SALT = "referrals.invite"
HOLDS_FOR = timedelta(minutes=60)
# How many empty rows a form begins with.
FIRST_ROWS = 3


@dataclass(frozen=True, slots=True)
class Whom:
    """The customer who invites. It travels in the form, signed, so that a check reads nobody again."""

    customer_id: int
    name: str = field(default="", repr=False)
    mask: str = ""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row: what was typed, and what is wrong with it. number counts from 1 and names the row to people.

    wrong  beside which field the message stands: name or contact;  good  it was checked and can be sent
    """

    number: int
    name: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    message: str = ""
    wrong: str = ""
    good: str = ""

    @property
    def key(self) -> str:
        """Names the row where one is looked for."""
        return f"row-{self.number}"

    @property
    def row(self) -> Row:
        """As the services want it."""
        return Row(self.name, self.contact)

    def __bool__(self) -> bool:
        return bool(self.row)


def pack(whom: Whom) -> str:
    """As the form carries it."""
    return signing.dumps(asdict(whom), salt=SALT, compress=True)


def unpack(text: str, customer_id: int) -> Whom:
    """What the form brought back; the bare customer when it is too old, not ours or about somebody else."""
    try:
        found = Whom(**signing.loads(text, salt=SALT, max_age=HOLDS_FOR))
    except (signing.BadSignature, TypeError):
        return Whom(customer_id)
    return found if found.customer_id == customer_id else Whom(customer_id)


def empty_rows(count: int = FIRST_ROWS) -> list[FormRow]:
    """What a form begins with."""
    return numbered(FormRow(0) for _each in range(count))


def typed_rows(names: Sequence[str], contacts: Sequence[str]) -> list[FormRow]:
    """The rows as they came; one more than may be sent is kept, so that the limit can be said."""
    pairs = list(zip(names, contacts, strict=False))[: MOST_ROWS + 1]
    return numbered(FormRow(0, name, contact) for name, contact in pairs)


def numbered(rows: Iterable[FormRow]) -> list[FormRow]:
    """In order, counted anew."""
    return [replace(row, number=place) for place, row in enumerate(rows, start=1)]


def full(rows: Iterable[FormRow]) -> tuple[Row, ...]:
    """Those somebody typed something into."""
    return tuple(row.row for row in rows if row)


def with_checks(rows: Sequence[FormRow], checks: Sequence[RowCheck]) -> list[FormRow]:
    """One check for each row, in order; what is said of an empty one is left out."""
    return [_with(row, check) if row else row for row, check in zip(rows, checks, strict=True)]


def _with(row: FormRow, check: RowCheck) -> FormRow:
    if check.message:
        return replace(row, message=check.message, wrong=check.field or "contact", good="")
    return replace(
        row, message="", wrong="", good=_("Can be invited.") if check.looked_up else _("Looks right.")
    )


def without_empty(rows: Iterable[FormRow]) -> list[FormRow]:
    """Rows with something in them, counted anew."""
    return numbered(row for row in rows if row)


def to_correct(invitation: Invitation, rows: Sequence[Row]) -> list[FormRow]:
    """The refused rows of an invitation as they were typed, each with why; rows are those of the service."""
    refused = invitation.invitees.filter(state=Invitee.State.REFUSED)
    return numbered(
        FormRow(0, row.name, row.contact, f"{one.message} {one.next_step}".strip(), one.field or "contact")
        for row, one in zip(rows, refused, strict=True)
    )


def button_words(count: int) -> str:
    """``Invite 3 friends``."""
    if not count:
        return _("Invite friends")
    return ngettext("Invite %(count)s friend", "Invite %(count)s friends", count) % {"count": number(count)}


def check_words() -> str:
    """What the button does while a row cannot be sent."""
    return _("Check the rows")


def bad_words(rows: Iterable[FormRow]) -> str:
    """How many rows cannot be sent, "" for none."""
    bad = sum(bool(row.message) for row in rows)
    if not bad:
        return ""
    words = ngettext(
        "%(count)s row cannot be sent as it is.", "%(count)s rows cannot be sent as they are.", bad
    )
    return words % {"count": number(bad)}
