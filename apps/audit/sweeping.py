"""Closes calls whose second half was never written, because the process died or the database was away."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from apps.audit import store
from apps.audit.actor import system_actor
from apps.audit.models import Entry

log = logging.getLogger("console.audit")

MARGIN = timedelta(seconds=30)
# Entries are committed in nearly the order of their ids; this is more than any difference between clocks.
SLACK = timedelta(minutes=10)
AT_ONCE = 500
MARK = "audit:calls-closed-up-to"
# Any number of our own: two sweepers on PostgreSQL wait for each other. SQLite has one writer anyway.
LOCK = 7_311_204


def close_open_calls() -> int:
    """Write ``call.unanswered`` (outcome unknown) for each call older than its deadline without an answer.

    May run twice at once and any number of times. Returns how many calls it closed, at most AT_ONCE.
    """
    limit = timezone.now() - timedelta(seconds=float(settings.CAPILLARY["deadline_seconds"])) - MARGIN
    with transaction.atomic(durable=True):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        found = _open_calls(limit)
        if found:
            store.append([_closing(entry) for entry in found])
    for entry in found:
        log.error("Call %s had no second half in the trail; its outcome is not known.", entry.call_id)
    if len(found) < AT_ONCE:
        _remember(limit)
    return len(found)


def _open_calls(limit: datetime) -> list[Entry]:
    halves = Entry.objects.filter(call_id=OuterRef("call_id"), id__gt=OuterRef("id")).exclude(
        action="call.sent"
    )
    since = cache.get(MARK, 0)
    asked = Entry.objects.filter(action="call.sent", at__lt=limit, id__gt=since)
    return list(asked.exclude(Exists(halves)).order_by("id")[:AT_ONCE])


def _remember(limit: datetime) -> None:
    """Everything up to here is closed. Forgetting it costs a longer look and nothing else."""
    closed = Entry.objects.filter(action="call.sent", at__lt=limit - SLACK, id__gt=cache.get(MARK, 0))
    last = closed.aggregate(last=Max("id"))["last"]
    if last:
        cache.set(MARK, last, timeout=None)


def _closing(sent: Entry) -> store.Draft:
    asked = sent.content["call"]
    return store.Draft(
        action="call.unanswered",
        actor=system_actor("Sweeper"),
        outcome="unknown",
        reference=sent.reference,
        customer=sent.customer,
        call_id=sent.call_id,
        call={
            "name": asked["name"],
            "method": sent.method,
            "path": sent.path,
            "write": asked["write"],
            "error": "NoSecondHalf",
        },
    )
