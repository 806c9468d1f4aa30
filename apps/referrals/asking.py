"""Asks outside for a customer's referrals in every version there is; what one cannot tell, another may."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.capillary.calls import Answer
from apps.capillary.client import Client
from apps.capillary.errors import CustomerMerged, CustomerNotFound
from apps.capillary.resources import referrals
from apps.capillary.types_activity import Referrals
from apps.core.errors import ConsoleError, Unavailable
from apps.referrals.models import Campaign

# More campaigns than these are not asked for at once: each is a call.
MOST_CAMPAIGNS = 8
NOT_IN_IT = "1205"
# The name `referrals.reads` gives to the call of version 2, which asks for no campaign.
V2 = "v2"


@dataclass(frozen=True)
class Told:
    """What came back.

    rows   of every version;  named  those of them that were asked for by campaign
    notes  full sentences on what did not come, where something else did
    """

    rows: tuple[Referrals, ...]
    named: tuple[Referrals, ...] = ()
    notes: tuple[str, ...] = ()

    def of_campaign(self, token: str) -> tuple[Referrals, ...]:
        """Rows of this campaign: the one asked for by it, and those with the same code. None where none was."""
        asked = [row for row in self.named if row.campaign_token == token]
        codes, ids = {row.code for row in asked if row.code}, {id(row) for row in asked}
        return tuple(row for row in self.rows if id(row) in ids or row.code in codes)


def titles() -> dict[str, str]:
    """The campaigns we know of, those offered first: token → title."""
    return dict(Campaign.objects.values_list("token", "title")[:MOST_CAMPAIGNS])


def ask(client: Client, customer_id: int, campaigns: Mapping[str, str]) -> Told:
    """All calls at once. Raises CustomerMerged, CustomerNotFound, and the first error when nothing came back."""
    calls = referrals.reads(
        customer_id=customer_id,
        campaign_tokens=tuple(campaigns),
        dialect=client.config.referrals_dialect,
    )
    return understood(client.send_all(calls), campaigns)


def understood(answers: Mapping[str, Answer[Any]], campaigns: Mapping[str, str]) -> Told:
    """What the answers to `referrals.reads` tell together. Raises as `ask` does."""
    rows: list[Referrals] = []
    named: list[Referrals] = []
    failed: dict[str, ConsoleError] = {}
    for name, answer in answers.items():
        if isinstance(answer.error, CustomerMerged | CustomerNotFound):
            raise answer.error
        if answer.error is not None or answer.value is None:
            failed[name] = answer.error or Unavailable(_("The referrals could not be read in time."))
        else:
            rows.extend(answer.value)
            named.extend(answer.value if name != V2 else ())
    # A customer who takes no part in a campaign has no referrals in it: that is an answer.
    troubles = {name: error for name, error in failed.items() if error.code != NOT_IN_IT}
    if troubles and len(failed) == len(answers):
        raise next(iter(troubles.values()))
    notes = tuple(_note(name, error, campaigns) for name, error in troubles.items())
    return Told(tuple(rows), tuple(named), notes)


def of_one_campaign(answers: Mapping[str, Answer[Any]]) -> Told:
    """The same of one campaign: where its own list was asked for, nothing else says who stands in it.

    Raises: as `ask` does, and what that list ended in
    """
    told = understood(answers, {})
    for name, answer in answers.items():
        error = answer.error
        if name != V2 and answer.value is None and (error is None or error.code != NOT_IN_IT):
            raise error or Unavailable(_("The referrals could not be read in time."))
    return told


def _note(name: str, error: ConsoleError, campaigns: Mapping[str, str]) -> str:
    token = name.partition(" ")[2]
    words = error.words
    if name == V2:
        return _("Who the people are who came could not be read. %(why)s") % {"why": words}
    if not token:
        return _("The names of the invited could not be read. %(why)s") % {"why": words}
    values = {"campaign": campaigns.get(token, token), "why": words}
    return _("The campaign %(campaign)s could not be read. %(why)s") % values
