"""Looks for what became of an invitation: the people in the customer's own list."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from apps.capillary.client import Client
from apps.capillary.resources import referrals
from apps.capillary.types_activity import Referrals
from apps.operations.acts.results import Result
from apps.operations.acts.rows import ActState
from apps.operations.acts.trade import Sought
from apps.referrals.asking import of_one_campaign
from apps.referrals.contacts import digest_of
from apps.referrals.joining import invited_forms, kind_of
from apps.referrals.models import Invitation, Invitee
from apps.referrals.models.invitees import TAKEN
from apps.referrals.outcomes import Told as Verdicts
from apps.referrals.outcomes import Verdict, conclude

# Their clock is not ours.
SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A row of the list. place: which of the customer's campaigns it is of, counted as they are told."""

    at: datetime | None
    till: str
    place: int


@dataclass(frozen=True, slots=True)
class _Where:
    """certain: it is told in which campaign somebody stands, and only the invitation's own was looked at.

    others  to how many other campaigns we invited each person in these minutes, where that is not told
    """

    certain: bool
    others: Mapping[str, int]


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
    certain = referrals.can_filter(client.config.referrals_dialect)
    people = {row.digest: row for row in act.invitees.open()}
    answered = of_one_campaign(client.send_all(calls))
    seen = _seen(answered.of_campaign(act.campaign) if certain else answered.rows, people)
    where = _Where(certain, {} if certain else _elsewhere(act, people))
    verdicts = {people[digest].position: _verdict(act, digest, rows, where) for digest, rows in seen.items()}
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


def _seen(told: Sequence[Referrals], people: Collection[str]) -> dict[str, list[_Seen]]:
    """Rows of the list by digest, of these people only."""
    found: dict[str, list[_Seen]] = {}
    for place, row in enumerate(told):
        for one in row.invitees:
            for digest in {digest_of(kind_of(one), form) for form in invited_forms(one)}.intersection(people):
                till = one.till.code if one.till else ""
                found.setdefault(digest, []).append(_Seen(one.invited_at, till, place))
    return found


def _elsewhere(act: Invitation, people: Collection[str]) -> Counter[str]:
    """To how many other campaigns of the customer we invited each of them, or perhaps did, at about that time."""
    rows = Invitee.objects.filter(
        customer_id=act.customer_id or 0,
        digest__in=list(people),
        state__in=TAKEN,
        invitation__started_at__gte=act.started_at - 2 * SLACK,
    )
    return Counter(rows.exclude(campaign=act.campaign).values_list("digest", flat=True))


def _verdict(act: Invitation, digest: str, seen: Iterable[_Seen], where: _Where) -> Verdict | None:
    """The list knows the person: since our sending, or without a moment in the very campaign."""
    since = act.started_at - SLACK
    ours = [one for one in seen if (one.at >= since if one.at is not None else where.certain)]
    here = act.store.till_code
    if len({one.place for one in ours}) <= where.others.get(digest, 0):
        # Not there; or there, but perhaps only in the other campaigns we sent them to.
        return None
    if not here or any(one.till in ("", here) for one in ours):
        return Verdict(Invitee.State.INVITED, message=_("Found in the customer's list."), found=True)
    if not where.certain:
        # Another till, and perhaps another campaign: that says nothing about ours.
        return None
    words = _("Another till invited this person at the same time.")
    return Verdict(Invitee.State.REFUSED, message=words, permanent=True, found=True)
