"""Requests that wait too long go to the deputy store too."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.audit.actor import system_actor
from apps.core.context import new_reference, use_reference
from apps.goodwill.escalations import times_of
from apps.goodwill.models import Escalation, GoodwillRequest
from apps.goodwill.states import State
from apps.goodwill.tracing import trace

AT_ONCE = 100


def escalate() -> int:
    """Sweep: hand on what waits longer than its store allows; returns how many were handed on."""
    handled, now = 0, timezone.now()
    late = GoodwillRequest.objects.waiting().filter(_too_long(now), escalated_at=None, due_at__lte=now)
    for pk in late.order_by("due_at").values_list("pk", flat=True)[:AT_ONCE]:
        with use_reference(new_reference()):
            handled += _escalate(pk)
    return handled


def _too_long(now: datetime) -> Q:
    """By each store's own time: late ones of a patient store must not stand before another's. Two queries."""
    own = list(Escalation.objects.exclude(store=None))
    found = Q(asked_at__lte=now - timedelta(minutes=times_of(None).escalate_minutes)) & (
        Q(store=None) | ~Q(store__in=[one.store_id for one in own])
    )
    for one in own:
        found |= Q(store=one.store_id, asked_at__lte=now - timedelta(minutes=one.escalate_minutes))
    return found


def _escalate(pk: int) -> int:
    now = timezone.now()
    with transaction.atomic():
        request = GoodwillRequest.objects.locked(pk)
        times = times_of(request.store)
        too_long = now >= request.asked_at + timedelta(minutes=times.escalate_minutes)
        if request.state != State.WAITING or request.escalated_at or not too_long:
            return 0
        request.escalated_at = now
        request.escalated_to = times.deputy_store
        request.save(update_fields=["escalated_at", "escalated_to"])
        to = times.deputy_store.name if times.deputy_store else "nobody else"
        trace("escalated", request, actor=system_actor("Escalation"), to=to)
    return 1
