"""The customer as rooms that act need it: name, balance, fraud mark, merged or not, and hashes of contact data."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from apps.audit.identifiers import digests_of
from apps.capillary.calls import Call
from apps.capillary.errors import CustomerMerged
from apps.capillary.resources import customers
from apps.capillary.types_customer import Customer
from apps.core.errors import ConsoleError
from apps.core.masking import mask
from apps.operations.handles import Handle, handle_of

EMBEDS = ("points", "mlp")
KINDS = {"mobile": "mobile", "email": "email"}


@dataclass(frozen=True, slots=True)
class Person:
    """balance is None when the outside does not tell it; merged is the survivor's id, "" for nobody.

    fraud_told  False when the answer is silent on fraud: the v1.1 record knows then
    contacts  (kind, full value) pairs of mobiles and e-mails, never stored
    handle  what the ledger and the v1.1 record can be asked by
    """

    customer_id: int
    name: str
    mask: str
    balance: Decimal | None
    tier: str
    fraud: str
    merged: str
    contacts: tuple[tuple[str, str], ...]
    handle: Handle
    fraud_told: bool
    programmes: tuple[str, ...] = ()

    @property
    def digests(self) -> list[str]:
        """Keyed hashes of the contacts."""
        return [one.hex() for one in digests_of(self.contacts)]


def call_for(customer_id: int) -> Call[Customer]:
    """The call whose answer `person_of` reads."""
    return customers.get(customer_id=customer_id, embed=EMBEDS)


def person_of(answer: Customer, asked_id: int) -> Person:
    """The customer of an answer; one with another id is the survivor of a merged account."""
    contacts = tuple(_contacts(answer))
    points = answer.points or next(iter(answer.programs), None)
    fraud = answer.fraud
    return Person(
        customer_id=asked_id,
        name=next((profile.name for profile in answer.profiles if profile.name), ""),
        mask=next((mask(kind, value) for kind, value in contacts), ""),
        balance=points.available if points else None,
        tier=points.tier if points else "",
        fraud=fraud.status.upper() if fraud and fraud.is_marked else "",
        merged=str(answer.id) if answer.id != asked_id else "",
        contacts=contacts,
        handle=handle_of(answer),
        fraud_told=fraud is not None,
        programmes=tuple(one.program_id for one in answer.programs if one.program_id),
    )


def merged_of(error: ConsoleError | None) -> str:
    """The survivor an error names: "unknown" when it names nobody, "" for any other error."""
    if not isinstance(error, CustomerMerged):
        return ""
    return str(error.survivor_id) if error.survivor_id else "unknown"


def _contacts(answer: Customer) -> Iterator[tuple[str, str]]:
    seen: set[tuple[str, str]] = set()
    for profile in answer.profiles:
        pairs = [(one.type, one.value) for one in (*profile.identifiers, *profile.identifiers_all)]
        pairs += [(channel.type, channel.value) for channel in profile.channels]
        for name, value in pairs:
            kind = KINDS.get(name.casefold().replace("phone", "mobile"))
            if kind and value and (kind, value) not in seen:
                seen.add((kind, value))
                yield kind, value
