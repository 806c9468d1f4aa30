"""Goodwill whose outcome outside is not known, for the page of all such acts."""

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.masking import mask
from apps.goodwill.models import Decision, GoodwillRequest, OutsideAct
from apps.goodwill.money import given_words
from apps.operations.unknowns import Line, Source, register
from apps.staff.models import User

ASK = "staff.ask_goodwill"


def rows(user: User) -> QuerySet[OutsideAct]:
    """The acts of every request this person may see."""
    acts = OutsideAct.objects.select_related("request__store", "request__series", "decision")
    if user.is_everywhere:
        return acts
    # Asked of each act on its turn: a list of all requests one may see would cost more than the page.
    return acts.filter(Exists(GoodwillRequest.objects.visible_to(user).filter(pk=OuterRef("request_id"))))


def line(act: OutsideAct, user: User) -> Line:
    """One act in words."""
    request = act.request
    return Line(
        number=request.number,
        what=what_of(act),
        whom=whom(request),
        customer_id=request.customer_id,
        by=str(act.actor.get("name") or request.requester_name or request.origin_words),
        store=request.store.name if request.store else "",
        url=reverse("goodwill:request", args=[request.pk]),
        check_url=reverse("goodwill:check", args=[request.pk]) if user.has_perm(ASK) else "",
        code=act.code,
        request_id=act.cap_request_id,
        reference=act.correlation,
        message=act.message,
    )


def whom(request: GoodwillRequest) -> str:
    """The customer as everybody may read it."""
    return request.customer_mask or mask("id", request.customer_id)


def what_of(act: OutsideAct) -> str:
    """``Approval of 500 points``."""
    request = act.request
    given = given_words(request.kind, act.amount or request.granted, request.series)
    if act.decision is not None and act.decision.verdict == Decision.Verdict.WITHDRAW:
        return _("Withdrawal of the request for %(given)s") % {"given": given}
    words = {
        OutsideAct.Kind.ADD: _("Request for %(given)s"),
        OutsideAct.Kind.APPROVE: _("Approval of %(given)s"),
        OutsideAct.Kind.REJECT: _("Rejection of %(given)s"),
    }
    return words[OutsideAct.Kind(act.kind)] % {"given": given}


register(
    Source(
        act="goodwill",
        label=gettext_lazy("Goodwill"),
        permissions=(ASK, "staff.view_trail"),
        rows=rows,
        line=line,
        store="request__store_id",
    )
)
