"""Making a role of the house's own, changing and retiring it. It holds from the next click of whoever has it."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput, Conflict, ConsoleError, Missing, Refused
from apps.core.faults import Faults
from apps.core.opened import check_opened
from apps.core.taken import told_when_taken
from apps.core.words import needed
from apps.staff.confirming.guard import asked_by, check_second
from apps.staff.custom_roles.known import forget
from apps.staff.custom_roles.rows import LONGEST_TITLE, PREFIX, CustomRole
from apps.staff.duties import collisions, collisions_in_words, out_of_reach
from apps.staff.models import Membership, User
from apps.staff.people.guarding import administers, hold_actor
from apps.staff.people.memberships import end
from apps.staff.roles import ONLY_EVERYWHERE, ONLY_IN_A_STORE, PERMISSIONS, ROLES, Role
from apps.staff.services import RolesConflict

MOST_NAMED = 5


def make_role(*, actor: Actor, title: str, permissions: Collection[str], everywhere: bool) -> CustomRole:
    """A new role that can be given.

    permissions  codenames of the table
    Raises: BadInput (title, permissions); RolesConflict (permissions) for duties that must be apart; Refused
    """
    check_second(actor)
    try:
        with transaction.atomic():
            hold_actor(actor)
            role = CustomRole(
                everywhere=everywhere,
                made_by_id=actor.user_id,
                made_by_name=actor.name,
                asked_by_name=asked_by(),
            )
            check_values(role, title, permissions)
            role.code = _free_code(role.title)
            with told_when_taken(lambda: _check_title(role)):
                role.save()
            details = {
                "where": "in all stores" if everywhere else "in stores",
                "changed": {"permissions": [[], in_english(role.permissions)]},
            }
            record("staff.role_made", actor=actor, subject=role.title, details=details)
    except (BadInput, RolesConflict) as error:
        _note_refused(actor, title, error)
        raise
    forget()
    return role


def change_role(
    *, actor: Actor, pk: int, title: str, permissions: Collection[str], opened: str = ""
) -> CustomRole:
    """Another name or other permissions, for everybody who holds it, from their next click.

    opened  mark of the page that was opened, "" for none: see apps/core/opened.py
    Raises: Missing; BadInput (title, permissions), also where nothing would change; RolesConflict (permissions) that
            names holders whose other roles it would meet; Conflict when it is retired or was changed since; Refused,
            also for one's own role
    """
    check_second(actor)
    try:
        with transaction.atomic():
            hold_actor(actor)
            role = _held_still(pk)
            _check_not_own(actor, role)
            before = shown(role)
            check_opened(opened, before)
            check_values(role, title, permissions)
            if before == shown(role):
                raise BadInput(_("This is so already: nothing would change."), field="permissions")
            with told_when_taken(lambda: _check_title(role)):
                role.save()
            changed = {"permissions": [in_english(before["permissions"]), in_english(role.permissions)]}
            if before["title"] != role.title:
                changed["title"] = [before["title"], role.title]  # type: ignore[list-item]
            details = {"changed": changed, "holders": holders_of(role).count()}
            record("staff.role_changed", actor=actor, subject=role.title, details=details)
    except (BadInput, RolesConflict) as error:
        _note_refused(actor, title, error)
        raise
    forget()
    return role


def retire_role(*, actor: Actor, pk: int, ending: Collection[int] = ()) -> CustomRole:
    """Nobody gets the role any more. Who still holds it loses it now, each with an entry of their own.

    ending  ids of the memberships that end with it: those the person was shown and agreed to
    Raises: Missing; Conflict when it is retired already, and while anybody holds it who is not among these; Refused
    """
    with transaction.atomic():
        hold_actor(actor)
        role = _held_still(pk)
        _check_not_own(actor, role)
        if administers(role.as_role):
            check_second(actor)
        held = list(holders_of(role))
        if unseen := [one.user.name for one in held if one.pk not in set(ending)]:
            words = _("%(names)s hold this role, so it cannot vanish.")
            raise Conflict(
                words % {"names": _named(unseen)},
                next_step=_("Look at who holds it, and agree that it ends for each of them."),
                field="agreed",
            )
        for one in held:
            end(actor=actor, pk=one.user_id, membership_pk=one.pk)
        role.retired_at = timezone.now()
        role.save(update_fields=["retired_at"])
        record("staff.role_retired", actor=actor, subject=role.title, details={"ended": len(held)})
    forget()
    return role


def holders_of(role: CustomRole) -> QuerySet[Membership]:
    """Memberships by which somebody holds it at this moment, with person and store, by name."""
    return (
        Membership.objects.filter(custom=role)
        .counting()
        .select_related("user", "store")
        .order_by("user__name", "pk")
    )


def shown(role: CustomRole) -> dict[str, Any]:
    """What a form about it shows."""
    return {"title": role.title, "permissions": role.permissions}


def check_values(role: CustomRole, title: str | None, permissions: Collection[str] | None) -> None:
    """Put these values into a role, which may be a new one, unsaved; None is not looked at. Everything that is wrong
    with them is told.

    Raises: BadInput (title, permissions); RolesConflict (permissions)
    """
    faults = Faults()
    if title is not None:
        with faults:
            role.title = _title(title)
            _check_title(role)
    if permissions is not None:
        with faults:
            role.permissions = _tidy(permissions)
            _check_permissions(role)
            _check_holders(role)
    faults.tell()


def in_english(codenames: Iterable[str]) -> list[str]:
    """Permissions in the trail's own language."""
    with override(None):
        return [str(PERMISSIONS[one]) for one in PERMISSIONS if one in set(codenames)]


def _title(typed: str) -> str:
    return needed(typed, LONGEST_TITLE, "title", missing=_("Give the role a name."))


def _tidy(permissions: Collection[str]) -> list[str]:
    """In the order of the table. Raises: BadInput for none, and for what is none"""
    if set(permissions) - PERMISSIONS.keys():
        raise BadInput(_("Choose among the permissions shown."), field="permissions")
    if not permissions:
        raise BadInput(_("Choose at least one permission."), field="permissions")
    return [one for one in PERMISSIONS if one in set(permissions)]


def _free_code(title: str) -> str:
    """Made from the title and never used before, also by a role that was retired."""
    plain = f"{PREFIX}{slugify(title) or 'role'}"[:34]
    taken = set(CustomRole.objects.filter(code__startswith=plain).values_list("code", flat=True))
    return next(code for number in range(1, 10_000) if (code := _numbered(plain, number)) not in taken)


def _numbered(plain: str, number: int) -> str:
    return plain if number == 1 else f"{plain}-{number}"


def _check_title(role: CustomRole) -> None:
    """Entries name roles by their titles: none means two, not even over time."""
    fixed = {word.casefold() for one in ROLES.values() for word in (one.title, str(one.name), one.code)}
    others = CustomRole.objects.exclude(pk=role.pk).values_list("title", flat=True)
    if role.title.casefold() in fixed | {one.casefold() for one in others}:
        raise BadInput(_("There is or was a role of this name. Choose another one."), field="title")


def _check_permissions(role: CustomRole) -> None:
    """Raises: RolesConflict; BadInput for what cannot be reached, and for what does not fit where it is held"""
    faults = Faults()
    found = collisions([role.as_role])
    for one in found:
        with faults:
            # Each is a line of its own; what to do is said once, after the last.
            step = _("Leave one side out, or make two roles for two people.") if one is found[-1] else ""
            raise RolesConflict(one.sentence, next_step=step, field="permissions")
    with faults:
        if words := out_of_reach(role.as_role):
            raise BadInput(words, field="permissions")
    with faults:
        _check_place(role)
    faults.tell()


def _check_place(role: CustomRole) -> None:
    wrong = role.as_role.permissions & (ONLY_IN_A_STORE if role.everywhere else ONLY_EVERYWHERE)
    if wrong:
        named = "; ".join(f"“{words}”" for code, words in PERMISSIONS.items() if code in wrong)
        words = (
            _("These are done at a store, so a role with them is held in stores: %(named)s.")
            if role.everywhere
            else _("These reach all stores, so a role with them is held in all stores: %(named)s.")
        )
        raise BadInput(words % {"named": named}, field="permissions")


def _check_holders(role: CustomRole) -> None:
    """Raises: RolesConflict that names everybody whose other roles may not meet the changed one"""
    if role._state.adding:
        return
    people = {one.user_id: one.user for one in holders_of(role)}
    others: dict[int, list[Role]] = {pk: [] for pk in people}
    rest = Membership.objects.counting().with_places().filter(user__in=people).exclude(custom=role)
    for one in rest:
        others[one.user_id].append(one.as_role)
    found = {
        pk: words for pk, held in others.items() if (words := collisions_in_words([role.as_role, *held]))
    }
    if found:
        told = [f"{people[pk].name}: {words}" for pk, words in list(found.items())[:MOST_NAMED]]
        rest_words = _("And %(count)s more people.") % {"count": len(found) - MOST_NAMED}
        raise RolesConflict(
            " ".join(told + ([rest_words] if len(found) > MOST_NAMED else [])),
            next_step=_("End one of their roles first, or leave these permissions out."),
            field="permissions",
        )


def _held_still(pk: int) -> CustomRole:
    """Raises: Missing; Conflict"""
    role = CustomRole.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    if role is None:
        raise Missing(_("There is no such role."), next_step=_("Choose one from the list."))
    if role.retired_at:
        raise Conflict(_("This role is retired."), next_step=_("Make a new one instead."))
    return role


def _check_not_own(actor: Actor, role: CustomRole) -> None:
    if User.objects.filter(pk=actor.user_id, memberships__in=holders_of(role)).exists():
        raise Refused(
            _("You hold this role yourself, and nobody changes what they themselves may do."),
            next_step=_("Ask another administrator."),
        )


def _named(names: list[str]) -> str:
    some = ", ".join(dict.fromkeys(names[:MOST_NAMED]))
    return some if len(names) <= MOST_NAMED else _("%(names)s and others") % {"names": some}


def _note_refused(actor: Actor, title: str, error: ConsoleError) -> None:
    """Somebody tried to combine what is kept apart; a mere slip leaves no entry."""
    told = " ".join(one.message for one in (error, *error.also) if isinstance(one, RolesConflict))
    if told:
        record("staff.role_not_made", actor=actor, outcome="refused", subject=title, reason=told[:500])
