"""Closes calls whose second half was never written, because the process died or the database was away."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from apps.audit import store
from apps.audit.actor import system_actor
from apps.audit.models import Entry, SweepMark
from apps.capillary.batch import longest_seconds

log = logging.getLogger("console.audit")

MARGIN = timedelta(seconds=30)
# Entries are committed in nearly the order of their ids; this is more than any difference between clocks.
SLACK = timedelta(minutes=10)
AT_ONCE = 500
# Any number of our own: two sweepers on PostgreSQL wait for each other. SQLite has one writer anyway.
LOCK = 7_311_204


def close_open_calls() -> int:
    """Write ``call.unanswered`` (outcome unknown) for each call older than any call can be without an answer.

    May run twice at once and any number of times. Returns how many calls it closed, at most AT_ONCE.
    """
    limit = timezone.now() - longest_call() - MARGIN
    with transaction.atomic(durable=True):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        mark = SweepMark.objects.get_or_create(pk=1)[0]
        found = _open_calls(limit, mark.entry_id)
        if found:
            store.append([_closing(entry) for entry in found])
        if len(found) < AT_ONCE:
            _move(mark, limit)
    for entry in found:
        log.error("Call %s had no second half in the trail; its outcome is not known.", entry.call_id)
    return len(found)


def longest_call() -> timedelta:
    """From writing down that a call leaves to writing down how it ended, waiting for its turn included."""
    told = settings.CAPILLARY
    return timedelta(
        seconds=longest_seconds(
            deadline_seconds=float(told["deadline_seconds"]),
            people_wait_seconds=float(told.get("people_wait_seconds", 0)),
        )
    )


def _open_calls(limit: datetime, since: int) -> list[Entry]:
    asked = Entry.objects.filter(at__lt=limit, id__gt=since).without_second_half()
    return list(asked.order_by("id")[:AT_ONCE])


def _move(mark: SweepMark, limit: datetime) -> None:
    """Everything up to here is closed. Without it each look would start at the first entry."""
    closed = Entry.objects.filter(action="call.sent", at__lt=limit - SLACK, id__gt=mark.entry_id)
    last = closed.aggregate(last=Max("id"))["last"]
    if last:
        mark.entry_id = last
        mark.save(update_fields=["entry_id"])


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
