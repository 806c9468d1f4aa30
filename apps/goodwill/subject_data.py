"""What this room holds of a person: requests, what was decided on them, and what was sent for them."""

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
from apps.goodwill.models import Decision, GoodwillRequest, OutsideAct
from apps.goodwill.models.visibility import GoodwillRequestQuerySet
from apps.goodwill.sealing import unseal
from apps.goodwill.states import OPEN
from apps.operations.acts.rows import OPEN_STATES
from apps.operations.handles import Handle
from apps.staff.subject_data import staff_of

AT = _("When")
BY = _("By")
NUMBER = _("Number")


def _of(subject: Subject) -> GoodwillRequestQuerySet:
    """The customer's, and those made elsewhere for an identifier of theirs that nobody looked up yet."""
    nobody = GoodwillRequest.objects.filter(customer_id=None).exclude(handle_sealed="", contact_digests=[])
    theirs = [one.pk for one in by_id(nobody) if _is_for(one, subject)]
    return GoodwillRequest.objects.filter(Q(customer_id=subject.customer) | Q(pk__in=theirs))


def _is_for(request: GoodwillRequest, subject: Subject) -> bool:
    handle = Handle.read(unseal(request.handle_sealed))
    return subject.is_named_by(handle.value) or bool(subject.hexes & set(request.contact_digests))


def _requests(subject: Subject) -> Iterator[Sequence[Any]]:
    rows = _of(subject).select_related("store", "reason", "series")
    for one in by_id(rows):
        yield (
            one.number,
            one.asked_at,
            Staff(one.requester_name, one.requester_role, one.store.code if one.store else ""),
            one.get_kind_display(),
            one.amount,
            one.approved_amount,
            one.series.name if one.series else "",
            one.reason.title if one.reason else "",
            one.reason_words,
            one.comment,
            one.bill,
            one.get_state_display(),
            one.decided_at,
            one.proved_at,
            one.customer_name,
            one.handle.value,
            one.customer_mask,
            level_in_words(one.verification),
            one.snapshot,
            one.outside_id,
            one.message,
        )


def _decisions(subject: Subject) -> Iterator[Sequence[Any]]:
    rows = Decision.objects.filter(request__in=_of(subject).values("pk")).select_related("request", "by")
    for one in by_id(rows):
        who = staff_of(one.by) if one.by else Staff("", _now("The rules") if one.policy else one.by_words)
        yield (
            one.request.number,
            one.at,
            who,
            one.get_verdict_display(),
            one.amount,
            one.reason,
            one.took_effect,
        )


def _acts(subject: Subject) -> Iterator[Sequence[Any]]:
    rows = OutsideAct.objects.filter(request__in=_of(subject).values("pk")).select_related("request")
    for one in by_id(rows):
        yield (
            one.request.number,
            one.started_at,
            Staff(one.actor.get("name", ""), one.actor.get("role", ""), one.actor.get("store_code", "")),
            one.get_kind_display(),
            one.amount,
            one.get_state_display(),
            one.code,
            one.message,
            one.reference,
        )


def _open_acts(subject: Subject) -> Iterator[str]:
    acts = OutsideAct.objects.filter(request__in=_of(subject).values("pk"), state__in=OPEN_STATES)
    waiting = Q(state__in=OPEN) | Q(next_proof_at__isnull=False) | Q(pk__in=acts.values("request"))
    for one in _of(subject).filter(waiting).order_by("pk"):
        yield _now("Goodwill request %(number)s is not over: %(state)s.") % {
            "number": one.number,
            "state": one.get_state_display(),
        }


def _erase(subject: Subject, _found: Any) -> Mapping[str, int]:
    """Amounts, states, decisions and bills stay for the books; who it was for in words, and typed words, go."""
    over = _of(subject).exclude(Q(state__in=OPEN) | Q(next_proof_at__isnull=False))
    ids = list(over.values_list("pk", flat=True))
    decided = Decision.objects.filter(request__in=ids).exclude(reason__in=["", FORGOTTEN])
    decisions = decided.update(reason=FORGOTTEN)
    # What the outside said stands at the act too.
    acts = OutsideAct.objects.filter(request__in=ids).exclude(Q(message="") | Q(state__in=OPEN_STATES))
    acts.update(message="")
    left = GoodwillRequest.objects.filter(pk__in=ids).exclude(customer_mask=FORGOTTEN)
    requests = left.update(
        customer_name_sealed="",
        customer_mask=FORGOTTEN,
        handle_sealed="",
        contact_digests=[],
        reason_words="",
        comment="",
        message="",
    )
    return {"goodwill_requests": requests, "decisions": decisions}


register(
    Room(
        "goodwill",
        tables=(
            Table(
                "goodwill_requests",
                _("Goodwill requests"),
                columns(
                    number=NUMBER,
                    at=AT,
                    by=BY,
                    kind=_("Kind"),
                    amount=_("Amount"),
                    approved=_("Approved"),
                    series=_("Series"),
                    why=_("Reason"),
                    words=_("In words"),
                    comment=_("Comment"),
                    bill=_("Bill"),
                    state=_("State"),
                    decided=_("Decided"),
                    proved=_("Proved"),
                    name=_("Name"),
                    identifier=_("Identifier"),
                    mask=_("Identifier, masked"),
                    verification=_("Caller"),
                    facts=_("Facts at that time"),
                    outside_id=_("Id in the loyalty system"),
                    message=_("Message"),
                ),
                _requests,
                models=("goodwill.GoodwillRequest",),
            ),
            Table(
                "goodwill_decisions",
                _("Decisions on goodwill"),
                columns(
                    number=NUMBER,
                    at=AT,
                    by=BY,
                    verdict=_("Decision"),
                    amount=_("Amount"),
                    reason=_("Reason"),
                    took_effect=_("Took effect"),
                ),
                _decisions,
                models=("goodwill.Decision",),
            ),
            Table(
                "goodwill_acts",
                _("What was sent for goodwill"),
                columns(
                    number=NUMBER,
                    at=AT,
                    by=BY,
                    kind=_("Act"),
                    amount=_("Amount"),
                    state=_("State"),
                    code=_("Code"),
                    message=_("Message"),
                    reference=_("Reference"),
                ),
                _acts,
                models=("goodwill.OutsideAct",),
            ),
        ),
        erase=_erase,
        open_acts=_open_acts,
        holds_nothing={
            "goodwill.FileGrant": "what a file of many rows may give",
            "goodwill.Taking": "what a request took of limits: amounts",
            "goodwill.CountingLock": "names of locks",
            "goodwill.SyncCursor": "how far requests were read",
            "goodwill.Reason": "reasons to choose from",
            "goodwill.CouponSeries": "series to choose from",
            "goodwill.LimitRule": "limits of the house's people",
            "goodwill.Budget": "budgets of stores",
            "goodwill.Escalation": "times and thresholds",
        },
    )
)
