"""A row of goodwill is one request: asked for with the row's token, and what became of it."""

from decimal import Decimal

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.goodwill.asking import ask
from apps.goodwill.checking import Wanted
from apps.goodwill.granting import grant_of
from apps.goodwill.models import CouponSeries, GoodwillRequest, Kind, OutsideAct, Reason
from apps.goodwill.putting_off import free_unsent
from apps.goodwill.states import ENDED_WITHOUT, GIVEN, State
from apps.goodwill.switches import GOODWILL
from apps.operations.models import Item, Operation
from apps.operations.switches import off_for, off_words
from apps.operations.work.kinds import Outcome


def run(kind: str, actor: Actor, item: Item) -> Outcome:
    """Ask for it, once. Raises as `asking.ask`"""
    operation, values = item.operation, item.values
    wanted = Wanted(
        customer_id=item.customer_id or 0,
        kind=kind,
        amount=Decimal(values["amount"]),
        reason=Reason.objects.filter(code=values["reason"]).first(),
        token=item.token,
        series=CouponSeries.objects.filter(outside_id=values["series"]).first()
        if kind == Kind.COUPON
        else None,
        reason_words=values["words"],
        comment=values["comment"],
        bill=values["bill"],
        different_matter=values["different"],
    )
    grant = grant_of(operation.reference)
    return outcome_of(ask(actor=actor, user=operation.requested_by, wanted=wanted, grant=grant))


def anew(item: Item) -> None:
    """A request that was kept and never sent ends, and the row may ask again."""
    asked = _asked(item)
    if asked is not None:
        free_unsent(request=asked, grant=grant_of(item.operation.reference))


def follow(item: Item) -> Outcome | None:
    """What became of the row's request; None while that is not known."""
    asked = _asked(item)
    if asked is None:
        return Outcome("not_done", _("It was not begun."))
    found = outcome_of(asked)
    return None if found.state == "unknown" else found


def held(operation: Operation) -> str:
    """Why nothing may be given now."""
    switch = off_for(GOODWILL, operation.store) if operation.store else None
    return off_words(switch) if switch else ""


def outcome_of(request: GoodwillRequest) -> Outcome:
    """A request as the outcome of its row. One that waits for a person after all is done: it was asked for."""
    output = {"number": request.number, "standing": str(request.get_state_display())}
    if request.state in GIVEN:
        return Outcome("done", act_reference=request.reference, output=output)
    if request.state in ENDED_WITHOUT:
        words = request.message or _("%(number)s was not given.") % {"number": request.number}
        return Outcome("not_done", words, _code(request), request.reference, output)
    if request.state in (State.WAITING, State.SENT_BACK) and not request.by_policy:
        why = " ".join(one["words"] for one in request.why)
        words = _("Asked for; a person decides. %(why)s") % {"why": why}
        return Outcome("done", words, "", request.reference, output)
    words = _("%(number)s is on its way, and not known to be given yet.") % {"number": request.number}
    return Outcome("unknown", words, "", request.reference, output)


def _asked(item: Item) -> GoodwillRequest | None:
    mine = GoodwillRequest.objects.filter(requester=item.operation.requested_by_id)
    return mine.filter(form_token=item.token).first()


def _code(request: GoodwillRequest) -> str:
    act = OutsideAct.objects.filter(request=request).order_by("-id").first()
    return act.code if act else ""
