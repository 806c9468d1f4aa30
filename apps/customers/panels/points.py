"""Points: the tiles, the programmes, what expires when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.capillary.types_customer import Customer
from apps.capillary.types_points import ExpiringPoints, PointsBalance
from apps.customers.panels.programme_names import names_from, programme_name
from apps.customers.panels.registry import Asked, Panel, Values, register_panel
from apps.customers.panels.words import day_of, last_day, never, tidy_word, tier_tone, total

SOON_DAYS = 30
NOT_IN_A_PROGRAMME = frozenset({"8089"})


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme's line: points, tier, and what expires next."""

    id: str
    title: str
    tier: str
    tier_tone: str
    tier_until: date | None
    next_tier: str
    available: Decimal | None
    pending: Decimal | None
    lifetime: Decimal | None
    expiring: Decimal | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Expiry:
    """Points of one programme that go on one day."""

    on: date | None
    points: Decimal
    programme: str
    soon: bool

    @property
    def days_left(self) -> int | None:
        """From today."""
        return (self.on - timezone.localdate()).days if self.on else None


def build_points(asked: Asked, values: Values) -> dict[str, Any]:
    """The tiles of the main programme, what expires next in any, and all programmes when there are several."""
    customer: Customer = values["customer"]
    balances: Sequence[PointsBalance] = values.get("loyalty") or customer.programs
    if not balances and customer.points is not None:
        balances = (customer.points,)
    if not balances or values["loyalty"] is None:
        return {
            "empty_title": _("Not in a loyalty programme."),
            "empty_text": _("This customer is known and has no points account."),
        }
    names = names_from(values.get("programmes"))
    programmes = [_programme(balance, customer, names) for balance in balances]
    main = _main(balances, customer)
    coming = _expiries(customer, values.get("loyalty"), names)
    return {
        "main": programmes[main],
        "programmes": programmes if len(programmes) > 1 else [],
        "worth": _worth(balances[main]),
        "currency": settings.CAPILLARY["currency"],
        "since": day_of(_since(customer)),
        "next": coming[0] if coming else None,
        "same_day": [one.programme for one in coming[1:] if one.on == coming[0].on],
    }


def build_expiring(asked: Asked, values: Values) -> dict[str, Any]:
    """What expires when, the next first."""
    names = names_from(values.get("programmes"))
    rows = _expiries(values["customer"], values.get("loyalty"), names)
    if not rows:
        return {
            "empty_title": _("No points are about to expire."),
            "empty_text": _("When points get an end date, it stands here."),
            "empty_icon": "calendar",
        }
    return {
        "rows": rows[:6],
        "more": max(0, len(rows) - 6),
        "several": len({row.programme for row in rows}) > 1,
    }


def _expiries(
    customer: Customer, balances: Sequence[PointsBalance] | None, known: Mapping[str, str]
) -> list[Expiry]:
    """One row per day and programme, the next first: the tile and the table tell the same."""
    names = {one.program_id: _title(one, known) for one in (*customer.programs, *(balances or ()))}
    sums: dict[tuple[date | None, str], Decimal] = {}
    for one in _coming(customer.expiring):
        key = (one.expires_on, one.program_id)
        sums[key] = sums.get(key, Decimal(0)) + one.points
    return [
        Expiry(on, points, names.get(program) or programme_name(program, known), _soon(on))
        for (on, program), points in sums.items()
    ]


def _programme(balance: PointsBalance, customer: Customer, known: Mapping[str, str]) -> Programme:
    coming = [one for one in _coming(customer.expiring) if one.program_id in {balance.program_id, ""}]
    first = coming[0].expires_on if coming else None
    return Programme(
        id=balance.program_id,
        title=_title(balance, known),
        tier=tidy_word(balance.tier),
        tier_tone=tier_tone(balance.tier),
        tier_until=last_day(balance.tier_expires_at),
        next_tier=tidy_word(balance.next_tier),
        available=balance.available,
        pending=balance.pending,
        lifetime=balance.lifetime,
        expiring=total(one.points for one in coming if one.expires_on == first) if coming else None,
        expires_on=first,
    )


def _main(balances: Sequence[PointsBalance], customer: Customer) -> int:
    """The programme the customer's own summary speaks of, otherwise the first."""
    own = customer.points
    for number, balance in enumerate(balances):
        if own is not None and own.loyalty_id and balance.loyalty_id == own.loyalty_id:
            return number
    for number, balance in enumerate(balances):
        if own is not None and (balance.available, balance.lifetime) == (own.available, own.lifetime):
            return number
    return 0


def _coming(expiring: Iterable[ExpiringPoints]) -> list[ExpiringPoints]:
    today = timezone.localdate()
    dated = [
        one for one in expiring if one.expires_on and one.expires_on >= today and not never(one.expires_on)
    ]
    return sorted(dated, key=lambda one: one.expires_on or today)


def _soon(day: date | None) -> bool:
    return day is not None and (day - timezone.localdate()).days <= SOON_DAYS


def _worth(balance: PointsBalance) -> Decimal | None:
    if balance.currency_ratio is None or balance.available is None or not balance.currency_ratio:
        return None
    return (balance.available * balance.currency_ratio).quantize(Decimal("0.01"))


def _since(customer: Customer) -> datetime | None:
    return customer.attribution.created_at or next(
        (one.attribution.created_at for one in customer.profiles if one.attribution.created_at), None
    )


def _title(balance: PointsBalance, known: Mapping[str, str]) -> str:
    return balance.title or balance.description or programme_name(balance.program_id, known)


POINTS = register_panel(
    Panel(
        name="points",
        title=gettext_lazy("Points"),
        source="v2",
        template="customers/panels/points.html",
        build=build_points,
        needs=("customer", "loyalty"),
        wants=("programmes",),
        absent=NOT_IN_A_PROGRAMME,
    )
)
EXPIRING = register_panel(
    Panel(
        name="expiring",
        title=gettext_lazy("Points about to expire"),
        source="v2",
        template="customers/panels/expiring.html",
        build=build_expiring,
        flush=True,
        needs=("customer",),
        wants=("loyalty", "programmes"),
        aside=True,
    )
)
