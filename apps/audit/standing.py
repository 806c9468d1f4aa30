"""How the log stands: what is sealed, what waits, when it was last verified; and the place of one entry."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, Subquery
from django.utils import timezone

from apps.audit.log.waiting import waiting_since
from apps.audit.models import Checkpoint, Entry, Leaf, Suspect, Verification

State = Verification.State
ENDED = (State.SOUND, State.BROKEN)
# A worker seals every second: whatever waits longer tells that none is there.
LATE = timedelta(minutes=1)
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """The last checkpoint and verification of everything (None while there is none), and how many entries wait.

    `broken` has found something, whoever asked for it and whether it has ended or not, and no verification of
    everything has found nothing since. `late` is true when something has waited for longer than a worker needs.
    """

    checkpoint: Checkpoint | None
    verified: Verification | None
    running: Verification | None
    broken: Verification | None
    waiting: int
    late: bool

    @property
    def tone(self) -> str:
        """How loud to say it: ok, warn, or bad when something was changed."""
        if self.broken:
            return "bad"
        return "warn" if self.late or not self.checkpoint else "ok"

    @property
    def many(self) -> bool:
        """True when more wait than were counted."""
        return self.waiting >= MOST_COUNTED


def standing() -> Standing:
    """A few short questions, whatever the size of the trail."""
    found = _newest_verifications()
    # One at a terminal may have left out seals and columns: it is believed when it finds something only.
    whole = [one for one in found if one.first is None and one.last is None and not one.at_terminal]
    sound = next((one.pk for one in whole if one.state == State.SOUND), 0)
    waiting, oldest = waiting_since(MOST_COUNTED)
    return Standing(
        checkpoint=Checkpoint.objects.order_by("-size").first(),
        verified=next((one for one in whole if one.state in ENDED), None),
        running=next((one for one in whole if one.state not in ENDED), None),
        broken=next((one for one in found if one.pk > sound and _has_found(one)), None),
        waiting=waiting,
        late=oldest is not None and timezone.now() - oldest > LATE,
    )


def _newest_verifications() -> list[Verification]:
    """The newest of each sort that is asked for here, newest first: one question, however many others there are."""
    every = Verification.objects.all()
    whole = every.filter(first=None, last=None, at_terminal=False)
    sorts = (
        whole.filter(state__in=ENDED),
        whole.exclude(state__in=ENDED),
        whole.filter(state=State.SOUND),
        every.filter(Q(state=State.BROKEN) | ~Q(findings=[])),
    )
    return list(every.filter(pk__in=[Subquery(rows.values("pk")[:1]) for rows in sorts]))


def _has_found(one: Verification) -> bool:
    return one.state == State.BROKEN or bool(one.findings)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is in the log. Both are None while it waits; `why` tells why it will never be sealed."""

    index: int | None = None
    checkpoint: Checkpoint | None = None
    why: str = ""

    @property
    def position(self) -> int | None:
        """Its place as people count: from one."""
        return None if self.index is None else self.index + 1


def place_of(entry: Entry) -> Place:
    """The place of an entry, and the first checkpoint over it."""
    index = Leaf.objects.filter(entry_id=entry.pk).values_list("index", flat=True).first()
    if index is None:
        why = Suspect.objects.filter(entry_id=entry.pk).values_list("why", flat=True).first()
        return Place(why=why or "")
    return Place(index, Checkpoint.objects.filter(size__gt=index).order_by("size").first())
