"""Looks for what became of an invitation: the people in the customer's own list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from apps.capillary.client import Client
from apps.capillary.resources import referrals
from apps.operations.acts.results import Result
from apps.operations.acts.rows import ActState
from apps.operations.acts.trade import Sought
from apps.referrals.asking import Told, understood
from apps.referrals.contacts import digest_of
from apps.referrals.joining import invited_forms, kind_of
from apps.referrals.models import Invitation, Invitee
from apps.referrals.outcomes import Told as Verdicts
from apps.referrals.outcomes import Verdict, conclude

# Their clock is not ours.
SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A row of the list. in_campaign: it is told that it is of the invitation's campaign."""

    at: datetime | None
    till: str
    in_campaign: bool


def seek(client: Client, act: Invitation) -> Sought:
    """What reading back says: one call, two where both versions are there.

    Nobody who stood in the campaign's list before was sent, so whoever stands in it since was invited: by us, or,
    when the list names another till, by that one, and then our row was refused. Who is not there may come yet.
    Raises: CapillaryError when the list could not be read
    """
    calls = referrals.reads(
        customer_id=act.customer_id or 0,
        campaign_tokens=(act.campaign,),
        dialect=client.config.referrals_dialect,
    )
    people = {row.digest: row for row in act.invitees.open()}
    seen = _seen(understood(client.send_all(calls), {}), act, people)
    verdicts = {people[digest].position: _verdict(act, rows) for digest, rows in seen.items()}
    found = {position: verdict for position, verdict in verdicts.items() if verdict}
    told = Verdicts(found)
    if len(found) == len(people):
        return Sought(Result(ActState.DONE, told=told))
    return Sought(news=told if found else None)


def keep_found(act: Invitation, sought: Sought) -> None:
    """Those found are settled at once, whatever becomes of the others."""
    if isinstance(sought.news, Verdicts) and act.is_open:
        result = Result(ActState(act.state), words=act.message, told=sought.news, looks=act.looks)
        conclude(actor=act.behind, act=act, result=result)


def _seen(told: Told, act: Invitation, people: Mapping[str, Invitee]) -> dict[str, list[_Seen]]:
    """Rows of the list by digest, of these people only."""
    certain = {id(row) for row in told.of_campaign(act.campaign)}
    found: dict[str, list[_Seen]] = {}
    for row in told.rows:
        for one in row.invitees:
            for digest in {digest_of(kind_of(one), form) for form in invited_forms(one)} & people.keys():
                till = one.till.code if one.till else ""
                found.setdefault(digest, []).append(_Seen(one.invited_at, till, id(row) in certain))
    return found


def _verdict(act: Invitation, seen: Iterable[_Seen]) -> Verdict | None:
    """The list knows the person: since our sending, or without a moment in the very campaign."""
    since = act.started_at - SLACK
    ours = [one for one in seen if (one.at >= since if one.at is not None else one.in_campaign)]
    here = act.store.till_code
    if not ours:
        return None
    if not here or any(one.till in ("", here) for one in ours):
        return Verdict(Invitee.State.INVITED, message=_("Found in the customer's list."), found=True)
    if not all(one.in_campaign for one in ours):
        # Another till, and perhaps another campaign: that says nothing about ours.
        return None
    words = _("Another till invited this person at the same time.")
    return Verdict(Invitee.State.REFUSED, message=words, permanent=True, found=True)
