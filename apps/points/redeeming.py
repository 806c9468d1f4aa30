"""Redeeming points: checked, reserved, sent once, settled."""

import logging
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.writing import written
from apps.capillary.calls import Call
from apps.capillary.hiding import SHORTEST
from apps.capillary.types_redeeming import Redeemed
from apps.core.errors import BadInput, Conflict, ConsoleError
from apps.core.kept import points as in_words
from apps.operations.acts import carrying
from apps.operations.acts.results import Result
from apps.operations.acts.trade import Trade
from apps.operations.caller import passed_code
from apps.operations.recent import remember_act
from apps.points.asking_outside import beside_our_field, redeem_call
from apps.points.authority import check_verified
from apps.points.looking import keep_candidates, seek
from apps.points.models import Mode, Redemption
from apps.points.outcomes import Told, conclude
from apps.points.preparing import Prepared, prepare
from apps.points.reading import balance_of
from apps.points.sealing import seal
from apps.points.switched import REDEEM
from apps.points.tracing import trace
from apps.points.wanted import Wanted
from apps.staff.models import User

State = Redemption.State
# The reference tells no length; the longest in use anywhere are shorter, and a try wasted outside is the customer's.
LONGEST_CODE = 20
log = logging.getLogger("console.points")


def redeem(*, actor: Actor, user: User, wanted: Wanted, code: str = "") -> Redemption:
    """Take the points. The same form sent again gives the same redemption.

    code    the one the customer read out, for the length of this call; "" unless mode is code
    Shape:  the redemption: done, or open (in progress, unknown, person): not known yet, and not to be repeated
    Raises: BadInput (points, bill, purpose, notes, mode, programme_id, code); Refused without the permission or the
            verification asked for, while switched off, or for the person's own account; Conflict while another
            redemption of this customer is not settled, when the form redeemed something else before, or for a
            merged customer; CapillaryError (Rejected with its field: points, programme_id, bill, code or mode):
            certainly not done, the form may be sent again; TraceUnavailable
    """
    already = _of_form(user, wanted)
    if already is not None:
        return already
    code = _readable(code) if wanted.mode == Mode.CODE else ""
    ready = prepare(actor=actor, user=user, wanted=wanted)
    level = check_verified(
        REDEEM,
        actor=actor,
        user=user,
        customer_id=wanted.customer_id,
        needed=ready.rules.redeem_level,
        points=ready.wanted.points,
        mode=wanted.mode,
    )
    try:
        act = _reserve(actor, user, ready, level)
    except (IntegrityError, Conflict):
        # The other half of a double click was quicker: this one says the same.
        other = _of_form(user, wanted)
        if other is None:
            raise
        return other
    return _sent(actor, user, act, ready, code)


def _sent(actor: Actor, user: User, act: Redemption, ready: Prepared, code: str) -> Redemption:
    ending = Ending()
    trade = replace(
        REDEEMING, call_of=lambda act: redeem_call(act, ready.names, code), conclude=ending.conclude
    )
    try:
        settled = carrying.carry_out(trade, actor=actor, act=act)
    except ConsoleError as error:
        raise beside_our_field(error) from None
    if settled.state == State.NOT_DONE:
        raise beside_our_field(ending.error(settled))
    remember_act(
        user.pk, ready.wanted.customer_id, _("%(points)s redeemed") % {"points": in_words(act.points)}
    )
    if settled.state == State.DONE and act.mode == Mode.CODE:
        _caller_passed(actor, ready.wanted.customer_id)
    return settled


@dataclass
class Ending:
    """Keeps what the call ended in beside what the row can keep: its field and what to do next."""

    kept: list[Result] = field(default_factory=list)

    def conclude(self, *, actor: Actor, act: Redemption, result: Result) -> Redemption:
        """As outcomes.conclude."""
        self.kept.append(result)
        return conclude(actor=actor, act=act, result=result)

    def error(self, act: Redemption) -> ConsoleError:
        """Why it was not done."""
        error = self.kept[-1].error if self.kept else None
        return error or Conflict(
            act.message or _("Capillary did not take it."),
            code=act.code,
            request_id=act.cap_request_id,
            next_step=_("Look at the customer's redemptions before you do it again."),
        )


def _reserve(actor: Actor, user: User, ready: Prepared, level: str) -> Redemption:
    """The row and its entry, in one short transaction. Raises Conflict while another one is open."""
    wanted, person = ready.wanted, ready.known.person
    with written():
        try:
            with transaction.atomic():
                act = Redemption.objects.create(
                    **carrying.reserved(actor, customer_id=wanted.customer_id),
                    token=wanted.token,
                    user=user,
                    user_name=user.name,
                    user_role=actor.role,
                    store=ready.store,
                    customer_name_sealed=seal(person.name),
                    customer_mask=person.mask,
                    handle_sealed=seal(str(ready.known.ledger_handle)),
                    verification=level,
                    programme_id=wanted.programme_id,
                    points=wanted.points,
                    bill=wanted.bill,
                    purpose=wanted.purpose,
                    notes=wanted.notes,
                    mode=wanted.mode,
                    balance_before=balance_of(ready.known, wanted.programme_id),
                )
        except IntegrityError:
            raise Conflict(
                _("A redemption of this customer is on its way and not known to be done or not done yet."),
                next_step=_("Wait until it is settled. Do not redeem again."),
            ) from None
        trace("begun", act, actor=actor)
    return act


def understood(act: Redemption, answer: Redeemed) -> Result:
    """A yes; what it tells may still be something a person has to look at."""
    told = Told(
        outside_id=answer.redemption_id,
        listed_id=answer.number,
        taken=answer.points,
        value=answer.value,
        balance=answer.balance,
    )
    if answer.customer_id not in ("", str(act.customer_id)):
        words = _("Capillary says it took the points of customer %(id)s.") % {"id": answer.customer_id}
        return Result(State.PERSON, words=words, told=told)
    if answer.points not in (None, act.points):
        words = _("Capillary says it took %(points)s.") % {"points": in_words(answer.points)}
        return Result(State.PERSON, words=words, told=told)
    return Result(State.DONE, told=told)


def _never_again(_act: Redemption) -> Call[Any]:
    raise RuntimeError("A redemption is sent once, with the code that was read out for it.")


def _rows() -> QuerySet[Redemption]:
    return Redemption.objects.select_related("store")


REDEEMING = Trade(
    name="redeem",
    rows=_rows,
    call_of=_never_again,
    understood=understood,
    conclude=conclude,
    seek=seek,
    after=keep_candidates,
)


def _readable(code: str) -> str:
    """The code as it was read out. Raises BadInput, which never repeats it."""
    code = "".join(code.split())
    if not code:
        raise BadInput(_("Enter the one-time code the customer read out."), field="code")
    if not SHORTEST <= len(code) <= LONGEST_CODE or not code.isprintable():
        words = _("A one-time code has %(least)s to %(most)s digits or letters. It was not sent.")
        raise BadInput(words % {"least": SHORTEST, "most": LONGEST_CODE}, field="code")
    return code


def _caller_passed(actor: Actor, customer_id: int) -> None:
    try:
        passed_code(actor, customer_id)
    except ConsoleError as error:
        # The points are redeemed: that the caller need not be asked again is a convenience.
        log.warning("That a caller passed could not be kept: %s.", type(error).__name__)


def _of_form(user: User, wanted: Wanted) -> Redemption | None:
    """What this form redeemed already. Raises Conflict when something else stands in it now."""
    already = Redemption.objects.select_related("store").filter(user=user, token=wanted.token).first()
    if already is not None and not _says_the_same(already, wanted):
        raise Conflict(
            _("This form redeemed %(number)s already. What stands in it now was not sent.")
            % {"number": already.number},
            next_step=_("Look at that redemption. For another one, open the form again."),
        )
    return already


def _says_the_same(already: Redemption, wanted: Wanted) -> bool:
    return (
        already.customer_id == wanted.customer_id
        and already.points == wanted.points
        and already.programme_id == wanted.programme_id.strip()
        and already.mode == wanted.mode
        and already.bill.split() == wanted.bill.split()
    )
