"""What the bodies of invitations say, checked before anything leaves."""

import re
from collections.abc import Iterator, Sequence

from apps.capillary.calls import Json
from apps.capillary.types_referrals import Channel, Invitation
from apps.core.errors import BadInput

CHANNELS: tuple[Channel, ...] = ("MOBILE", "EMAIL")
MOBILE = re.compile(r"\d{7,15}")
EMAIL = re.compile(r"[^\s,@]+@[^\s,@]+")
# Version 1.1 lists SMS for what it answers as MOBILE.
V11_WORDS = {"MOBILE": "SMS", "EMAIL": "EMAIL"}


def checked(invitations: Sequence[Invitation]) -> tuple[Invitation, ...]:
    """The invitations as they can be sent: tidied, nobody twice. Raises BadInput naming the row, from 1."""
    if not invitations:
        raise BadInput("Name at least one person to invite.", field="invitations")
    asked = tuple(_tidy(number, one) for number, one in enumerate(invitations, start=1))
    seen: dict[str, int] = {}
    for number, one in enumerate(asked, start=1):
        first = seen.setdefault(one.identifier.casefold(), number)
        if first != number:
            raise BadInput(f"Rows {first} and {number} invite the same person.", field="invitations")
    return asked


def kinds(asked: Sequence[Invitation]) -> tuple[tuple[str, str], ...]:
    """The (kind, full value) pairs for hashing."""
    return tuple((one.channel.lower(), one.identifier) for one in asked)


def v11_body(customer_id: str, asked: Sequence[Invitation], campaign_token: str) -> Json:
    """One customer with one kind of invitation each: the same customer twice where both kinds are there.

    The reference shows `referral_type` as one object in requests, and batches of customers.
    """
    campaign = {"campaign_token": campaign_token} if campaign_token else {}
    return {
        "root": {
            "customer": [
                {
                    "id": customer_id,
                    "referrals": {
                        **campaign,
                        "referral_type": {"type": V11_WORDS[channel], "referral": rows},
                    },
                }
                for channel, rows in _grouped(asked, numbered=True)
            ]
        }
    }


def v2_body(customer_id: str, asked: Sequence[Invitation], campaign_token: str) -> Json:
    """One entry of `customerReferrals` with a group of rows for each kind."""
    campaign = {"campaignToken": campaign_token} if campaign_token else {}
    return {
        "customerReferrals": [
            {
                "customer": {"id": int(customer_id)},
                **campaign,
                "referrals": [{"type": channel, "referral": rows} for channel, rows in _grouped(asked)],
            }
        ]
    }


def _grouped(
    asked: Sequence[Invitation], *, numbered: bool = False
) -> Iterator[tuple[Channel, list[dict[str, str]]]]:
    """Rows by channel, in the order given; `numbered` rows tell their place, counted from 1."""
    for channel in CHANNELS:
        rows = [
            {
                **({"id": str(number)} if numbered else {}),
                **({"name": one.name} if one.name else {}),
                "identifier": one.identifier,
            }
            for number, one in enumerate(asked, start=1)
            if one.channel == channel
        ]
        if rows:
            yield channel, rows


def _tidy(number: int, given: Invitation) -> Invitation:
    value, name = given.identifier.strip(), " ".join(given.name.split())
    if given.channel == "MOBILE":
        value = value.removeprefix("+")
        if not (value.isascii() and MOBILE.fullmatch(value)):
            raise BadInput(
                f"Row {number} needs a mobile number in digits, with its country code.", field="invitations"
            )
    elif given.channel != "EMAIL" or not EMAIL.fullmatch(value):
        raise BadInput(f"Row {number} needs an e-mail address.", field="invitations")
    return Invitation(given.channel, value, name)
