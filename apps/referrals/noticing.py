"""What is unusual among invitations: many from one till, one person invited by several, a colleague."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from apps.referrals.contacts import digest_of
from apps.referrals.models import InviteRules, Sighting, SignalKind
from apps.referrals.sightings import KEPT_DAYS
from apps.staff.models import User

# As many rows of evidence as a person reads; how many there are is told.
SHOWN = 50
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Noticed:
    """Something unusual. about names it, so that the same thing is one signal; size how much of it there is.

    again_after  so many more make it worth another look after somebody has looked
    """

    kind: str
    about: str
    size: int
    rows: Sequence[Sighting] = field(repr=False)
    till_code: str = ""
    again_after: int = 1
    colleagues: tuple[User, ...] = ()

    @property
    def begins_at(self) -> datetime:
        """The first invitation."""
        return min(row.invited_at for row in self.rows)

    @property
    def ends_at(self) -> datetime:
        """The last one."""
        return max(row.invited_at for row in self.rows)

    @property
    def tills(self) -> set[str]:
        """Where they were sent from."""
        return {row.till_code for row in self.rows if row.till_code}

    @property
    def involved(self) -> set[int]:
        """The console's people who sent one or are one."""
        return {row.user_id for row in self.rows if row.user_id} | {one.pk for one in self.colleagues}

    @property
    def evidence(self) -> dict[str, Any]:
        """Masked, newest first."""
        newest = sorted(self.rows, key=lambda row: row.invited_at, reverse=True)
        senders = User.objects.filter(pk__in={row.user_id for row in self.rows if row.user_id})
        return {
            "till": self.till_code,
            "from": self.begins_at.isoformat(),
            "until": self.ends_at.isoformat(),
            "people": sorted(senders.values_list("name", flat=True)),
            "customers": sorted({row.customer_id for row in self.rows}),
            "colleague": ", ".join(sorted(one.name for one in self.colleagues)),
            "total": len(self.rows),
            "rows": [
                {
                    "mask": row.mask,
                    "customer_id": row.customer_id,
                    "at": row.invited_at.isoformat(),
                    "till": row.till_code,
                }
                for row in newest[:SHOWN]
            ],
        }


def notice(fresh: Sequence[Sighting]) -> Iterator[Noticed]:
    """What these new invitations show together with those known before."""
    yield from _bursts(fresh)
    yield from _shared(fresh)
    yield from _colleagues(fresh)


def _bursts(fresh: Iterable[Sighting]) -> Iterator[Noticed]:
    rules = _rules()
    for till in sorted({row.till_code for row in fresh if row.till_code}):
        rule = rules.get(till) or rules[""]
        if not rule.burst_count:
            continue
        at = [row.invited_at for row in fresh if row.till_code == till]
        minutes = timedelta(minutes=rule.burst_minutes)
        near = _near(till, min(at) - DAY, max(at) + DAY)
        for day, rows in _by_day(runs(near, minutes, rule.burst_count)).items():
            yield Noticed(
                SignalKind.MANY_FROM_TILL,
                about=f"till:{till}:{day}",
                size=len(rows),
                rows=rows,
                till_code=till,
                again_after=rule.burst_count,
            )


def _near(till: str, since: datetime, until: datetime) -> list[Sighting]:
    """By time. A person whom the list shows as well as our own rows is one."""
    rows = Sighting.objects.filter(till_code=till, invited_at__gte=since, invited_at__lte=until)
    once: dict[tuple[int, str], Sighting] = {}
    for row in rows.order_by("invited_at", "id"):
        once.setdefault((row.customer_id, row.digest), row)
    return list(once.values())


def _by_day(found: Iterable[Sequence[Sighting]]) -> dict[str, list[Sighting]]:
    """The stretches of one day are one thing to look at."""
    days: dict[str, list[Sighting]] = {}
    for rows in found:
        days.setdefault(f"{timezone.localtime(rows[0].invited_at):%Y-%m-%d}", []).extend(rows)
    return days


def runs(rows: Sequence[Sighting], within: timedelta, count: int) -> list[Sequence[Sighting]]:
    """Stretches in which any invitation lies in a window of so many; rows by time. Two windows that touch are one."""
    found: list[tuple[int, int]] = []
    first = 0
    for last, row in enumerate(rows):
        while row.invited_at - rows[first].invited_at > within:
            first += 1
        if last - first + 1 < count:
            continue
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return [rows[start : end + 1] for start, end in found]


def _shared(fresh: Iterable[Sighting]) -> Iterator[Noticed]:
    several = _rules()[""].shared_by
    if not several:
        return
    for digest, rows in _by_digest({row.digest for row in fresh}).items():
        customers = {row.customer_id for row in rows}
        if len(customers) >= several:
            yield Noticed(SignalKind.SHARED_IDENTIFIER, f"shared:{digest}", len(customers), rows)


def _colleagues(fresh: Iterable[Sighting]) -> Iterator[Noticed]:
    staff: dict[str, list[User]] = {}
    for user in User.objects.filter(is_active=True):
        for digest in {digest_of("email", user.email), user.mobile_digest} - {""}:
            staff.setdefault(digest, []).append(user)
    known = {row.digest for row in fresh} & staff.keys()
    for digest, rows in _by_digest(known).items():
        yield Noticed(
            SignalKind.STAFF_INVITED,
            f"staff:{digest}",
            len({row.customer_id for row in rows}),
            rows,
            colleagues=tuple(staff[digest]),
        )


def _by_digest(digests: Iterable[str]) -> dict[str, list[Sighting]]:
    since = timezone.now() - KEPT_DAYS
    found: dict[str, list[Sighting]] = {}
    for row in Sighting.objects.filter(digest__in=list(digests), invited_at__gte=since).order_by("id"):
        found.setdefault(row.digest, []).append(row)
    return found


def _rules() -> dict[str, InviteRules]:
    """Rules by till code, those for all under ""."""
    rows = list(InviteRules.objects.select_related("store"))
    everywhere = next((row for row in rows if row.store is None), InviteRules())
    return {"": everywhere} | {row.store.till_code: row for row in rows if row.store and row.store.till_code}
