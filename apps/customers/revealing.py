"""Reveals one masked field: a reason first, then the value straight from the outside, never stored."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.capillary.errors import CapillaryError
from apps.capillary.resources import customers
from apps.core.errors import Conflict, Missing
from apps.customers.kinds import KINDS
from apps.customers.panels.identifiers import Known, identifiers_of
from apps.customers.places import Place, all_places
from apps.customers.source_words import source_words
from apps.staff.connection import client_for

SECONDS = 60


@dataclass(frozen=True, slots=True)
class Revealed:
    """The field with its full value, to be shown for so many seconds."""

    known: Known
    seconds: int = SECONDS


def reveal_field(*, actor: Actor, customer_id: int, field: str, reason: str) -> Revealed:
    """Fetch one identifier in full.

    field   the key of a Known, such as INSTORE..mobile.1
    Raises: Missing when the customer has no such field (any more); Conflict for a merged one; CapillaryError;
            TraceUnavailable: then nothing is shown
    """
    label = field_words(field)
    try:
        known = _found(actor, customer_id, field)
    except CapillaryError:
        record(
            "customer.revealed",
            actor=actor,
            outcome="not_done",
            customer=str(customer_id),
            subject=label,
            reason=reason,
            details={"field": field},
        )
        raise
    record(
        "customer.revealed",
        actor=actor,
        customer=str(customer_id),
        subject=f"{known.label}, {known.place}",
        reason=reason,
        details={"field": field},
        identifiers=[(known.masks_as, known.value)],
    )
    return Revealed(known)


def may_be_there(field: str) -> bool:
    """Whether a field looks like one of a customer: a kind and a place that are known here."""
    source, _dot, rest = field.partition(".")
    account, _dot, rest = rest.partition(".")
    code, _dot, number = rest.partition(".")
    return code in KINDS and number.isdecimal() and Place(source, account) in all_places()


def _found(actor: Actor, customer_id: int, field: str) -> Known:
    """The field out of the customer; raises Missing, Conflict, CapillaryError."""
    found = client_for(actor).send(customers.get(customer_id=customer_id, embed=()))
    if found.id != customer_id:
        # They may be one who opens for a reason only, which nobody has asked for.
        raise Conflict(
            _("This customer was merged into %(survivor)s.") % {"survivor": found.id},
            next_step=_("Open that one."),
        )
    known = next((one for one in identifiers_of(found) if one.key == field), None)
    if known is None:
        raise Missing(
            _("This customer has no such field."),
            next_step=_("Load the customer's page again to see what there is."),
        )
    return known


def check_field(*, actor: Actor, customer_id: int, field: str) -> None:
    """Nobody is asked for a reason to see what is not there. Asks the outside only about odd fields.

    Raises: Missing when the customer has no such field; CapillaryError
    """
    if not may_be_there(field):
        _found(actor, customer_id, field)


def field_words(field: str) -> str:
    """A key in words, for people: "Mobile, in store"."""
    source, _dot, rest = field.partition(".")
    account, _dot, rest = rest.partition(".")
    code = rest.partition(".")[0]
    label = str(KINDS[code].label) if code in KINDS else code
    return f"{label}, {source_words(source, account)}"
