"""Who came of the invited, as both versions of the API tell it: an event for registering, one for buying."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from apps.sandbox.models import Customer, Referral

# Only the first stands in the reference, which says that a referee registered or bought.
REGISTRATION, PURCHASE = "REGISTRATION", "TRANSACTION"


@dataclass(frozen=True)
class Event:
    """Something an invitee did."""

    type: str
    row: Referral
    customer: Customer
    at: datetime


def events_of(rows: Iterable[Referral]) -> list[Event]:
    """What the invitees of these rows did, newest first."""
    came = [row for row in rows if row.referee_id and row.joined_at]
    known = Customer.objects.in_bulk([row.referee_id for row in came if row.referee_id])
    events = [
        Event(kind, row, known[row.referee_id], at)
        for row in came
        for kind, at in ((REGISTRATION, row.joined_at), (PURCHASE, row.bought_at))
        if at is not None and row.referee_id in known
    ]
    return sorted(events, key=lambda event: (event.at, event.row.id), reverse=True)


def rewarded(rows: Iterable[Referral]) -> list[Referral]:
    """Rows whose coupon the referrer has."""
    return [row for row in rows if row.rewarded_at is not None]


def known_person(names: dict[str, str], *, hidden: bool) -> dict[str, str | None]:
    """Names and identifiers as v1.1 tells of a referee: null for what is not known, all of it for a hidden one."""
    known = {} if hidden else names
    return {
        name: known[name] if known.get(name) not in (None, "", "None") else None
        for name in ("firstname", "lastname", "mobile", "email", "external_id")
    }
