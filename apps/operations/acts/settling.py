"""Reads acts back whose outcome is not known, crashed ones among them, until it is known or a person looks."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.ratelimit import Lane
from apps.core.context import new_reference, use_reference
from apps.core.errors import ConsoleError
from apps.operations.acts.carrying import reader_for
from apps.operations.acts.pacing import paced
from apps.operations.acts.results import LOOK_AFTER, Result
from apps.operations.acts.rows import ActRow, ActState
from apps.operations.acts.trade import Sought, Trade
from apps.staff.connection import client_for

A = TypeVar("A", bound=ActRow)
AT_ONCE = 20
CLAIMED_FOR = timedelta(seconds=90)
HORIZON = sum(LOOK_AFTER, timedelta())
# The outside may be away for hours; what cannot be looked up for longer than that a person should know of.
UNREAD_HORIZON = timedelta(hours=6)
READER = "Reading back"
log = logging.getLogger("console.operations")


def settle_due(trade: Trade[Any]) -> int:
    """Sweep: look at every act that is due; returns how many were looked at."""
    now = timezone.now()
    handled = 0
    for act in paced(trade.rows().due(now)[:AT_ONCE]):  # type: ignore[attr-defined]
        if not _claim(act, now):
            continue
        with use_reference(act.correlation or new_reference()):
            _checked(trade, act)
        handled += 1
    return handled


def _checked(trade: Trade[A], act: A) -> None:
    """One act, whose troubles keep no other one from being looked at."""
    try:
        check(trade, actor=reader_for(act, READER), act=act, lane="bulk")
    except Exception as error:
        log.error(
            "What became of %s (%s) could not be settled: %s.",
            act.reference,
            trade.name,
            type(error).__name__,
        )
        trade.conclude(actor=act.behind, act=act, result=_again(act, looked=False))


def check(trade: Trade[A], *, actor: Actor, act: A, lane: Lane = "people") -> A:
    """Look for the act outside, in this actor's name, and settle it in the name of who stood behind it.

    Shape: the act as it stands after; unknown again when nothing can be said yet, person after the last look
    """
    if not may_have_left(act):
        return apply(trade, act=act, sought=Sought(never_sent(act)))
    try:
        sought = trade.seek(client_for(actor, lane=lane), act)
    except ConsoleError:
        # Not being able to look says nothing about the act: it is looked for again later.
        return trade.conclude(actor=act.behind, act=act, result=_again(act, looked=False))
    return apply(trade, act=act, sought=sought)


def apply(trade: Trade[A], *, act: A, sought: Sought) -> A:
    """Settle the act by what was found, and let the room follow what that means."""
    result = sought.result
    if result is None:
        result = _again(act, looked=True)
    elif result.looks is None:
        result = Result(result.state, result.error, result.words, result.told, looks=act.looks + 1)
    settled = trade.conclude(actor=act.behind, act=act, result=result)
    trade.after(settled, sought)
    return settled


def may_have_left(act: ActRow) -> bool:
    """False when nothing was sent and, from now on, nothing can be: the row is no longer in progress."""
    if act.sent_at is not None:
        return True
    rows = type(act)._default_manager.filter(pk=act.pk, sent_at=None)
    rows.filter(state=ActState.IN_PROGRESS).update(state=ActState.UNKNOWN)
    return not rows.filter(state=ActState.UNKNOWN).exists()


def never_sent(act: ActRow) -> Result:
    """What is known of an act that cannot have left."""
    return Result(ActState.NOT_DONE, words=_("The console stopped before it was sent."), looks=act.looks)


def ended_unsent(trade: Trade[A], act: A | None) -> A | None:
    """The act of a row of a file as not done, when a worker kept it and died before it was sent; None otherwise.

    Safe beside a worker that only seemed dead: an act is marked before it leaves, and only while it is in progress.
    """
    if act is None or not act.is_of_a_file or act.sent_at is not None:
        return None
    if act.is_open:
        if may_have_left(act):
            return None
        # No look: settled as its own worker settles what it could not send.
        act = trade.conclude(actor=act.behind, act=act, result=replace(never_sent(act), looks=None))
    return act if act.state == ActState.NOT_DONE else None


def _claim(act: ActRow, now: datetime) -> bool:
    """Only one worker looks; a worker that dies lets go after a while."""
    same = type(act)._default_manager.filter(pk=act.pk, state=act.state, next_look_at=act.next_look_at)
    return bool(same.update(next_look_at=now + CLAIMED_FOR))


def _again(act: ActRow, *, looked: bool) -> Result:
    looks = act.looks + looked
    age = timezone.now() - act.started_at
    over = (looks >= len(LOOK_AFTER) and age > HORIZON) or (not looked and age > UNREAD_HORIZON)
    return Result(ActState.PERSON if over else ActState.UNKNOWN, words=act.message, looks=looks)
