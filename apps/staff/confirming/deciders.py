"""Who may confirm what, and whether anybody could."""

from django.utils.translation import gettext as _

from apps.staff.confirming import kinds
from apps.staff.confirming.kinds import Kind
from apps.staff.confirming.models import ProposedChange, about_person
from apps.staff.models import Membership, User, UserQuerySet
from apps.staff.people.guarding import has_a_way_in
from apps.staff.role_table import codes_allowing
from apps.staff.roles import APP


def people_who_may(permission: str) -> UserQuerySet:
    """Everybody who can sign in and holds the permission now. Two queries."""
    codes = codes_allowing(permission.removeprefix(f"{APP}."))
    allowing = Membership.objects.counting().filter(role__in=codes).filter(has_a_way_in())
    return User.objects.people().filter(is_active=True, pk__in=allowing.values("user_id"))


def somebody_else(kind: Kind, change: ProposedChange) -> bool:
    """Whether anybody but the asker, and whom it is about, could confirm it."""
    others = people_who_may(kind.confirmed_with).exclude(pk=change.asked_by_id or 0)
    return any(change.about != about_person(pk) for pk in others.values_list("pk", flat=True))


def why_not(user: User, change: ProposedChange) -> str:
    """Why this person may not confirm or refuse it, "" when they may."""
    kind = kinds.find(change.kind)
    if kind is None or not user.has_perm(kind.confirmed_with):
        return _("Your role does not decide on this change.")
    if change.asked_by_id == user.pk:
        return _("You asked for it. Somebody else has to confirm it.")
    if change.about == about_person(user.pk):
        return _("It is about you. Somebody else has to confirm it.")
    return ""
