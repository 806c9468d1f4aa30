"""The acts of this room: one row each, carried out once, settled by what is known of it."""

from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.ratelimit import Lane
from apps.core.errors import Conflict
from apps.goodwill.looking import seek
from apps.goodwill.models import Decision, GoodwillRequest, OutsideAct
from apps.goodwill.outcomes import Sent, conclude
from apps.goodwill.outside import call_of
from apps.operations.acts import carrying
from apps.operations.acts.results import Result
from apps.operations.acts.trade import Trade


def reserve(
    request: GoodwillRequest,
    *,
    kind: str,
    actor: Actor,
    decision: Decision | None = None,
    amount: Decimal | None = None,
    lane: Lane | None = None,
) -> OutsideAct:
    """The row of the act, inside the caller's transaction, which holds the request's lock.

    lane    as it will be given to `carry_out`
    Raises: Conflict while another act of this request (or sending for this customer) is not settled
    """
    try:
        with transaction.atomic():
            return OutsideAct.objects.create(
                **carrying.reserved(actor, customer_id=request.customer_id, lane=lane),
                request=request,
                kind=kind,
                decision=decision,
                amount=amount,
            )
    except IntegrityError:
        raise Conflict(
            _("Goodwill for this customer is on its way and not known to be there yet."),
            next_step=_("Wait until it is settled. Do not send it again."),
        ) from None


def carry_out(*, actor: Actor, act: OutsideAct, lane: Lane | None = None) -> OutsideAct:
    """Send a reserved act, once, and settle it: see `carrying.carry_out`."""
    return carrying.carry_out(GOODWILL, actor=actor, act=act, lane=lane)


def understood(act: OutsideAct, answer: Any) -> Result:
    """What a good answer tells beyond yes."""
    done = OutsideAct.State.DONE
    if act.kind == OutsideAct.Kind.ADD:
        return Result(done, told=Sent(answer.id, answer.status, answer.customer_id))
    return Result(done)


def _rows() -> QuerySet[OutsideAct]:
    return OutsideAct.objects.select_related("request__series", "request__store", "decision")


GOODWILL = Trade(
    name="goodwill",
    rows=_rows,
    call_of=call_of,
    understood=understood,
    conclude=conclude,
    seek=seek,
)
