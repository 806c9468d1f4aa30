"""Carries a reserved act out: once, with no transaction open, and settled by what is known of it."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import DatabaseError, models
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import trace_unavailable
from apps.capillary.calls import Call
from apps.capillary.client import Client
from apps.capillary.errors import CapillaryError, NotSent
from apps.capillary.ratelimit import BULK_WAIT_SECONDS, Lane
from apps.capillary.recording import AnsweredCall, Recorder, SentCall
from apps.core.context import current_reference, use_reference
from apps.core.errors import ConsoleError, TraceUnavailable
from apps.operations.acts.results import Result
from apps.operations.acts.rows import ActRow, ActState, kept
from apps.operations.acts.trade import Trade
from apps.staff.connection import client_for

A = TypeVar("A", bound=ActRow)
# Longer than any call may take: whoever is still in progress after that has died.
IN_PROGRESS_LIMIT = timedelta(seconds=60)
# A row of long work may wait for its turn before each of its calls: the reading right before the act, and the act.
BULK_LIMIT = IN_PROGRESS_LIMIT + timedelta(seconds=2 * BULK_WAIT_SECONDS)
FIRST_LOOK = timedelta(seconds=5)
log = logging.getLogger("console.operations")


def reserved(actor: Actor, *, customer_id: int | None, lane: Lane | None = None) -> dict[str, Any]:
    """The values every new row of an act begins with, for ``Model.objects.create(**reserved(...), …)``.

    lane    as it will be given to `carry_out`
    """
    now = timezone.now()
    return {
        "customer_id": customer_id,
        "started_at": now,
        "next_look_at": now + in_progress_limit(actor.channel, lane),
        "correlation": current_reference(),
        "actor": kept(actor),
    }


def in_progress_limit(channel: str, lane: Lane | None = None) -> timedelta:
    """How long an act begun in this channel may be on its way before whoever sends it must have died."""
    waits_long = lane == "bulk" or (lane is None and channel == "operation")
    return BULK_LIMIT if waits_long else IN_PROGRESS_LIMIT


def is_being_sent(act: ActRow) -> bool:
    """Whether somebody may still be at it."""
    ends_at = act.started_at + in_progress_limit(str(act.actor.get("channel", "")))
    return act.state == ActState.IN_PROGRESS and timezone.now() < ends_at


def carry_out(trade: Trade[A], *, actor: Actor, act: A, lane: Lane | None = None) -> A:
    """Send a reserved act, once, and settle it.

    lane    None: what the actor's channel says, see `client_for`
    Shape:  the act: done, not_done (code and message say why) or unknown; still in progress when the answer
            could not be kept: then it is read back
    Raises: TraceUnavailable, or BadInput for what no call can carry: then nothing was sent and the act is
            settled as not done
    """
    with use_reference(act.correlation or current_reference()):
        return _carried(trade, actor, act, lane)


def _carried(trade: Trade[A], actor: Actor, act: A, lane: Lane | None) -> A:
    try:
        call = trade.call_of(act)
        client = fenced(client_for(actor, lane=lane), act, call)
    except ConsoleError as error:
        trade.conclude(actor=actor, act=act, result=Result(ActState.NOT_DONE, words=error.message))
        raise
    try:
        answer = client.send(call)
    except CapillaryError as error:
        state = ActState.NOT_DONE if error.outcome_known else ActState.UNKNOWN
        return _settled(trade, actor, act, Result(state, error=error))
    except TraceUnavailable as error:
        trade.conclude(actor=actor, act=act, result=Result(ActState.NOT_DONE, words=error.message))
        raise
    except BaseException:
        # Nobody knows how far it came: the row stays in progress and is read back soon.
        type(act)._default_manager.filter(pk=act.pk, state=ActState.IN_PROGRESS).update(
            next_look_at=timezone.now() + FIRST_LOOK
        )
        raise
    return _settled(trade, actor, act, trade.understood(act, answer))


def _settled(trade: Trade[A], actor: Actor, act: A, result: Result) -> A:
    """Keep what the outside said. Where that fails nobody may be told that nothing was sent."""
    try:
        return trade.conclude(actor=actor, act=act, result=result)
    except (TraceUnavailable, DatabaseError) as error:
        log.critical("The outcome of %s could not be kept: %s.", act.reference, type(error).__name__)
        return act


def fenced(client: Client, act: models.Model, call: Call[Any]) -> Client:
    """The client, whose recorder lets this call leave only while the act's row is in progress.

    act  a row with the columns state and sent_at of an `ActRow`
    """
    client.recorder = FencedRecorder(client.recorder, act, call.name)
    return client


class FencedRecorder:
    """Marks the act as sent before the trail's entry is written: a process that slept through its own time
    finds the row settled, and of two that hold the same row only one finds it unmarked; the other sends nothing."""

    def __init__(self, recorder: Recorder, act: models.Model, name: str) -> None:
        self.recorder, self.act, self.name = recorder, act, name
        self.marked_at: datetime | None = None

    def sent(self, calls: list[SentCall]) -> None:
        """Raises NotSent when the act is settled meanwhile; what the recorder raises otherwise."""
        if any(call.name == self.name and call.write for call in calls):
            self._mark()
        self.recorder.sent(calls)

    def answered(self, calls: list[AnsweredCall]) -> None:
        """As the recorder keeps them."""
        self.recorder.answered(calls)

    def _mark(self) -> None:
        # Marked before by this very sender when it tries again after a certain no; by any other one: not ours to send.
        rows = type(self.act)._default_manager.filter(
            pk=self.act.pk, state=ActState.IN_PROGRESS, sent_at=self.marked_at
        )
        now = timezone.now()
        try:
            held = rows.update(sent_at=now)
        except DatabaseError as error:
            raise trace_unavailable() from error
        if not held:
            raise NotSent(
                _("The console was held up for too long, so nothing was sent."),
                next_step=_("Load the page again and look how it stands now."),
            )
        self.marked_at = now


def reader_for(act: ActRow, name: str) -> Actor:
    """The console itself, reading for the store of the act."""
    behind = act.behind
    return replace(
        behind, user_id=None, name=name, role="System", session="", ip="", browser="", channel="system"
    )
