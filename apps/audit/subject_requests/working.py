"""What a worker does about requests: makes packs, erases, and deletes packs whose time is over."""

import logging
from time import monotonic

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import system_actor
from apps.audit.models import SubjectRequest
from apps.audit.subject_requests.erasing import erase
from apps.audit.subject_requests.packing import make
from apps.audit.subject_requests.packs import delete_parts
from apps.audit.subject_requests.people import LEASE, trace
from apps.audit.subject_requests.searching import begun, came_through
from apps.core.context import new_reference, use_reference

log = logging.getLogger("console.audit")
State = SubjectRequest.State
WORK = {State.MAKING: make, State.ERASING: erase}
# A task may live for a minute: what takes longer goes on with the next one.
SLICE_SECONDS = 20.0
MOST_TRIES = 3


def go_on() -> int:
    """The sweep: one request after another; returns how many were worked on."""
    handled = 0
    moving = SubjectRequest.objects.filter(state__in=SubjectRequest.MOVING).order_by("due_on", "pk")
    until = monotonic() + SLICE_SECONDS
    with use_reference(new_reference()):
        for pk in list(moving.values_list("pk", flat=True)[:20]):
            handled += _work_on(pk, until) if not handled or monotonic() < until else 0
        return handled + expire()


def expire() -> int:
    """Delete packs whose time is over, and pieces that a dead worker left."""
    over = SubjectRequest.objects.filter(pack_expires_at__lte=timezone.now()).exclude(pack_sha256="")
    return sum(_expire(pk) for pk in list(over.values_list("pk", flat=True)[:100]))


def _expire(pk: int) -> bool:
    """Delete one; False when a new one took its place meanwhile. What is being written is another run's."""
    over = SubjectRequest.objects.filter(pk=pk, pack_expires_at__lte=timezone.now()).exclude(pack_sha256="")
    with transaction.atomic():
        request = over.select_for_update().first()
        if request is None:
            return False
        if request.state == State.MAKING:
            request.parts.filter(run=request.pack_run).delete()
        else:
            delete_parts(request)
        request.state = State.OPEN if request.state == State.READY else State(request.state)
        request.pack_sha256 = ""
        request.save(update_fields=["state", "pack_sha256"])
        trace("subject.pack.expired", request, actor=system_actor("Subject requests"))
    return True


def _work_on(pk: int, until: float) -> int:
    now = timezone.now()
    free = SubjectRequest.objects.filter(Q(claimed_until=None) | Q(claimed_until__lte=now), pk=pk)
    # Only one worker; a dead one's claim runs out.
    if not free.filter(state__in=SubjectRequest.MOVING).update(claimed_until=now + LEASE):
        return 0
    request = SubjectRequest.objects.get(pk=pk)
    # Counted before: who is killed cannot say so afterwards.
    _say_how_often(request, begun(request))
    try:
        waits = not WORK[State(request.state)](request, until=until)
    except Exception as error:  # one request's trouble holds up no other
        log.error("%s could not be worked on: %s.", request.number, type(error).__name__)
        return 0
    came_through(request)
    if not waits:
        # What waits for an act is looked at again after the claim.
        SubjectRequest.objects.filter(pk=pk).update(claimed_until=None)
    return 1


def _say_how_often(request: SubjectRequest, tries: int) -> None:
    """Somebody who waits for it has to know that it never ends by itself."""
    if tries > MOST_TRIES:
        words = _(
            "It was begun %(count)s times and never finished: whoever runs the console has to look into its log."
        )
        SubjectRequest.objects.filter(pk=request.pk).update(problem=words % {"count": tries - 1})
