"""What is read of a customer before points move: who they are, their programmes, and what they redeemed so far."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.capillary.calls import Answer, Call
from apps.capillary.client import Client
from apps.capillary.naming import HOME, REVERSIBLE, V2, V11, known_by
from apps.capillary.naming import Known as Identifier
from apps.capillary.resources import customers, redemptions
from apps.capillary.types_customer import Customer
from apps.capillary.types_points import PointsBalance, PointsRedemption, Redemptions
from apps.core.errors import Conflict, Missing, Refused, Unavailable
from apps.operations.colleagues import is_colleague
from apps.operations.customers import Person, person_of
from apps.operations.handles import Handle
from apps.points.models import Redemption

# More redemptions than that in the days looked at are not expected; the API's own number is ten.
PAGE = 100


@dataclass(frozen=True)
class Known:
    """A customer as just read. programmes in the order of the outside."""

    person: Person
    customer: Customer
    programmes: tuple[PointsBalance, ...]

    @property
    def is_colleague(self) -> bool:
        """Whether an active person of the console has one of their contacts. At most two queries."""
        return is_colleague(self.person.contacts, self.person.digests)

    @property
    def ledger_handle(self) -> Handle:
        """What their ledger is read by; empty when it cannot be."""
        found = next(iter(known_by(self.customer)), None)
        return Handle(V2[found.kind], found.value, found.source, found.account_id) if found else Handle()

    @property
    def reversal_identifier(self) -> Handle:
        """What names them in a reversal, so that the outside compares. Only a value of the stores' own profile:
        the call takes no source, and elsewhere the same value may be somebody else's."""
        home = (one for one in known_by(self.customer) if _is_home(one) and one.kind in REVERSIBLE)
        found = next(home, None)
        return Handle(V2[found.kind], found.value) if found else Handle()

    def programme(self, programme_id: str) -> PointsBalance | None:
        """The programme of this id, the first one for ""."""
        rows = (row for row in self.programmes if programme_id in ("", row.program_id))
        return next(rows, None)


def customer_call(customer_id: int) -> Call[Customer]:
    """The call whose answer `known_of` reads."""
    return customers.get(customer_id=customer_id, embed=("points", "mlp"))


def known_of(answer: Customer, customer_id: int) -> Known:
    """The customer of an answer. Raises Conflict for one merged into another."""
    person = person_of(answer, customer_id)
    if person.merged:
        raise Conflict(
            _("This customer was merged into %(survivor)s.") % {"survivor": person.merged},
            next_step=_("Open that customer and do it there."),
        )
    programmes = answer.programs or ((answer.points,) if answer.points else ())
    return Known(person, answer, tuple(programmes))


def read_customer(client: Client, customer_id: int) -> Known:
    """One call. Raises Conflict for a merged customer, CapillaryError when they cannot be read."""
    return known_of(client.send(customer_call(customer_id)), customer_id)


def read_both(client: Client, customer_id: int, redemption_id: str) -> tuple[Known, PointsRedemption]:
    """The customer and one of their redemptions, read at once: two calls, three for an old redemption.

    Raises: Conflict for a merged customer; Missing; CapillaryError
    """
    calls: dict[str, Call[Any]] = {
        "customer": customer_call(customer_id),
        "listing": listing_call(customer_id),
    }
    answers = client.send_all(calls)
    known = known_of(_told(answers["customer"]), customer_id)
    return known, read_redemption(client, customer_id, redemption_id, first=_told(answers["listing"]))


def _told(answer: Answer[Any]) -> Any:
    if answer.error is not None:
        raise answer.error
    if answer.value is None:
        raise Unavailable(_("The customer could not be read, so nothing was sent."))
    return answer.value


def naming(client: Client, known: Known) -> dict[str, Any]:
    """How version 1.1 is to name the customer: ``{"mobile": "…"}``.

    It takes no source, so a value that is not of the stores' own profile is looked up first: elsewhere it may be
    somebody else's, whose points would be taken. Raises Refused when nothing names them, CapillaryError.
    """
    several = [one for one in known_by(known.customer) if "," not in one.value]
    found = next((one for one in several if _is_home(one)), None)
    if found is not None:
        return {V11[found.kind]: found.value}
    for one in several:
        by = {V11[one.kind]: one.value}
        if _is_theirs(client, by, known.person.customer_id):
            return by
    raise Refused(
        _(
            "Capillary redeems by mobile, e-mail, external id or card, and this customer has none that is theirs alone."
        ),
        next_step=_("Add a mobile to their account first."),
    )


def _is_home(one: Identifier) -> bool:
    return (one.source.upper(), one.account_id) == (HOME, "")


def _is_theirs(client: Client, by: dict[str, Any], customer_id: int) -> bool:
    return client.send(customers.record(**by)).customer_id == str(customer_id)


def days_around(moment: datetime, zone: str) -> tuple[date, date]:
    """The day before to two days after, in the organisation's zone: clocks differ, and the end does not belong."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return day - timedelta(days=1), day + timedelta(days=2)


def listing_call(
    customer_id: int, *, days: tuple[date, date] | None = None, reference: str = "", number: str = ""
) -> Call[Redemptions]:
    """The call that lists a customer's redemptions of points: of these days, under our reference, or one by number."""
    start, end = days or (None, None)
    return redemptions.history(
        customer_id=customer_id,
        start_date=start,
        end_date=end,
        points_limit=PAGE,
        # Limits count only when both kinds are asked for; of the coupons as few as can be.
        coupons_limit=1,
        points_start_id=number,
        points_end_id=number,
        external_reference_number=reference,
    )


def read_redemption(
    client: Client, customer_id: int, wanted_id: str, *, first: Redemptions | None = None
) -> PointsRedemption:
    """One redemption of the customer as it stands now, by the id of the list or that of our own redeeming.

    first  an answer of `listing_call` that may hold it already; without it one call, or two when it is not told
           by its number alone
    Raises: Missing when they have no such redemption; CapillaryError
    """
    listed_id = listed_of(customer_id, wanted_id, first.points if first else ())
    found = one_of(first.points, listed_id) if first else None
    if found is None and listed_id.isdecimal():
        found = one_of(client.send(listing_call(customer_id, number=listed_id)).points, listed_id)
    if found is None and first is None:
        rows = client.send(listing_call(customer_id)).points
        found = one_of(rows, listed_of(customer_id, wanted_id, rows))
    if found is None:
        raise Missing(
            _("This customer has no such redemption."),
            next_step=_("Read the customer's redemptions again."),
        )
    return found


def one_of(rows: Iterable[PointsRedemption], listed_id: str) -> PointsRedemption | None:
    """The row of this id."""
    return next((row for row in rows if row.id == listed_id), None)


def listed_of(customer_id: int, wanted_id: str, rows: Iterable[PointsRedemption]) -> str:
    """The id in the list for an id as redeeming answered it."""
    ours = Redemption.objects.filter(customer_id=customer_id, outside_id=wanted_id).first()
    if ours is None:
        return wanted_id
    by_reference = (row.id for row in rows if row.external_reference == ours.reference)
    return ours.listed_id or next(by_reference, wanted_id)


def balance_of(known: Known, programme_id: str) -> Decimal | None:
    """Points available in the programme; None where the outside is silent."""
    programme = known.programme(programme_id)
    if programme is not None:
        return programme.available
    return known.person.balance if not programme_id else None
