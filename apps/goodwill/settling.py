"""Reads acts back whose outcome is not known, crashed ones among them, until it is known or a person looks."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from apps.audit.actor import Actor, system_actor
from apps.capillary.ratelimit import Lane
from apps.core.context import new_reference, use_reference
from apps.core.errors import ConsoleError
from apps.goodwill.effects import take_over
from apps.goodwill.looking import Found, look
from apps.goodwill.models import GoodwillRequest, OutsideAct
from apps.goodwill.outcomes import LOOK_AFTER, Result, conclude
from apps.goodwill.pacing import paced
from apps.goodwill.policy import approve_by_policy
from apps.goodwill.states import State as RequestState
from apps.staff.connection import client_for

State = OutsideAct.State
AT_ONCE = 20
CLAIMED_FOR = timedelta(seconds=90)
HORIZON = sum(LOOK_AFTER, timedelta())
# The outside may be away for hours; what cannot be looked up for longer than that a person should know of.
UNREAD_HORIZON = timedelta(hours=6)
log = logging.getLogger("console.goodwill")


def settle_unknown() -> int:
    """Sweep: look at every act that is due; returns how many were looked at."""
    now = timezone.now()
    due = OutsideAct.objects.due(now).select_related("request__series", "request__store", "decision")
    handled = 0
    for act in paced(due[:AT_ONCE]):
        if not _claim(act, now):
            continue
        with use_reference(act.correlation or new_reference()):
            _checked(act)
        handled += 1
    return handled


def _checked(act: OutsideAct) -> None:
    """One act, whose troubles keep no other one from being looked at."""
    try:
        check(actor=_reader(act), act=act, lane="bulk")
    except Exception as error:
        log.error("What became of %s could not be settled: %s.", act.reference, type(error).__name__)
        conclude(actor=act.behind, act=act, result=_again(act, looked=False))


def check(*, actor: Actor, act: OutsideAct, lane: Lane = "people") -> OutsideAct:
    """Look for the act outside, in this actor's name, and settle it in the name of who stood behind it.

    Shape: the act as it stands after; unknown again when nothing can be said yet, person after the last look
    """
    try:
        found = look(client_for(actor, lane=lane), act)
    except ConsoleError:
        # Not being able to look says nothing about the act: it is looked for again later.
        return conclude(actor=act.behind, act=act, result=_again(act, looked=False))
    return apply(act=act, found=found)


def apply(*, act: OutsideAct, found: Found) -> OutsideAct:
    """Settle the act by what was found, and follow what that means for the request."""
    actor = act.behind
    looks = act.looks + 1
    if found.done:
        result = Result(State.DONE, outside_id=found.outside_id, status=found.status, looks=looks)
    elif found.not_done:
        result = Result(State.NOT_DONE, words=str(found.status), looks=looks)
    elif found.several:
        result = Result(State.PERSON, looks=looks)
    else:
        result = _again(act, looked=True)
    settled = conclude(actor=actor, act=act, result=result)
    if found.not_done and found.standing is not None:
        _follow(actor, act, found)
    _go_on(settled)
    return settled


def _reader(act: OutsideAct) -> Actor:
    """The console itself, reading for the store of the act."""
    behind = act.behind
    return replace(system_actor("Reading back"), store_id=behind.store_id, store_code=behind.store_code)


def _follow(actor: Actor, act: OutsideAct, found: Found) -> None:
    """Somebody else's decision was found in the place of ours."""
    with transaction.atomic():
        request = GoodwillRequest.objects.locked(act.request_id)
        if found.standing is not None and not request.acts.unsettled().exists():
            take_over(request, found.standing, actor=actor)


def _go_on(act: OutsideAct) -> None:
    """A sending that was found goes on to its second step."""
    if act.kind != OutsideAct.Kind.ADD or act.state != State.DONE:
        return
    request = GoodwillRequest.objects.select_related("store", "series").get(pk=act.request_id)
    if request.state == RequestState.WAITING and request.by_policy:
        approve_by_policy(request)


def _claim(act: OutsideAct, now: datetime) -> bool:
    """Only one worker looks; a worker that dies lets go after a while."""
    same = OutsideAct.objects.filter(pk=act.pk, state=act.state, next_look_at=act.next_look_at)
    return bool(same.update(next_look_at=now + CLAIMED_FOR))


def _again(act: OutsideAct, *, looked: bool) -> Result:
    looks = act.looks + looked
    age = timezone.now() - act.started_at
    over = (looks >= len(LOOK_AFTER) and age > HORIZON) or (not looked and age > UNREAD_HORIZON)
    return Result(State.PERSON if over else State.UNKNOWN, words=act.message, looks=looks)
