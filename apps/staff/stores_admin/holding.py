"""What holds for every change of a store: it waits for its turn, and whoever changes it still may."""

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core.errors import BadInput, Conflict, Missing, Refused
from apps.staff.models import Store, User

MAY_CHANGE = "staff.manage_stores"


def hold(actor: Actor, pk: int) -> Store:
    """The store as it is now; it stays so until the transaction ends.

    Raises: Missing; Refused for an actor who may not any more
    """
    check_still_may(actor)
    store = Store.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if store is None:
        raise Missing(_("There is no such store."), next_step=_("Choose one from the list."))
    return store


def hold_open(actor: Actor, pk: int) -> Store:
    """As `hold`. Raises: Conflict for a store that is closed."""
    store = hold(actor, pk)
    if store.is_closed:
        raise Conflict(
            _("%(store)s is closed, so nothing of it was changed.") % {"store": store.name},
            next_step=_("Reopen it first."),
        )
    return store


def check_open(store: Store | None) -> None:
    """Asked before a role is given there. Raises: BadInput (store) for one that is closed."""
    if store is not None and store.is_closed:
        raise BadInput(
            _("%(store)s is closed: nobody is given a role there.") % {"store": store.name}, field="store"
        )


def check_still_may(actor: Actor) -> None:
    """Somebody at a shell has no account; everybody else must hold the permission at this moment."""
    if actor.user_id is None:
        return
    acting = User.objects.filter(pk=actor.user_id, is_active=True).first()
    if acting is None or not acting.has_perm(MAY_CHANGE):
        raise Refused(
            _("You may not change stores any more, so nothing was changed."),
            next_step=_("If you should, ask another administrator."),
        )
