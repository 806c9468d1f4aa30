"""Long work: how long chunks wait, whose leases have run out, and what waits for a person."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.formats import duration, number
from apps.operations.health.check import Check
from apps.operations.models import Chunk, Operation
from apps.operations.work.hours import may_run_now
from apps.operations.work.states import ChunkState, State

# Chunks wait while others are worked on; one that nobody has taken for so long although there is room is odd.
LONG = timedelta(minutes=2)


def long_work() -> Check:
    """Parked chunks first, then a queue that does not move, then figures. Three queries at most."""
    title = gettext_lazy("Long work")
    now = timezone.now()
    open_chunks = Chunk.objects.exclude(state=ChunkState.DONE)
    parked = open_chunks.filter(state=ChunkState.PARKED).count()
    if parked:
        sentence = ngettext(
            "%(count)s piece of long work failed again and again and waits for a person.",
            "%(count)s pieces of long work failed again and again and wait for a person.",
            parked,
        )
        return Check(title, "bad", sentence % {"count": parked})
    claims = open_chunks.filter(state=ChunkState.CLAIMED).values_list("lease_until", flat=True)
    expired = sum(1 for until in claims if until and until < now)
    waiting, oldest = _waiting(now)
    if oldest > LONG and not claims:
        words = _("%(count)s pieces of long work wait, the oldest for %(age)s, and no worker takes them.")
        return Check(title, "bad", words % {"count": number(waiting), "age": duration(oldest)})
    words = _("%(busy)s pieces are worked on, %(waiting)s wait; %(expired)s leases have run out.")
    values = {"busy": len(claims) - expired, "waiting": number(waiting), "expired": expired}
    return Check(title, "warn" if expired else "ok", words % values)


def _waiting(now: datetime) -> tuple[int, timedelta]:
    """How many chunks might be worked on now, and for how long the first of them has been due."""
    working = [
        one.pk
        for one in Operation.objects.working().only("pk", "kind", "state")
        if one.state != State.RUNNING or may_run_now(one.kind, now)
    ]
    if not working:
        return 0, timedelta(0)
    due = Chunk.objects.filter(state=ChunkState.WAITING, operation__in=working, due_at__lte=now)
    first = due.order_by("due_at").values_list("due_at", flat=True).first()
    return due.count(), now - first if first else timedelta(0)
