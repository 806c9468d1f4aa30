"""What became of a decision, in one sentence for the person who made it."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.formats import number, points
from apps.goodwill.authority import first_approval
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.queue_rows import what, whom
from apps.goodwill.states import State


@dataclass(frozen=True, slots=True)
class Told:
    """level is that of a Django message: success passes by, the others stay. known: False while it is not."""

    level: str
    words: str
    known: bool = True


def told_of(request: GoodwillRequest) -> Told:
    """The sentence for a request somebody just decided on, as it stands now."""
    words = {"what": _given(request), "whom": whom(request), "number": request.number}
    match request.state:
        case State.APPROVED | State.NOT_CREDITED:
            text = _("%(what)s approved for %(whom)s. The ledger is being read.")
            if request.kind == Kind.COUPON:
                text = _("%(what)s approved for %(whom)s. The customer's coupons are being read.")
            return Told("success", text % words)
        case State.DONE:
            text = _("%(what)s approved for %(whom)s, and the ledger shows it.")
            if request.kind == Kind.COUPON:
                text = _("%(what)s approved for %(whom)s, and it is among the customer's coupons.")
            return Told("success", text % words)
        case State.REJECTED:
            return Told("success", _("Rejected: %(what)s for %(whom)s.") % words)
        case State.SENT_BACK:
            asker = request.requester_name
            return Told("success", _("%(number)s was sent back to %(asker)s.") % {**words, "asker": asker})
        case State.WAITING:
            first = first_approval(request)
            words["what"] = _given(request, first.amount if first else None)
            return Told(
                "info",
                _("Your approval of %(what)s for %(whom)s is recorded as the first of two. Nothing was given "
                  "yet: another person has to approve it too.") % words,
            )  # fmt: skip
    return Told(
        "warning",
        _("Not known yet: whether %(number)s was decided. The console is checking. Do not repeat it.")
        % words,
        known=False,
    )


def _given(request: GoodwillRequest, amount: Decimal | None = None) -> str:
    given = request.granted if amount is None else amount
    if request.kind == Kind.COUPON or given is None:
        return what(request)
    if request.amount is not None and given < request.amount:
        return _("%(given)s of %(asked)s") % {"given": number(given), "asked": points(request.amount)}
    return points(given)
