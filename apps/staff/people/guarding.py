"""What holds for every change of a person: nobody changes themselves, and one administrator is always left."""

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core.errors import Missing, Refused
from apps.staff.models import Membership, User
from apps.staff.oidc.config import is_on, passwords_work
from apps.staff.roles import APP, Role

ADMINISTRATOR = "administrator"
MANAGE = "staff.manage_staff"


def administers(role: Role) -> bool:
    """Whether it lets people invite and give roles: the console's own Administrator, and any the house made so."""
    return MANAGE.removeprefix(f"{APP}.") in role.permissions


def hold(actor: Actor, pk: int, permission: str = MANAGE) -> User:
    """The person as they are now; they and all administrators stay as they are until the transaction ends.

    permission  what the actor must hold at this moment

    Two administrators who remove each other wait here for one another: the second finds that they are none any more.

    Raises: Missing; Refused for oneself, and for an actor who may not any more
    """
    rows = hold_still(actor, pk)
    if actor.user_id == pk:
        raise Refused(
            _("Nobody changes their own roles, or lets themselves out or in."),
            next_step=_("Ask another administrator."),
        )
    _check_still_may(actor, rows, permission)
    if pk not in rows:
        raise Missing(_("There is no such person."), next_step=_("Choose somebody from the list."))
    return rows[pk]


def hold_actor(actor: Actor) -> None:
    """As `hold`, for an act that makes somebody new, or changes what a role means."""
    _check_still_may(actor, hold_still(actor), MANAGE)


def hold_still(actor: Actor, *pks: int) -> dict[int, User]:
    """Lock all administrators, the actor and these people. Whoever gives roles, or changes one, waits here for others
    who do: conflicts are looked for one by one."""
    administrators = Membership.objects.filter(role=ADMINISTRATOR).values("user_id")
    wanted = Q(pk__in=administrators) | Q(pk__in=[one for one in (*pks, actor.user_id) if one is not None])
    # In one order, or two of these could wait for each other for ever.
    found = User.objects.select_for_update(no_key=True).filter(wanted).order_by("pk")
    return {one.pk: one for one in found}


def _check_still_may(actor: Actor, rows: dict[int, User], permission: str) -> None:
    """Somebody at a shell has no account; everybody else must hold the permission at this moment."""
    if actor.user_id is None:
        return
    acting = rows.get(actor.user_id)
    if acting is None or not acting.has_perm(permission):
        raise Refused(
            _("You are no administrator any more, so nothing was changed.")
            if permission == MANAGE
            else _("You may not do this any more, so nothing was changed."),
            next_step=_("If you should be able to, ask another administrator."),
        )


def has_a_way_in() -> Q:
    """Memberships of people who have a password, where passwords work, or an account at the provider named now."""
    password = ~(Q(user__password="") | Q(user__password__startswith="!"))  # noqa: S106 no secret
    if not is_on():
        return password
    linked = Q(user__linked_accounts__issuer=settings.CONSOLE_OIDC["issuer"])
    return linked | password if passwords_work() else linked


def check_one_is_left() -> None:
    """Asked after a change, in its transaction: somebody who can sign in administers without a last day.

    An invited person who has neither set a password nor signed in at the provider does not count.

    Raises: Refused
    """
    lasting = Membership.objects.filter(role=ADMINISTRATOR, ends_on=None, user__is_active=True)
    if not lasting.filter(has_a_way_in()).exists():
        raise Refused(
            _("Nobody would be left who administers people without a last day, so nothing was changed."),
            next_step=_("Give somebody who can sign in the role Administrator without a last day first."),
        )
