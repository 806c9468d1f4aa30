"""What this room holds of a person: codes that were sent, redemptions, and points given back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.audit.subject_requests.rooms import (
    FORGOTTEN,
    Room,
    Staff,
    Subject,
    Table,
    by_id,
    columns,
    level_in_words,
    register,
)
from apps.operations.acts.rows import OPEN_STATES
from apps.points.models import CodeSending, Redemption, Reversal, ReversalAct
from apps.points.states import OPEN
from apps.staff.subject_data import staff_of

AT = _("When")
BY = _("By")
NUMBER = _("Number")
NOT_SEEN_YET = Q(next_proof_at__isnull=False)


def _codes(subject: Subject) -> Iterator[Sequence[Any]]:
    rows = CodeSending.objects.filter(customer_id=subject.customer).select_related("store", "user")
    for one in by_id(rows):
        who = staff_of(one.user)
        yield (
            one.at,
            Staff(one.user_name, who.role, one.store.code),
            one.points,
            one.get_outcome_display(),
            one.sent_to,
            one.message,
        )


def _redemptions(subject: Subject) -> Iterator[Sequence[Any]]:
    for one in by_id(Redemption.objects.filter(customer_id=subject.customer).select_related("store")):
        yield (
            one.number,
            one.started_at,
            Staff(one.user_name, one.user_role, one.store.code),
            one.points,
            one.taken,
            one.value,
            one.currency,
            one.get_mode_display(),
            one.bill,
            one.purpose,
            one.notes,
            one.get_state_display(),
            one.proved_at,
            one.customer_name,
            one.handle.value,
            one.customer_mask,
            level_in_words(one.verification),
            one.balance_before,
            one.balance_after,
            one.outside_id,
            one.message,
            one.reference,
        )


def _reversals(subject: Subject) -> Iterator[Sequence[Any]]:
    rows = Reversal.objects.filter(customer_id=subject.customer).select_related("store", "decided_by")
    for one in by_id(rows):
        yield (
            one.number,
            one.asked_at,
            Staff(one.user_name, one.user_role, one.store.code),
            one.redemption_id,
            one.redeemed_at,
            one.redeemed_where,
            one.points,
            one.given,
            one.reason,
            one.get_state_display(),
            staff_of(one.decided_by) if one.decided_by else None,
            one.decided_at,
            one.decision_reason,
            one.proved_at,
            one.customer_name,
            [one.handle.value, one.identifier.value],
            one.customer_mask,
            level_in_words(one.verification),
            one.message,
        )


def _reversal_acts(subject: Subject) -> Iterator[Sequence[Any]]:
    rows = ReversalAct.objects.filter(reversal__customer_id=subject.customer)
    for one in by_id(rows.select_related("reversal", "store")):
        yield (
            one.reversal.number,
            one.started_at,
            Staff(one.actor.get("name", ""), one.actor.get("role", ""), one.store.code),
            one.points,
            one.get_state_display(),
            one.code,
            one.message,
            one.reference,
        )


def _open_acts(subject: Subject) -> Iterator[str]:
    redemptions = Redemption.objects.filter(customer_id=subject.customer)
    for one in redemptions.filter(Q(state__in=OPEN_STATES) | NOT_SEEN_YET).order_by("pk"):
        words = _now("Of redemption %(number)s it is not known yet what became of it.")
        if not one.is_open:
            words = _now("Redemption %(number)s is still looked for in the ledger.")
        yield words % {"number": one.number}
    reversals = Reversal.objects.filter(customer_id=subject.customer)
    for each in reversals.filter(Q(state__in=OPEN) | NOT_SEEN_YET).order_by("pk"):
        yield _now("Reversal %(number)s is not over: %(state)s.") % {
            "number": each.number,
            "state": each.get_state_display(),
        }


def _erase(subject: Subject, _found: Any) -> Mapping[str, int]:
    """Points, bills, states and decisions stay for the books; who it was for in words, and typed words, go."""
    redemptions = Redemption.objects.filter(customer_id=subject.customer).exclude(customer_mask=FORGOTTEN)
    reversals = Reversal.objects.filter(customer_id=subject.customer).exclude(customer_mask=FORGOTTEN)
    reversals = reversals.exclude(Q(state__in=OPEN) | NOT_SEEN_YET)
    reversals.exclude(decision_reason="").update(decision_reason=FORGOTTEN)
    whose = {"customer_name_sealed": "", "customer_mask": FORGOTTEN, "handle_sealed": ""}
    codes = CodeSending.objects.filter(customer_id=subject.customer).exclude(sent_to=[], message="")
    # What the outside said stands at the act too.
    acts = ReversalAct.objects.filter(reversal__customer_id=subject.customer)
    acts.exclude(Q(message="") | Q(state__in=OPEN_STATES)).update(message="")
    return {
        "redemptions": redemptions.exclude(Q(state__in=OPEN_STATES) | NOT_SEEN_YET).update(
            **whose, purpose="", notes="", message=""
        ),
        "reversals": reversals.update(**whose, identifier_sealed="", reason=FORGOTTEN, message=""),
        "codes_sent": codes.update(sent_to=[], message=""),
    }


register(
    Room(
        "points",
        tables=(
            Table(
                "codes_sent",
                _("Codes sent to you"),
                columns(
                    at=AT,
                    by=BY,
                    points=_("Points"),
                    outcome=_("Outcome"),
                    sent_to=_("Sent to"),
                    message=_("Message"),
                ),
                _codes,
                models=("points.CodeSending",),
                held=_("Codes sent to them"),
                about=_("The code itself was never kept."),
            ),
            Table(
                "redemptions",
                _("Redemptions"),
                columns(
                    number=NUMBER,
                    at=AT,
                    by=BY,
                    points=_("Points"),
                    taken=_("Taken"),
                    value=_("Worth"),
                    currency=_("Currency"),
                    mode=_("Agreed by"),
                    bill=_("Bill"),
                    purpose=_("Purpose"),
                    notes=_("Notes"),
                    state=_("State"),
                    proved=_("Proved"),
                    name=_("Name"),
                    identifier=_("Identifier"),
                    mask=_("Identifier, masked"),
                    verification=_("Caller"),
                    balance_before=_("Balance before"),
                    balance_after=_("Balance after"),
                    outside_id=_("Id in the loyalty system"),
                    message=_("Message"),
                    reference=_("Reference"),
                ),
                _redemptions,
                models=("points.Redemption",),
            ),
            Table(
                "reversals",
                _("Points given back"),
                columns(
                    number=NUMBER,
                    at=AT,
                    by=BY,
                    redemption=_("Redemption"),
                    redeemed=_("Redeemed"),
                    where=_("Where"),
                    points=_("Points"),
                    given=_("Given back"),
                    reason=_("Reason"),
                    state=_("State"),
                    decided_by=_("Decided by"),
                    decided=_("Decided"),
                    decision=_("Why decided so"),
                    proved=_("Proved"),
                    name=_("Name"),
                    identifiers=_("Identifiers"),
                    mask=_("Identifier, masked"),
                    verification=_("Caller"),
                    message=_("Message"),
                ),
                _reversals,
                models=("points.Reversal",),
            ),
            Table(
                "reversal_acts",
                _("What was sent to give points back"),
                columns(
                    number=NUMBER,
                    at=AT,
                    by=BY,
                    points=_("Points"),
                    state=_("State"),
                    code=_("Code"),
                    message=_("Message"),
                    reference=_("Reference"),
                ),
                _reversal_acts,
                models=("points.ReversalAct",),
            ),
        ),
        erase=_erase,
        open_acts=_open_acts,
        holds_nothing={"points.PointsRules": "rules of stores"},
    )
)
