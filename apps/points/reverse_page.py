"""What the reversing form knows of its redemption; it travels signed, so that a wrong reason asks nobody outside."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from apps.core.formats import decimal_of
from apps.core.formats import points as in_words
from apps.points.second_person import above
from apps.points.wanted import Reversible

SALT = "points.reverse"
HOLDS_FOR = timedelta(minutes=30)
ASKS, ALONE = "asks", "alone"


@dataclass(frozen=True, slots=True)
class Shown:
    """The redemption as read when the form was opened; numbers and times as text."""

    customer_id: int
    redemption_id: str
    of: str = ""
    left: str = ""
    when: str = ""
    where: str = ""
    bill: str = ""
    name: str = ""
    mask: str = ""
    balance: str = ""
    open: str = ""
    why: tuple[str, ...] = ()
    backs: int = 0

    @property
    def points(self) -> Decimal | None:
        """Redeemed."""
        return decimal_of(self.of)

    @property
    def remaining(self) -> Decimal:
        """Not given back yet."""
        return decimal_of(self.left) or Decimal(0)

    @property
    def given_back(self) -> Decimal:
        """What went back of it already."""
        return self.points - self.remaining if self.points is not None else Decimal(0)

    @property
    def at(self) -> datetime | None:
        """When it was redeemed."""
        return datetime.fromisoformat(self.when) if self.when else None

    @property
    def available(self) -> Decimal | None:
        """The customer's balance."""
        return decimal_of(self.balance)


@dataclass(frozen=True, slots=True)
class Button:
    """What pressing does. why: the rules that ask for a second person, in words."""

    points: Decimal
    asks: bool
    why: tuple[str, ...] = ()

    @property
    def agreed(self) -> str:
        """The promise, as the form carries it."""
        return f"{ASKS if self.asks else ALONE}:{_text(self.points)}"

    @property
    def words(self) -> str:
        """As it reads."""
        if self.asks:
            return _("Send for approval")
        return _("Reverse %(points)s") % {"points": in_words(self.points)}


def shown_of(customer_id: int, told: Reversible) -> Shown:
    """What the form shows of it."""
    return Shown(
        customer_id=customer_id,
        redemption_id=told.redemption_id,
        of=_text(told.points),
        left=_text(told.remaining),
        when=told.at.isoformat() if told.at else "",
        where=told.where,
        bill=told.bill,
        name=told.name,
        mask=told.mask,
        balance=_text(told.balance),
        open=told.open,
        why=tuple(one["words"] for one in told.why),
        backs=len(told.reversals),
    )


def button_for(shown: Shown, points: Decimal, alone_up_to: Decimal | None) -> Button:
    """What the button does for so many points."""
    why = list(shown.why)
    if words := above(alone_up_to, points, shown.given_back):
        why.insert(0, words)
    return Button(points, bool(why), tuple(why))


def pack(shown: Shown) -> str:
    """As the form carries it."""
    return signing.dumps(asdict(shown), salt=SALT, compress=True)


def unpack(text: str, customer_id: int, redemption_id: str) -> Shown | None:
    """What the form brought back; None when it is too old, not ours or about something else."""
    try:
        told: dict[str, Any] = signing.loads(text, salt=SALT, max_age=HOLDS_FOR)
        found = Shown(**{**told, "why": tuple(told["why"])})
    except (signing.BadSignature, TypeError, KeyError):
        return None
    return found if (found.customer_id, found.redemption_id) == (customer_id, redemption_id) else None


def _text(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"
