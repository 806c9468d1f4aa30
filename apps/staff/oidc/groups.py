"""The roles that the provider's groups give, put in order at each sign-in; those given by hand stay as they are."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core.errors import ConsoleError
from apps.staff.models import Membership, Store, User
from apps.staff.oidc.problems import NotLetIn
from apps.staff.oidc.rows import GroupRole
from apps.staff.people import memberships
from apps.staff.role_table import all_roles

log = logging.getLogger("console.staff")
# A role and the id of its store, or None for all stores.
Place = tuple[str, int | None]


@dataclass(frozen=True)
class Wanted:
    """Places the groups give, each with the group; codes of stores that are named in the settings and not there, or
    closed. What cannot be given is left out: it keeps nobody out who has something else to do here."""

    places: dict[Place, str]
    unknown_stores: list[str]


def wanted(claims: Mapping[str, Any]) -> Wanted:
    """What this person's groups give.

    Raises: NotLetIn when the provider left groups out because there are too many
    """
    told = {role for group in groups_in(claims) for role in _told_by(group)}
    codes = {code for _role, code, _group in told if code}
    stores = dict(Store.objects.open().filter(code__in=codes).values_list("code", "pk")) if codes else {}
    unknown = sorted(codes - stores.keys())
    if unknown:
        log.warning("Groups give roles in stores that are not there, or closed: %s.", ", ".join(unknown))
    roles = all_roles()
    if gone := sorted({role for role, _code, _group in told} - roles.keys()):
        log.warning("Groups give roles that are not there, or retired: %s.", ", ".join(gone))
    places = {
        (role, stores.get(code)): group
        for role, code, group in sorted(told)
        if role in roles and (not code or code in stores)
    }
    return Wanted(places, unknown)


def may_make(found: Wanted) -> bool:
    """Whether somebody whom the console does not know is made: where groups give roles, one must give them some."""
    makes = bool(settings.CONSOLE_OIDC["create_people"])
    return makes and (bool(found.places) or not settings.CONSOLE_OIDC["groups"])


def groups_in(claims: Mapping[str, Any]) -> list[str]:
    """The groups of the claim in the settings; ``realm_access.roles`` also looks inside. No claim is no group.

    Raises: NotLetIn
    """
    name = settings.CONSOLE_OIDC["groups_claim"]
    elsewhere = claims.get("_claim_names")
    if isinstance(elsewhere, Mapping) and name in elsewhere:
        raise NotLetIn(
            _("You are in more groups than the provider sends, so your roles cannot be told."),
            next_step=_("Ask your administrator to have it send only the groups of this console."),
            code="sso-groups",
        )
    found: Any = claims
    for part in [name] if name in claims else name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return (
        [str(one) for one in found] if isinstance(found, list) else [found] if isinstance(found, str) else []
    )


def _told_by(group: str) -> list[tuple[str, str, str]]:
    return [(role, code, group) for role, code in settings.CONSOLE_OIDC["groups"].get(group, [])]


def apply(*, actor: Actor, person: User, places: Mapping[Place, str]) -> None:
    """End what groups gave and no longer give, then give what is new; in the caller's transaction.

    actor   the console itself: nobody changes their own roles
    places  see Wanted
    Raises: NotLetIn with the words of the service that refuses; nothing is changed then
    """
    if not settings.CONSOLE_OIDC["groups"]:
        return
    rule = settings.CONSOLE_OIDC["groups_rule"]
    held = {
        (one.role, one.store_id): one
        for one in person.memberships.counting().select_related("given_by_group")
    }
    given = {place for place, one in held.items() if hasattr(one, "given_by_group")}
    try:
        for place, one in held.items():
            if place not in places and (rule or place in given):
                memberships.end(actor=actor, pk=person.pk, membership_pk=one.pk)
        for place, group in places.items():
            if place not in held:
                _mark(_given(actor, person, place), group)
            elif rule or place in given:
                _mark(held[place], group)
    except NotLetIn:
        raise
    except ConsoleError as error:
        raise NotLetIn(
            _("Your groups and your roles here do not go together, so nothing was changed: %(why)s")
            % {"why": error.message},
            next_step=_("Tell your administrator the code."),
            code="sso-roles",
        ) from error
    person.__dict__.pop("memberships_now", None)


def _given(actor: Actor, person: User, place: Place) -> Membership:
    role, store_id = place
    store = Store.objects.get(pk=store_id) if store_id else None
    return memberships.give(actor=actor, pk=person.pk, role=role, store=store)


def _mark(membership: Membership, group: str) -> None:
    kept, made = GroupRole.objects.get_or_create(membership=membership, defaults={"group": group[:300]})
    if not made and kept.group != group[:300]:
        kept.group = group[:300]
        kept.save(update_fields=["group"])
