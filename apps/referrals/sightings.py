"""Keeps which invitations the console came to see, as keyed hashes: what signals are found among."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from apps.core.masking import mask
from apps.referrals.contacts import digest_of
from apps.referrals.matching import Guest, Matched
from apps.referrals.models import Invitation, Invitee, Sighting

# A list of thousands is looked at by the hundred: what is older, or beyond that, was not noticed in its time.
KEPT_DAYS = timedelta(days=60)
AT_ONCE = 500


def keep(customer_id: int, matched: Iterable[Matched]) -> int:
    """Keep what is new in a customer's list, the newest 500 of the last 60 days; returns how many.

    One query, and nothing is written while nothing is new.
    """
    now = timezone.now()
    since = now - KEPT_DAYS
    there = Sighting.objects.filter(customer_id=customer_id, invited_at__gte=since)
    kept = list(there.values_list("campaign", "digest", "invited_at", "user_id"))
    # What was sent here says nothing of how far the list was read.
    read_to = max((at for _campaign, _digest, at, user in kept if user is None), default=since)
    rows = sorted(_recent(matched, read_to, now), key=lambda row: row[0], reverse=True)[:AT_ONCE]
    known = {(campaign, digest) for campaign, digest, _at, _user in kept}
    made = (_sighting(customer_id, at, token, guest) for at, token, guest in rows)
    new = [one for one in made if (one.campaign, one.digest) not in known]
    if new:
        Sighting.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def keep_sent(invitation: Invitation, invitees: Iterable[Invitee]) -> None:
    """Keep those just invited from here, in the caller's transaction."""
    Sighting.objects.bulk_create(
        [
            Sighting(
                customer_id=row.customer_id,
                campaign=row.campaign,
                digest=row.digest,
                kind=row.kind,
                mask=row.mask,
                till_code=invitation.store.till_code,
                invited_at=invitation.started_at,
                user_id=invitation.user_id,
            )
            for row in invitees
        ],
        ignore_conflicts=True,
    )


def prune() -> int:
    """Sweep: forget what is twice as old as anything that is judged; returns how many."""
    deleted, _by_model = Sighting.objects.filter(invited_at__lt=timezone.now() - 2 * KEPT_DAYS).delete()
    return deleted


def _recent(
    matched: Iterable[Matched], since: datetime, until: datetime
) -> Iterator[tuple[datetime, str, Guest]]:
    for one in matched:
        for guest in one.guests:
            if guest.invited_at and guest.forms and since <= guest.invited_at <= until:
                yield guest.invited_at, one.campaign.token, guest


def _sighting(customer_id: int, at: datetime, token: str, guest: Guest) -> Sighting:
    # The longest form has its country code.
    value = max(guest.forms, key=lambda form: (len(form), form))
    return Sighting(
        customer_id=customer_id,
        campaign=token,
        digest=digest_of(guest.kind, value),
        kind=guest.kind,
        mask=mask(guest.kind, guest.identifier)[:120],
        till_code=(guest.till.code if guest.till else "")[:80],
        invited_at=at,
    )
