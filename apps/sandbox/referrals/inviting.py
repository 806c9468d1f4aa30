"""Inviting people: who may, whom, and what is written when it goes well."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.identifiers import key_of
from apps.sandbox.models import Customer, Identifier, Message, Referral
from apps.sandbox.referrals.campaigns import Campaign, code_in

# v1.1's table writes SMS where every sample and v2 write MOBILE.
TYPES = {"MOBILE": "MOBILE", "SMS": "MOBILE", "EMAIL": "EMAIL"}
KINDS = {"MOBILE": "mobile", "EMAIL": "email"}
_BAD = {"MOBILE": 1001, "EMAIL": 1002}


@dataclass(frozen=True)
class Wish:
    """One person to invite as sent; invited_at None means now."""

    type: str
    identifier: str
    name: str = ""
    local_id: str = ""
    invited_at: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """What became of a wish: the row written, or the refusal."""

    wish: Wish
    row: Referral | None = None
    refusal: Refusal | None = None


def check_referrer(customer: Customer, campaign: Campaign) -> str:
    """The code the customer invites with.

    Raises Refusal 618 (fraud), 1204 (suspended, closed, or in no loyalty programme), 1205 (not in the campaign).
    """
    if customer.fraud_status == "CONFIRMED":
        raise Refusal(618)
    if customer.status != "ACTIVE" or not customer.enrolments.exists():
        raise Refusal(1204)
    return code_in(customer, campaign)


def invite(referrer: Customer, campaign: Campaign, till_code: str, wishes: Sequence[Wish]) -> list[Answer]:
    """Invite each; one refused keeps nobody else from being invited. Answers in the order of the wishes.

    Raises Refusal as check_referrer does. A row is refused with 1206 (type), 1001 or 1002 (identifier),
    1014 (a customer already), 1204 (the referrer themself, or invited already in this campaign).
    The reference has no code of its own for the last two; by several customers one person may be invited.
    """
    # The transaction takes SQLite's one write lock at its start: nobody invites the same person between.
    with transaction.atomic():
        code = check_referrer(referrer, campaign)
        guest_list = _GuestList(referrer, campaign, wishes)
        answers = [_answered(wish, guest_list, till_code) for wish in wishes]
        invited = [answer.row for answer in answers if answer.row is not None]
        Referral.objects.bulk_create(invited)
        Message.objects.bulk_create(_message(row, code) for row in invited)
    return answers


class _GuestList:
    """Who must not be invited (again) by one referrer in one campaign."""

    def __init__(self, referrer: Customer, campaign: Campaign, wishes: Iterable[Wish]) -> None:
        self.referrer, self.campaign = referrer, campaign
        keys = {key for wish in wishes if (key := key_of_wish(wish))}
        known = Identifier.objects.filter(key__in=keys, kind__in=KINDS.values())
        self._customers = {
            (kind, key): owner for kind, key, owner in known.values_list("kind", "key", "customer_id")
        }
        invited = Referral.objects.filter(referrer=referrer, campaign_token=campaign.token, key__in=keys)
        self._invited = set(invited.values_list("key", flat=True))

    def admit(self, type_: str, key: str) -> None:
        """Note somebody as invited. Raises Refusal 1014, 1204."""
        owner = self._customers.get((KINDS[type_], key))
        if owner == self.referrer.id:
            raise Refusal(1204, "A customer cannot refer themself")
        if owner is not None:
            raise Refusal(1014)
        if key in self._invited:
            raise Refusal(1204, "The invitee was invited already by this customer in this campaign")
        self._invited.add(key)


def _answered(wish: Wish, guests: _GuestList, till_code: str) -> Answer:
    try:
        return Answer(wish, row=_row(wish, guests, till_code))
    except Refusal as refusal:
        return Answer(wish, refusal=refusal)


def _row(wish: Wish, guests: _GuestList, till_code: str) -> Referral:
    type_, key = TYPES.get(wish.type.upper()), key_of_wish(wish)
    if type_ is None:
        raise Refusal(1206)
    if not key:
        raise Refusal(_BAD[type_])
    guests.admit(type_, key)
    return Referral(
        referrer=guests.referrer,
        campaign_token=guests.campaign.token,
        type=type_,
        identifier=key if type_ == "MOBILE" else wish.identifier.strip(),
        key=key,
        name=wish.name[:160],
        local_id=wish.local_id[:40],
        invited_at=wish.invited_at or timezone.now(),
        till_code=till_code,
    )


def key_of_wish(wish: Wish) -> str:
    """The comparable identifier; empty for one that cannot be read or a type nobody knows."""
    kind = KINDS.get(TYPES.get(wish.type.upper(), ""), "")
    try:
        return key_of(kind, wish.identifier.strip()) if kind else ""
    except ValueError:
        return ""


def _message(row: Referral, code: str) -> Message:
    return Message(
        customer=row.referrer,
        channel="SMS" if row.type == "MOBILE" else "EMAIL",
        to=row.identifier,
        purpose="referral",
        body=f"A friend invites you to Maple & Thread. Say {code} at the till.",
    )
