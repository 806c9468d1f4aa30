"""Closing a store, and opening it again. Nothing is ever deleted: what happened there stays."""

from collections import defaultdict

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import Conflict
from apps.core.words import needed
from apps.staff.confirming.guard import check_second
from apps.staff.models import Membership, Store, User
from apps.staff.people.guarding import hold_still
from apps.staff.services import RolesConflict, check_may_meet, roles_held
from apps.staff.stores_admin.holding import hold, hold_open

OPEN, CLOSED = "open", "closed"
LONGEST_REASON = 300


def close_store(*, actor: Actor, pk: int, reason: str) -> Store:
    """Nobody has a role there from then on, and nothing is begun for it. What is on its way is finished.

    Raises: BadInput (reason); Conflict when it is closed already; Missing; Refused
    """
    words = checked_reason(reason)
    check_second(actor)
    with transaction.atomic():
        store = hold_open(actor, pk)
        people = people_at(store).count()
        store.closed_at, store.closed_by, store.closed_reason = timezone.now(), actor.name[:120], words
        store.save(update_fields=["closed_at", "closed_by", "closed_reason"])
        details = {"people": people, "changed": {"state": [OPEN, CLOSED]}}
        record("staff.store_closed", actor=actor, subject=store.name, reason=words, details=details)
    return store


def reopen_store(*, actor: Actor, pk: int, reason: str) -> Store:
    """Roles that were held there and have not ended since count again. One that may not meet what somebody was given
    meanwhile, or that was changed meanwhile so that it may not, ends instead, with an entry.

    Raises: BadInput (reason); Conflict when it is open; Missing; Refused
    """
    words = checked_reason(reason)
    check_second(actor)
    with transaction.atomic():
        # Before the store, as everywhere: nobody is given a role while it is looked at what would meet.
        hold_still(actor, *Membership.objects.filter(store=pk).values_list("user_id", flat=True))
        store = hold(actor, pk)
        if not store.is_closed:
            raise Conflict(_("%(store)s is open already.") % {"store": store.name})
        store.closed_at, store.closed_by, store.closed_reason = None, "", ""
        store.save(update_fields=["closed_at", "closed_by", "closed_reason"])
        _end_what_may_not_meet(actor, store)
        details = {"people": people_at(store).count(), "changed": {"state": [CLOSED, OPEN]}}
        record("staff.store_reopened", actor=actor, subject=store.name, reason=words, details=details)
    return store


def _end_what_may_not_meet(actor: Actor, store: Store) -> None:
    """While it was closed its roles were in nobody's way. What was given in the meantime is what somebody works by."""
    here = Membership.objects.counting().with_places().filter(store=store).select_related("user")
    elsewhere: dict[int, list[Membership]] = defaultdict(list)
    counting = Membership.objects.counting().with_places().exclude(store=store)
    for one in counting.filter(user__in=here.values("user_id")):
        elsewhere[one.user_id].append(one)
    for one in list(here):
        kept = elsewhere[one.user_id]
        try:
            check_may_meet(one.as_role, kept)
        except RolesConflict as error:
            _end(actor, one, error.message)
        else:
            kept.append(one)


def _end(actor: Actor, held: Membership, why: str) -> None:
    before = roles_held(held.user)
    held.delete()
    details = {
        "role": held.as_role.title,
        "store": held.store.code if held.store else "all",
        "last_day": timezone.localdate(),
        "changed": {"roles": [before, roles_held(held.user)]},
    }
    record("staff.role_ended", actor=actor, subject=held.user.name, reason=why[:300], details=details)


def people_at(store: Store) -> QuerySet[User]:
    """Everybody with a role there that counts, by name; no accounts of programs."""
    here = Membership.objects.counting().filter(store=store)
    return User.objects.people().filter(pk__in=here.values("user_id"), is_active=True)


def checked_reason(reason: str) -> str:
    """One line of words. Raises: BadInput (reason)."""
    return needed(reason, LONGEST_REASON, "reason", missing=_("Say why: people who worked there ask."))
