"""How the log stands: what is sealed, what waits, when it was last verified; and the place of one entry."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from apps.audit.log.waiting import waiting_since
from apps.audit.models import Checkpoint, Entry, Leaf, Suspect, Verification

# A worker seals every second: whatever waits longer tells that none is there.
LATE = timedelta(minutes=1)
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """The last checkpoint and verification (None while there is none), and how many entries wait.

    `late` is true when something has waited for longer than a worker needs.
    """

    checkpoint: Checkpoint | None
    verified: Verification | None
    running: Verification | None
    waiting: int
    late: bool

    @property
    def tone(self) -> str:
        """How loud to say it: ok, warn, or bad when something was changed."""
        if self.verified and self.verified.state == Verification.State.BROKEN:
            return "bad"
        return "warn" if self.late or not self.checkpoint else "ok"

    @property
    def many(self) -> bool:
        """True when more wait than were counted."""
        return self.waiting >= MOST_COUNTED


def standing() -> Standing:
    """Five short questions, whatever the size of the trail."""
    checkpoint = Checkpoint.objects.order_by("-size").first()
    ended = (Verification.State.SOUND, Verification.State.BROKEN)
    found = list(Verification.objects.filter(first=None, last=None, at_terminal=False)[:5])
    waiting, oldest = waiting_since(MOST_COUNTED)
    return Standing(
        checkpoint=checkpoint,
        verified=next((one for one in found if one.state in ended), None),
        running=next((one for one in found if one.state not in ended), None),
        waiting=waiting,
        late=oldest is not None and timezone.now() - oldest > LATE,
    )


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
