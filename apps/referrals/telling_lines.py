"""Puts matched people into lines and totals: filtered, sorted, and only one page of them in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from apps.capillary.types_activity import Incentive
from apps.core import reader
from apps.core.masking import mask
from apps.referrals.matching import BOUGHT, JOINED, Arrival, Guest, Matched
from apps.referrals.story import Asked, Line, Totals

EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """An invited person, or somebody who came and matches nobody; `at` is what it is sorted and filtered by."""

    campaign: str
    at: datetime | None
    till: str
    guest: Guest | None
    came: tuple[Arrival, ...]


def entries_of(matched: Iterable[Matched], asked: Asked) -> list[Entry]:
    """Those asked for, newest first, those without a moment last."""
    since, until = period_of(asked)
    found = [
        entry
        for one in matched
        if asked.campaign in ("", one.campaign.key)
        for entry in _entries(one)
        if asked.till in ("", entry.till) and _within(entry.at, since, until)
    ]
    return sorted(found, key=lambda entry: entry.at or EARLIEST, reverse=True)


def period_of(asked: Asked) -> tuple[datetime | None, datetime | None]:
    """From the beginning of the first day to the end of the last, on the clock of whoever reads."""
    zone = reader.zone()
    since = datetime.combine(asked.start, time.min, zone) if asked.start else None
    until = datetime.combine(asked.end, time.min, zone) + timedelta(days=1) if asked.end else None
    return since, until


def totals_of(entries: Iterable[Entry], matched: Iterable[Matched], asked: Asked) -> Totals:
    """Over all entries. Whoever came is counted once, however many invitations reached them."""
    rows = list(entries)
    came = {id(one): one for entry in rows for one in entry.came}.values()
    alone = sum(1 for entry in rows if entry.guest and entry.guest.rewards and not _of(entry).rewards)
    lost = sum(len(one.rewards) for one in matched if asked.campaign in ("", one.campaign.key))
    return Totals(
        invited=sum(entry.guest is not None for entry in rows),
        joined=sum(one.joined for one in came),
        bought=sum(one.did(BOUGHT) for one in came),
        rewarded=sum(bool(one.rewards) for one in came) + alone,
        unmatched=sum(entry.guest is None for entry in rows),
        # Neither day nor till of these is told: they belong to no part of the story, only to all of it.
        unmatched_rewards=0 if asked.start or asked.end or asked.till else lost,
    )


def line_of(entry: Entry, sent_here: int | None = None, name: str = "") -> Line:
    """One entry in words. sent_here, name: what we know of it ourselves."""
    guest, told = entry.guest, _of(entry)
    kind, identifier = (guest.kind, guest.identifier) if guest else (told.kind, told.identifier)
    till = guest.till if guest else None
    return Line(
        stage=told.stage,
        matched=guest is not None,
        name=(guest.name if guest else "") or told.name or name,
        kind=kind,
        mask=mask(kind, identifier),
        campaign=entry.campaign,
        invited_at=guest.invited_at if guest else None,
        till=str(till or ""),
        till_code=entry.till,
        times=guest.times if guest else 1,
        joined_at=told.joined_at,
        bought_at=told.bought_at,
        rewarded_at=told.rewarded_at,
        customer_id=told.customer_id,
        rewards=told.words,
        sent_here=sent_here,
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of the people behind one entry."""

    stage: str
    name: str
    kind: str
    identifier: str
    customer_id: str
    joined_at: datetime | None
    bought_at: datetime | None
    rewarded_at: datetime | None
    rewards: tuple[Incentive, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Each reward as the outside names it; a coupon's code is the customer's own and stays out."""
        return tuple(one.label or one.series_id or "-" for one in self.rewards)


def _of(entry: Entry) -> _Told:
    came = entry.came
    rewards = tuple(one for arrival in came for one in arrival.rewards)
    rewards += tuple(entry.guest.rewards) if entry.guest else ()
    bought = any(one.did(BOUGHT) for one in came)
    stage = "rewarded" if rewards else "bought" if bought else "joined" if came else "invited"
    ids = {one.customer_id for one in came if one.customer_id}
    first = came[0] if came else Arrival()
    return _Told(
        stage=stage,
        name=first.name,
        kind=first.kind,
        identifier=first.identifier,
        # Two customers with the invited number: which of them it was is not told.
        customer_id=ids.pop() if len(ids) == 1 else "",
        joined_at=_first(one.at(JOINED) for one in came),
        bought_at=_first(one.at(BOUGHT) for one in came),
        rewarded_at=_first(one.earned_at for one in rewards),
        rewards=rewards,
    )


def _entries(one: Matched) -> Iterator[Entry]:
    for guest in one.guests:
        till = guest.till.code or guest.till.name if guest.till else ""
        yield Entry(one.campaign.key, guest.invited_at, till, guest, tuple(guest.came))
    for arrival in one.others:
        at = _first(moment for _kind, moment in arrival.events)
        yield Entry(one.campaign.key, at, "", None, (arrival,))


def _within(at: datetime | None, since: datetime | None, until: datetime | None) -> bool:
    if since is None and until is None:
        return True
    return at is not None and (since or EARLIEST) <= at < (until or LATEST)


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((at for at in moments if at is not None), default=None)
