"""The three steps of an act outside: reserved as a row, carried out once, settled by what is known of it."""

import logging
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.errors import CapillaryError
from apps.core.context import current_reference
from apps.core.errors import Conflict, ConsoleError, TraceUnavailable
from apps.goodwill.models import Decision, GoodwillRequest, OutsideAct
from apps.goodwill.models.acts import kept
from apps.goodwill.outcomes import Result, conclude
from apps.goodwill.outside import call_of
from apps.staff.connection import client_for

# Longer than any call may take: whoever is still in progress after that has died.
IN_PROGRESS_LIMIT = timedelta(seconds=60)
FIRST_LOOK = timedelta(seconds=5)
log = logging.getLogger("console.goodwill")


def reserve(
    request: GoodwillRequest,
    *,
    kind: str,
    actor: Actor,
    decision: Decision | None = None,
    amount: Decimal | None = None,
) -> OutsideAct:
    """The row of the act, inside the caller's transaction, which holds the request's lock.

    Raises: Conflict while another act of this request (or sending for this customer) is not settled
    """
    now = timezone.now()
    try:
        with transaction.atomic():
            return OutsideAct.objects.create(
                request=request,
                kind=kind,
                decision=decision,
                amount=amount,
                customer_id=request.customer_id,
                started_at=now,
                next_look_at=now + IN_PROGRESS_LIMIT,
                correlation=current_reference(),
                actor=kept(actor),
            )
    except IntegrityError:
        raise Conflict(
            _("Goodwill for this customer is on its way and not known to be there yet."),
            next_step=_("Wait until it is settled. Do not send it again."),
        ) from None


def carry_out(*, actor: Actor, act: OutsideAct) -> OutsideAct:
    """Send a reserved act, once, and settle it. No transaction is open while the outside is asked.

    Shape:  the act: done, not_done (code and message say why) or unknown; still in progress when the answer
            could not be kept: then it is read back
    Raises: TraceUnavailable, or BadInput for what no call can carry: then nothing was sent and the act is
            settled as not done
    """
    try:
        client, call = client_for(actor), call_of(act)
    except ConsoleError as error:
        conclude(actor=actor, act=act, result=Result(OutsideAct.State.NOT_DONE, words=error.message))
        raise
    try:
        answer = client.send(call)
    except CapillaryError as error:
        state = OutsideAct.State.NOT_DONE if error.outcome_known else OutsideAct.State.UNKNOWN
        return _settled(actor, act, Result(state, error=error))
    except TraceUnavailable as error:
        conclude(actor=actor, act=act, result=Result(OutsideAct.State.NOT_DONE, words=error.message))
        raise
    except BaseException:
        # Nobody knows how far it came: the row stays in progress and is read back soon.
        OutsideAct.objects.filter(pk=act.pk, state=OutsideAct.State.IN_PROGRESS).update(
            next_look_at=timezone.now() + FIRST_LOOK
        )
        raise
    return _settled(actor, act, _understood(act, answer))


def _settled(actor: Actor, act: OutsideAct, result: Result) -> OutsideAct:
    """Keep what the outside said. Where that fails nobody may be told that nothing was sent."""
    try:
        return conclude(actor=actor, act=act, result=result)
    except (TraceUnavailable, DatabaseError) as error:
        log.critical("The outcome of %s could not be kept: %s.", act.reference, type(error).__name__)
        return act


def _understood(act: OutsideAct, answer: Any) -> Result:
    """What a good answer tells beyond yes."""
    done = OutsideAct.State.DONE
    if act.kind == OutsideAct.Kind.ADD:
        return Result(done, outside_id=answer.id, status=answer.status, filed_for=answer.customer_id)
    return Result(done)
