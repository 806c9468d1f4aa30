"""One worker, one chunk: claimed under a lease, renewed with every row, lost for good once it has passed on."""

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from ulid import ULID

from apps.operations.models import Chunk, Operation
from apps.operations.work.states import ChunkState, Phase, State

# Longer than a task may live where the pool has a hard limit (90 s): who is slower than that is dead, or will
# find that its chunk has another owner.
LEASE_SECONDS = 120.0
MOST_TRIES = 3
STATE_OF = {
    Phase.READ: State.READING,
    Phase.CHECK: State.CHECKING,
    Phase.SUM: State.CHECKING,
    Phase.RUN: State.RUNNING,
}


class Lost(Exception):
    """The chunk belongs to somebody else by now: nothing may be written any more."""


class Stopped(Exception):
    """Somebody wants the operation to stop, or it is over: no further row may begin."""


@dataclass(frozen=True)
class Claim:
    """The right to work on a chunk, as long as its row carries this owner."""

    chunk: Chunk
    operation: Operation
    owner: str

    def renew(self) -> None:
        """Inside a transaction, when something was finished: no other worker can take it meanwhile. Raises Lost"""
        if not self._rows().update(lease_until=lease_from(timezone.now()), tries=0):
            raise Lost

    def touch(self) -> None:
        """Inside a transaction: as `renew`, with nothing finished. Raises Lost"""
        if not self._rows().update(lease_until=lease_from(timezone.now())):
            raise Lost

    def check_flags(self) -> None:
        """Inside the transaction in which the next row begins. Raises Stopped."""
        expected = (STATE_OF[Phase(self.chunk.phase)], False, False)
        now = Operation.objects.filter(pk=self.operation.pk).values_list(
            "state", "pause_wanted", "cancel_wanted"
        )
        if now.first() != expected:
            raise Stopped

    def hold(self) -> None:
        """Renew and read the flags, in one transaction of its own. Raises Lost, Stopped"""
        with transaction.atomic():
            self.touch()
            self.check_flags()

    def give_up(self, *, due_at: datetime | None = None, error: str = "", parked: bool = False) -> bool:
        """Let the chunk go before its end; False when it has passed on meanwhile.

        error  what went wrong; without it the claim is not counted as a try
        """
        values = {} if error else {"tries": 0}
        return bool(
            self._rows().update(
                state=ChunkState.PARKED if parked else ChunkState.WAITING,
                owner="",
                lease_until=None,
                sent_at=None,
                due_at=due_at or timezone.now(),
                error=error[:200],
                **values,
            )
        )

    def done(self) -> None:
        """Inside a transaction: every row of it is through. Raises Lost"""
        if not self._rows().update(state=ChunkState.DONE, owner="", lease_until=None, error=""):
            raise Lost

    def _rows(self) -> QuerySet[Chunk]:
        # Conditions on the chunk's own columns only: PostgreSQL looks at those again after waiting for the row.
        return Chunk.objects.filter(pk=self.chunk.pk, owner=self.owner, state=ChunkState.CLAIMED)


def claim(chunk_id: int) -> Claim | None:
    """Take a waiting chunk, or None: taken, done, not due, unwanted, or enough of them are worked on already.

    The operation's row is locked meanwhile, so that whoever stops it sees every claim that was made before.
    """
    now = timezone.now()
    with transaction.atomic():
        chunk = Chunk.objects.filter(pk=chunk_id).first()
        if chunk is None or is_full(now):
            return None
        operation = Operation.objects.select_for_update().get(pk=chunk.operation_id)
        if not is_wanted(operation, chunk):
            return None
        owner = str(ULID())
        taken = Chunk.objects.filter(pk=chunk_id, state=ChunkState.WAITING, due_at__lte=now).update(
            state=ChunkState.CLAIMED,
            owner=owner,
            held_by=this_process(),
            lease_until=lease_from(now),
            tries=F("tries") + 1,
        )
        if not taken:
            return None
        chunk.refresh_from_db()
    return Claim(chunk, operation, owner)


def is_full(now: datetime) -> bool:
    """Whether as many chunks are worked on as may be: the rest of the workers is for sweeps."""
    return being_worked_on(now) >= settings.CONSOLE_WORK_AT_ONCE


def being_worked_on(now: datetime) -> int:
    """How many chunks are claimed by workers that live."""
    return Chunk.objects.filter(state=ChunkState.CLAIMED, lease_until__gt=now).count()


def is_wanted(operation: Operation, chunk: Chunk) -> bool:
    """Whether rows of this chunk may begin as the operation stands."""
    stops = operation.pause_wanted or operation.cancel_wanted
    return operation.state == STATE_OF[Phase(chunk.phase)] and not stops


def free_expired(now: datetime) -> int:
    """Chunks of dead workers wait again, or are parked when that happened too often; returns how many.

    Dead is whose lease has run out, and at once whose process is gone from this machine. Should that be
    wrong, the chunk's new owner locks the old one out, and tokens keep rows single.
    """
    claimed = Chunk.objects.filter(state=ChunkState.CLAIMED)
    held = claimed.filter(lease_until__gte=now).values_list("owner", "held_by")
    # By owner: whoever claims one of them in this moment keeps it.
    gone = [owner for owner, holder in held if is_gone(holder)]
    expired = claimed.filter(Q(lease_until__lt=now) | Q(owner__in=gone))
    common = {"owner": "", "lease_until": None, "sent_at": None, "due_at": now}
    words = "a worker died with it"
    parked = expired.filter(tries__gte=MOST_TRIES).update(state=ChunkState.PARKED, error=words, **common)
    return parked + expired.update(state=ChunkState.WAITING, **common)


def this_process() -> str:
    """``machine/1234``."""
    return f"{this_machine()}/{os.getpid()}"


@cache
def this_machine() -> str:
    """Where process numbers mean the same: the machine's name, its start, and the container within it."""
    marks = []
    with suppress(OSError):
        marks.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8])
        marks.append(str(Path("/proc/self/ns/pid").readlink()))
    return " ".join([socket.gethostname()[:80], *marks])


def is_gone(holder: str) -> bool:
    """Whether a process of this machine is no more; False for others, of which nobody here can tell."""
    machine, _slash, pid = holder.rpartition("/")
    if machine != this_machine() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def lease_from(now: datetime) -> datetime:
    """When a lease that is renewed now runs out."""
    return now + timedelta(seconds=LEASE_SECONDS)
