"""Invitations whose outcome outside is not known, for the page of all such acts."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from apps.core.masking import mask
from apps.operations.unknowns import Line, Source, register
from apps.referrals.models import Invitation
from apps.referrals.telling import address, people, url_of
from apps.staff.models import User

INVITE = "staff.invite_referrals"


def invitations(user: User) -> QuerySet[Invitation]:
    """Every invitation this person may see."""
    return Invitation.objects.visible_to(user).select_related("store")


def line(act: Invitation, user: User) -> Line:
    """One invitation in words."""
    return Line(
        number=act.number,
        what=people(act.asked),
        whom=act.customer_mask or mask("id", act.customer_id),
        customer_id=act.customer_id,
        by=str(act.actor.get("name") or act.user_name),
        store=act.store.name,
        url=url_of(act),
        check_url=address("check_again", act.pk) if user.has_perm(INVITE) else "",
        code=act.code,
        request_id=act.cap_request_id,
        reference=act.correlation,
        message=act.message,
    )


register(
    Source(
        act="invite",
        label=gettext_lazy("Inviting friends"),
        permissions=(INVITE, "staff.view_trail"),
        rows=invitations,
        line=line,
    )
)
