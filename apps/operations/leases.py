"""Runs one sweep at a time however many workers hear the bell."""

import logging
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from ulid import ULID

from apps.operations.models import SweepLease
from apps.operations.sweeps import Sweep

log = logging.getLogger("console.operations")


def run(sweep: Sweep) -> int | None:
    """Run the sweep under its lease.

    Shape:  how many rows it handled; None when another worker holds it or it has run just now
    Raises: whatever the sweep raises, after noting it; the lease is free again then
    """
    owner = claim(sweep)
    if owner is None:
        return None
    try:
        handled = sweep.run()
    except Exception as error:
        finish(sweep, owner, error=type(error).__name__)
        raise
    finish(sweep, owner, handled=handled)
    return handled


def claim(sweep: Sweep) -> str | None:
    """Take the lease in one conditional update; the owner's token, or None.

    A ring within half the sweep's rhythm is an echo (messages piled up while no worker ran) and claims nothing.
    """
    now = timezone.now()
    owner = str(ULID())
    SweepLease.objects.get_or_create(name=sweep.name)
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    taken = SweepLease.objects.filter(free, due(sweep, now), name=sweep.name).update(
        owner=owner, lease_until=now + timedelta(seconds=sweep.lease_seconds), started_at=now
    )
    return owner if taken else None


def due(sweep: Sweep, now: datetime) -> Q:
    """Never run to its end, or long enough ago. A run that was killed leaves finished_at behind started_at."""
    return Q(finished_at=None) | Q(finished_at__lte=now - timedelta(seconds=sweep.every_seconds / 2))


def finish(sweep: Sweep, owner: str, *, handled: int = 0, error: str = "") -> bool:
    """Give the lease back with the outcome; False when it has passed to another run meanwhile."""
    kept = SweepLease.objects.filter(name=sweep.name, owner=owner).update(
        owner="", lease_until=None, finished_at=timezone.now(), handled=handled, error=error
    )
    if not kept:
        log.warning("The sweep %s outlived its lease.", sweep.name)
    return bool(kept)
