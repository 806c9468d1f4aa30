"""Matches those who came with those who were invited: by identifier, and by nothing else; docs/referrals.md says how.

The outside gives two lists, often with nulls. What no identifier joins stays apart and is shown as such: a name, a day
or the order of a list proves nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from apps.capillary.types_activity import Incentive, Invitee, Referee
from apps.capillary.types_common import Place
from apps.referrals.contacts import EMAIL, MOBILE, forms_of
from apps.referrals.joining import Joined, invited_forms, kind_of

JOINED, BOUGHT = "REGISTRATION", "TRANSACTION"


@dataclass(eq=False, slots=True)
class Arrival:
    """Somebody who came. anonymous: nothing says who, so this is one event and not one person.

    events  (kind, when) of each
    """

    name: str = ""
    kind: str = ""
    identifier: str = field(default="", repr=False)
    customer_id: str = ""
    anonymous: bool = False
    events: list[tuple[str, datetime | None]] = field(default_factory=list)
    rewards: list[Incentive] = field(default_factory=list)

    def at(self, kind: str) -> datetime | None:
        """When the event was, the first one of several."""
        return _first(at for one, at in self.events if one == kind)

    @property
    def joined(self) -> bool:
        """Registered; whoever is known and bought has registered too."""
        return not self.anonymous or self.did(JOINED) or not self.did(BOUGHT)

    def did(self, kind: str) -> bool:
        """Whether there is such an event."""
        return any(one == kind for one, _at in self.events)


@dataclass(eq=False, slots=True)
class Guest:
    """One invited person; invited several times they are still one. identifier is "" where it is not told."""

    kind: str
    identifier: str = field(repr=False)
    forms: frozenset[str] = field(repr=False)
    name: str
    invited_at: datetime | None
    till: Place | None
    times: int = 1
    came: list[Arrival] = field(default_factory=list)
    rewards: list[Incentive] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Matched:
    """One campaign: the invited with who they became, who came besides, and rewards of whom it is not told."""

    campaign: Joined
    guests: list[Guest]
    others: list[Arrival]
    rewards: list[Incentive]


def match(campaign: Joined) -> Matched:
    """Nothing is guessed: a row without identifiers matches nobody."""
    guests, by_form = _guests(campaign.invitees)
    arrivals, by_key = _arrivals(campaign.referees)
    others = []
    for arrival, forms in arrivals:
        invited = {id(by_form[form]): by_form[form] for form in sorted(forms) if form in by_form}
        for guest in invited.values():
            guest.came.append(arrival)
        if not invited:
            others.append(arrival)
    lost = [one for one in campaign.incentives if not _rewarded(one, by_key, by_form)]
    return Matched(campaign, guests, others, lost)


def _guests(invitees: Iterable[Invitee]) -> tuple[list[Guest], dict[str, Guest]]:
    """In the order of inviting, so that the first invitation of a person is the one that is shown."""
    guests: list[Guest] = []
    by_form: dict[str, Guest] = {}
    for row in sorted(invitees, key=_by_time):
        forms = invited_forms(row)
        known = next((by_form[form] for form in forms if form in by_form), None)
        if known is None:
            known = Guest(kind_of(row), row.identifier, forms, row.name, row.invited_at, row.till)
            guests.append(known)
        else:
            known.times += 1
            known.name = known.name or row.name
        by_form.update(dict.fromkeys(forms, known))
    return guests, by_form


def _arrivals(
    referees: Iterable[Referee],
) -> tuple[list[tuple[Arrival, set[str]]], dict[str, Arrival]]:
    """Each person once with all forms of their identifiers, and the same by id and form."""
    found: list[tuple[Arrival, set[str]]] = []
    by_key: dict[str, Arrival] = {}
    places: dict[int, int] = {}
    for row in referees:
        forms = {*forms_of(MOBILE, row.mobile), *forms_of(EMAIL, row.email)}
        keys = forms | {f"{what}:{value}" for what, value in _ids(row) if value}
        arrival = by_key.get(f"id:{row.customer_id}") or next(
            (by_key[key] for key in sorted(keys) if key in by_key), None
        )
        if arrival is None or _is_another(arrival, row):
            arrival = Arrival(anonymous=not keys)
            places[id(arrival)] = len(found)
            found.append((arrival, set()))
        found[places[id(arrival)]][1].update(forms)
        by_key.update(dict.fromkeys(keys, arrival))
        _absorb(arrival, row)
    return found, by_key


def _ids(row: Referee) -> tuple[tuple[str, str], ...]:
    return (("id", row.customer_id), ("external", row.external_id))


def _absorb(arrival: Arrival, row: Referee) -> None:
    name = " ".join(part for part in (row.first_name, row.last_name) if part)
    arrival.name = arrival.name or name
    arrival.customer_id = arrival.customer_id or row.customer_id
    for kind, value in ((MOBILE, row.mobile), (EMAIL, row.email), ("external_id", row.external_id)):
        if value and not arrival.identifier:
            arrival.kind, arrival.identifier = kind, value
    arrival.events.append((row.event_type.upper(), row.added_at))


def _rewarded(one: Incentive, by_key: dict[str, Arrival], by_form: dict[str, Guest]) -> bool:
    """Give the reward to whom it was for; False when that is not told, or nobody known."""
    forms = sorted({*forms_of(MOBILE, one.for_mobile), *forms_of(EMAIL, one.for_email)})
    keys = [f"id:{one.for_customer_id}", *forms] if one.for_customer_id else forms
    arrival = next((by_key[key] for key in keys if key in by_key), None)
    whose = arrival or next((by_form[form] for form in forms if form in by_form), None)
    if whose is None:
        return False
    whose.rewards.append(one)
    return True


def _is_another(arrival: Arrival, row: Referee) -> bool:
    """The same number may be that of two customers."""
    return bool(arrival.customer_id and row.customer_id) and arrival.customer_id != row.customer_id


def _by_time(row: Invitee) -> tuple[bool, float]:
    return (row.invited_at is None, row.invited_at.timestamp() if row.invited_at else 0.0)


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((at for at in moments if at is not None), default=None)
