"""What is read of a customer before goodwill is asked for."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.calls import Call
from apps.capillary.resources import customers, goodwill
from apps.capillary.types_points import GoodwillPage
from apps.core.errors import Conflict, Unavailable
from apps.goodwill.outside import fraud_word
from apps.operations.colleagues import is_colleague
from apps.operations.customers import Person, call_for, person_of
from apps.staff.connection import client_for

RECORD_NAMES = {"mobile": "mobile", "externalId": "external_id", "email": "email"}


@dataclass(frozen=True)
class Gathered:
    """outside is None when the list of the outside could not be read: duplicates are then our own alone."""

    person: Person
    outside: GoodwillPage | None
    colleague: bool


def gather(*, actor: Actor, customer_id: int) -> Gathered:
    """The customer and their goodwill outside, read at once.

    Raises: CustomerMerged or Conflict for a merged customer; CapillaryError when the customer cannot be read
    """
    calls: dict[str, Call[Any]] = {
        "customer": call_for(customer_id),
        "outside": goodwill.requests(customer_id=customer_id),
    }
    answers = client_for(actor).send_all(calls)
    customer = answers["customer"]
    if customer.error is not None:
        raise customer.error
    if customer.value is None:
        raise Unavailable(_("The customer could not be read, so nothing was sent."))
    person = person_of(customer.value, customer_id)
    if person.merged:
        raise Conflict(
            _("This customer was merged into %(survivor)s.") % {"survivor": person.merged},
            next_step=_("Open that customer and ask there."),
        )
    if not person.fraud_told:
        person = replace(person, fraud=_fraud_on_record(actor, person))
    return Gathered(person, answers["outside"].value, is_colleague(person.contacts, person.digests))


def _fraud_on_record(actor: Actor, person: Person) -> str:
    """The fraud mark of the v1.1 record, where v2 does not tell it. Raises CapillaryError."""
    if person.handle.name not in RECORD_NAMES:
        return ""
    by: dict[str, Any] = {RECORD_NAMES[person.handle.name]: person.handle.value}
    record = client_for(actor).send(customers.record(**by))
    # Version 1.1 takes no source: the value may belong to somebody else in another one.
    theirs = record.customer_id in ("", str(person.customer_id))
    return fraud_word(record.fraud.status) if record.fraud and theirs else ""
