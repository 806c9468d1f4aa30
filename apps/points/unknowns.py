"""Redemptions and reversals whose outcome outside is not known, for the page of all such acts."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.formats import points as in_words
from apps.core.masking import mask
from apps.operations.acts.rows import ActRow
from apps.operations.unknowns import Line, Source, register
from apps.points.models import Redemption, Reversal, ReversalAct
from apps.points.telling import url_of
from apps.staff.models import User

REDEEM, REVERSE = "staff.redeem_points", "staff.reverse_redemptions"


def redemptions(user: User) -> QuerySet[Redemption]:
    """Every redemption this person may see."""
    return Redemption.objects.visible_to(user).select_related("store")


def reversals(user: User) -> QuerySet[ReversalAct]:
    """The acts of every reversal this person may see."""
    acts = ReversalAct.objects.select_related("store", "reversal__store")
    if user.is_everywhere:
        return acts
    return acts.filter(reversal__in=Reversal.objects.visible_to(user).order_by())


def redemption_line(act: Redemption, user: User) -> Line:
    """One redemption in words."""
    what = _("Redemption of %(points)s") % {"points": in_words(act.points)}
    check = reverse("points:redemption_check", args=[act.pk]) if user.has_perm(REDEEM) else ""
    return _line(act, act, what, check)


def reversal_line(act: ReversalAct, user: User) -> Line:
    """One reversal in words."""
    what = _("Reversal of %(points)s") % {"points": in_words(act.points)}
    check = reverse("points:reversal_check", args=[act.reversal_id]) if user.has_perm(REVERSE) else ""
    return _line(act, act.reversal, what, check)


def _line(act: ActRow, subject: Redemption | Reversal, what: str, check_url: str) -> Line:
    return Line(
        number=subject.number,
        what=what,
        whom=subject.customer_mask or mask("id", subject.customer_id),
        customer_id=subject.customer_id,
        by=str(act.actor.get("name") or subject.user_name),
        store=subject.store.name,
        url=url_of(subject),
        check_url=check_url,
        code=act.code,
        request_id=act.cap_request_id,
        reference=act.correlation,
        message=act.message,
    )


register(
    Source(
        act="redeem",
        label=gettext_lazy("Redeeming points"),
        permissions=(REDEEM, "staff.view_trail"),
        rows=redemptions,
        line=redemption_line,
    )
)
register(
    Source(
        act="reverse",
        label=gettext_lazy("Reversing redemptions"),
        permissions=(REVERSE, "staff.view_trail"),
        rows=reversals,
        line=reversal_line,
    )
)
