"""What the redeeming page knows between its steps: the customer as read, the last check, the last code sent.

It travels in the form, signed, so that a step shows it without asking outside again; acting reads everything anew.
It holds nothing the page does not show, and never a code.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core import signing
from django.utils import timezone

from apps.core.formats import decimal_of
from apps.points.checking import sends_to, titled
from apps.points.models import CodeSending, Mode
from apps.points.reading import Known
from apps.points.wanted import Checked, Wanted

SALT = "points.redeem"
HOLDS_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Whom:
    """The customer as last read; numbers and times as text. programmes: (id, title, available)."""

    customer_id: int
    name: str = ""
    mask: str = ""
    tier: str = ""
    fraud: str = ""
    balance: str = ""
    programmes: tuple[tuple[str, str, str], ...] = ()
    sends_to: tuple[str, ...] = ()
    at: str = ""

    @property
    def available(self) -> Decimal | None:
        """Points over all they can use, as the outside tells them."""
        return decimal_of(self.balance)

    @property
    def read_at(self) -> datetime | None:
        """When it was read."""
        return _moment(self.at)

    @property
    def choices(self) -> list[tuple[str, str, Decimal | None]]:
        """The programmes to choose from."""
        return [(pk, title, decimal_of(available)) for pk, title, available in self.programmes]


@dataclass(frozen=True, slots=True)
class Answer:
    """A check that said yes: to what, worth how much, and the balance before and after."""

    points: str = ""
    programme_id: str = ""
    mode: str = Mode.CODE.value
    value: str = ""
    currency: str = ""
    before: str = ""
    after: str = ""
    at: str = ""

    @property
    def of(self) -> Decimal:
        """The points checked."""
        return Decimal(self.points)

    @property
    def moved(self) -> Decimal:
        """The same as a movement."""
        return -self.of

    @property
    def worth(self) -> Decimal | None:
        """Money."""
        return decimal_of(self.value)

    @property
    def balance_before(self) -> Decimal | None:
        """Before."""
        return decimal_of(self.before)

    @property
    def balance_after(self) -> Decimal | None:
        """After."""
        return decimal_of(self.after)

    @property
    def checked_at(self) -> datetime | None:
        """When."""
        return _moment(self.at)

    def holds_for(self, wanted: Wanted) -> bool:
        """Whether this is what was checked: other points, programme or way make another question."""
        asked = (wanted.points, wanted.programme_id, wanted.mode)
        return bool(self.points) and (self.of, self.programme_id, self.mode) == asked


@dataclass(frozen=True, slots=True)
class Sent:
    """A code that went out, or may have: where to (masked) and when."""

    where: tuple[str, ...] = ()
    at: str = ""
    known: bool = True

    @property
    def sent_at(self) -> datetime | None:
        """When."""
        return _moment(self.at)


@dataclass(frozen=True, slots=True)
class Kept:
    """All of it."""

    whom: Whom
    answer: Answer = field(default_factory=Answer)
    sent: Sent = field(default_factory=Sent)

    @property
    def is_checked(self) -> bool:
        """Whether a check said yes."""
        return bool(self.answer.points)


def whom_of(known: Known, names: Mapping[str, str]) -> Whom:
    """The customer as just read. names: of programmes by id, where they are told."""
    person = known.person
    return Whom(
        customer_id=person.customer_id,
        name=person.name,
        mask=person.mask,
        tier=person.tier,
        fraud=person.fraud,
        balance=_text(person.balance),
        programmes=tuple((pk, title, _text(available)) for pk, title, available in titled(known, names)),
        sends_to=sends_to(known),
        at=timezone.now().isoformat(),
    )


def with_check(kept: Kept, checked: Checked, wanted: Wanted) -> Kept:
    """After a check: the balance is true now, and a yes is remembered with what it was about."""
    now = timezone.now().isoformat()
    whom = replace(
        kept.whom,
        name=checked.name,
        mask=checked.mask,
        programmes=tuple((pk, title, _text(left)) for pk, title, left in checked.programmes),
        sends_to=checked.sends_to,
        at=now,
    )
    if not checked.redeemable:
        return Kept(whom)
    answer = Answer(
        points=_text(wanted.points),
        programme_id=wanted.programme_id,
        mode=wanted.mode,
        value=_text(checked.value),
        currency=checked.currency,
        before=_text(checked.balance_before),
        after=_text(checked.balance_after),
        at=now,
    )
    return Kept(whom, answer, kept.sent)


def with_code(kept: Kept, sending: CodeSending) -> Kept:
    """After a code was sent, or may have been."""
    sent = sending.outcome == CodeSending.Outcome.SENT
    where = tuple(sending.sent_to) or kept.whom.sends_to
    return replace(kept, sent=Sent(where, sending.at.isoformat(), sent))


def pack(kept: Kept) -> str:
    """As the form carries it."""
    return signing.dumps(asdict(kept), salt=SALT, compress=True)


def unpack(text: str, customer_id: int) -> Kept:
    """What the form brought back; the bare customer when it is too old, not ours or about somebody else."""
    try:
        told = signing.loads(text, salt=SALT, max_age=HOLDS_FOR)
        kept = Kept(_whom(told["whom"]), Answer(**told["answer"]), _sent(told["sent"]))
    except (signing.BadSignature, TypeError, KeyError):
        return Kept(Whom(customer_id))
    return kept if kept.whom.customer_id == customer_id else Kept(Whom(customer_id))


def _whom(told: dict[str, Any]) -> Whom:
    rows = tuple((str(pk), str(title), str(left)) for pk, title, left in told["programmes"])
    return Whom(**{**told, "programmes": rows, "sends_to": tuple(told["sends_to"])})


def _sent(told: dict[str, Any]) -> Sent:
    return Sent(**{**told, "where": tuple(told["where"])})


def _text(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
