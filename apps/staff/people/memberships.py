"""Giving a role, ending one, and moving somebody to another store."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput, Conflict
from apps.core.faults import Faults
from apps.staff.confirming.guard import asked_by, check_second
from apps.staff.models import Membership, Store, User
from apps.staff.people.guarding import ADMINISTRATOR, MANAGE, administers, check_one_is_left, hold
from apps.staff.role_table import role_named
from apps.staff.services import RolesConflict, give_role, roles_held
from apps.staff.stores_admin.holding import check_open


def give(
    *, actor: Actor, pk: int, role: str, store: Store | None = None, last_day: date | None = None
) -> Membership:
    """One more role, or another last day for one that is held. A refused one leaves an entry too.

    last_day    the last day on which it counts; None for as long as nobody ends it
    Raises: BadInput (store, last_day, role); RolesConflict (role); Refused
    """
    check_second(actor)
    faults = Faults()
    with faults:
        check_last_day(last_day)
    try:
        with transaction.atomic():
            person = hold(actor, pk)
            with faults:
                given = _given(actor, person, role, store, last_day)
            faults.tell()
            return given
    except (BadInput, RolesConflict) as error:
        if any(isinstance(one, RolesConflict) for one in (error, *error.also)):
            details = {"role": title_of(role), "store": place(store)}
            name = User.objects.get(pk=pk).name
            record("staff.role_refused", actor=actor, outcome="refused", subject=name, details=details)
        raise


def _given(actor: Actor, person: User, role: str, store: Store | None, last_day: date | None) -> Membership:
    before = roles_held(person)
    membership = give_role(person, role, store, last_day, actor=actor)
    after = roles_held(person)
    if before == after:
        raise BadInput(_("%(name)s has this role already.") % {"name": person.name}, field="role")
    if role == ADMINISTRATOR and last_day:
        check_one_is_left()
    details = {
        "role": membership.as_role.title,
        "store": place(store),
        "last_day": last_day,
        "changed": {"roles": [before, after]},
    }
    record("staff.role_given", actor=actor, subject=person.name, details=details)
    return membership


def end(
    *,
    actor: Actor,
    pk: int,
    membership_pk: int,
    last_day: date | None = None,
    permission: str = MANAGE,
    reason: str = "",
) -> None:
    """The role ends now, or with this day, which may also be later than the one set before.

    What ends now leaves no row: the trail keeps that it was held.

    permission  what the actor must hold: whoever reviews rights may end them too
    reason      why, for the trail; empty where nobody was asked
    Raises: BadInput (last_day); Conflict when it has ended; Refused
    """
    check_last_day(last_day)
    with transaction.atomic():
        person = hold(actor, pk, permission)
        membership = _still_held(person, membership_pk)
        if administers(membership.as_role):
            # Or one who is watched ends whoever watches.
            check_second(actor)
        before = roles_held(person)
        if last_day is None:
            membership.delete()
        elif membership.ends_on == last_day:
            raise BadInput(_("This is its last day already."), field="last_day")
        else:
            if lengthens(membership, last_day):
                check_second(actor)
            Membership.objects.filter(pk=membership.pk).update(ends_on=last_day)
        if membership.role == ADMINISTRATOR:
            check_one_is_left()
        details = {
            "role": membership.as_role.title,
            "store": place(membership.store),
            "last_day": last_day or timezone.localdate(),
            "changed": {"roles": [before, roles_held(person)]},
        }
        record("staff.role_ended", actor=actor, subject=person.name, reason=reason, details=details)


def move(*, actor: Actor, pk: int, membership_pk: int, store: Store) -> None:
    """The same role, with the same last day, in another store from now on.

    Raises: BadInput (store); Conflict when the role has ended or is held everywhere; Refused
    """
    check_second(actor)
    with transaction.atomic():
        person = hold(actor, pk)
        membership = _still_held(person, membership_pk)
        if membership.store is None:
            raise Conflict(_("This role is held in all stores: there is nowhere to move it."))
        check_open(store)
        there = Membership.objects.filter(user=person, role=membership.role, store=store).first()
        if there and there.counts:
            words = _("%(name)s has this role in %(store)s already.")
            raise BadInput(words % {"name": person.name, "store": store.name}, field="store")
        if there:
            # Ended long ago, and one person has a role in a store once.
            there.delete()
        left = membership.store.code
        Membership.objects.filter(pk=membership.pk).update(
            store=store,
            given_by=actor.user_id,
            given_by_name=actor.name,
            asked_by_name=asked_by(),
            given_at=timezone.now(),
        )
        details = {
            "role": membership.as_role.title,
            "store": store.code,
            "changed": {"store": [left, store.code]},
        }
        record("staff.person_moved", actor=actor, subject=person.name, details=details)


def lengthens(membership: Membership, last_day: date | None) -> bool:
    """Whether this end would give somebody a role for longer than they have it."""
    return bool(last_day and membership.ends_on and last_day > membership.ends_on)


def check_last_day(last_day: date | None) -> None:
    """Raises: BadInput for a day that has passed"""
    if last_day and last_day < timezone.localdate():
        raise BadInput(_("This day has passed. Choose today or a later day."), field="last_day")


def title_of(role: str) -> str:
    """The role as the trail names it."""
    found = role_named(role)
    return found.title if found else role


def place(store: Store | None) -> str:
    """The store as the trail names it."""
    return store.code if store else "all"


def _still_held(person: User, membership_pk: int) -> Membership:
    found = person.memberships.counting().with_places().filter(pk=membership_pk).first()
    if found is None:
        raise Conflict(
            _("%(name)s does not hold this role any more.") % {"name": person.name},
            next_step=_("Open the person again to see what they hold."),
        )
    return found
