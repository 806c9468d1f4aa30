"""What people to invite are checked against: who the referrer is, and whom they invited so far."""

from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.client import Client
from apps.capillary.resources import referrals
from apps.capillary.types_activity import Referrals
from apps.core import caching
from apps.core.errors import Conflict, Unavailable
from apps.operations.customers import Person, call_for, person_of
from apps.referrals.asking import Told, of_one_campaign
from apps.referrals.contacts import digest_of, digests_like
from apps.referrals.joining import invited_forms, kind_of
from apps.staff.connection import client_for

KEPT_SECONDS = 120


@dataclass(frozen=True)
class Facts:
    """Keyed hashes only, so it may be kept for minutes.

    own       hashes of the referrer's contacts
    invited   of those invited in the campaign, here or elsewhere
    """

    customer_id: int
    campaign: str
    own: frozenset[str] = field(repr=False)
    invited: frozenset[str] = field(repr=False)


@dataclass(frozen=True)
class Known:
    """The same with the customer as just read."""

    person: Person
    facts: Facts


def facts_for(*, actor: Actor, customer_id: int, campaign: str, fresh: bool = True) -> Facts:
    """Read the referrer and their list at once.

    fresh  False: those of the last two minutes will do, for a form that is still being filled in
    Raises: Conflict for a merged customer; CapillaryError when either cannot be read
    """
    kept = None if fresh else caching.get_many([_key(customer_id, campaign)])
    if kept:
        return Facts(**next(iter(kept.values())))
    return read_known(client_for(actor), customer_id, campaign).facts


def read_known(client: Client, customer_id: int, campaign: str) -> Known:
    """The customer, and their list in this campaign: two calls, three where both versions are there; all at once.

    Raises: Conflict for a merged customer; CapillaryError; Unavailable when the campaign's list cannot be read
    """
    calls = dict(
        referrals.reads(
            customer_id=customer_id,
            campaign_tokens=(campaign,),
            dialect=client.config.referrals_dialect,
        )
    )
    answers = client.send_all({"customer": call_for(customer_id), **calls})
    customer = answers.pop("customer")
    if customer.error is not None:
        raise customer.error
    if customer.value is None:
        raise Unavailable(_("The customer could not be read, so nobody was invited."))
    person = person_of(customer.value, customer_id)
    if person.merged:
        raise Conflict(
            _("This customer was merged into %(survivor)s.") % {"survivor": person.merged},
            next_step=_("Open that customer and invite there."),
        )
    facts = _facts(person, customer_id, campaign, of_one_campaign(answers))
    caching.set_many({_key(customer_id, campaign): asdict(facts)}, KEPT_SECONDS)
    return Known(person, facts)


def _facts(person: Person, customer_id: int, campaign: str, told: Told) -> Facts:
    return Facts(
        customer_id=customer_id,
        campaign=campaign,
        own=frozenset(one for kind, value in person.contacts for one in digests_like(kind, value)),
        invited=frozenset(
            digest_of(kind_of(invitee), form)
            for row in _told_of(told, campaign)
            for invitee in row.invitees
            for form in invited_forms(invitee)
        ),
    )


def _told_of(told: Told, campaign: str) -> tuple[Referrals, ...]:
    """Rows of the campaign. Where no campaign is told, nobody can say in which somebody was invited: none count."""
    return told.of_campaign(campaign) or (told.rows if len(told.rows) == 1 else ())


def forget(customer_id: int, campaign: str) -> None:
    """Somebody was invited: what was kept is old."""
    caching.delete(_key(customer_id, campaign))


def _key(customer_id: int, campaign: str) -> str:
    return f"referrals-facts-{customer_id}-{campaign}"
