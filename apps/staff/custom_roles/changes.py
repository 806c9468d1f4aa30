"""Making and changing a role, as changes that a second person confirms: what it allows is given to all who hold it.

Retiring one takes away and is done at once, but where its holders administer people."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.staff.confirming.kinds import By, Kind, Snapshot, Values, register
from apps.staff.custom_roles.making import change_role, holders_of, make_role, retire_role
from apps.staff.custom_roles.rows import CustomRole
from apps.staff.people.guarding import MANAGE
from apps.staff.roles import PERMISSIONS

MAKE, CHANGE, RETIRE = "staff.own_role_make", "staff.own_role_change", "staff.own_role_retire"


def _seen(role: CustomRole | None, title: str) -> Snapshot:
    if role is None:
        return Snapshot(title)
    allowed = [str(words) for code, words in PERMISSIONS.items() if code in role.permissions]
    facts = {
        _("Name"): role.title,
        _("Held"): _("In all stores") if role.everywhere else _("In stores"),
        _("Allows"): "; ".join(allowed),
        _("Held by"): "; ".join(
            f"{one.user.name}, {one.store or _('all stores')}" for one in holders_of(role)
        )
        or _("nobody"),
    }
    return Snapshot(role.title, facts)


def _made(values: Values) -> Snapshot:
    title = " ".join(values["title"].split())  # as the service keeps it
    return _seen(CustomRole.objects.filter(title__iexact=title).first(), title)


def _changed(values: Values) -> Snapshot:
    return _seen(CustomRole.objects.filter(pk=values["pk"]).first(), values["title"])


def _retired(values: Values) -> Snapshot:
    role = CustomRole.objects.filter(pk=values["pk"]).first()
    if role is None:
        return Snapshot()
    seen = _seen(role, role.title)
    return replace(seen, facts={**seen.facts, _("Retired"): _("yes") if role.retired_at else _("no")})


def _make(by: By, values: Values) -> Any:
    return make_role(actor=by.actor, **values)


def _change(by: By, values: Values) -> Any:
    return change_role(actor=by.actor, **values)


def _retire(by: By, values: Values) -> Any:
    return retire_role(actor=by.actor, **values)


register(Kind(MAKE, gettext_lazy("Make a role"), MANAGE, snapshot=_made, apply=_make))
register(Kind(CHANGE, gettext_lazy("Change a role"), MANAGE, snapshot=_changed, apply=_change))
register(Kind(RETIRE, gettext_lazy("Retire a role"), MANAGE, snapshot=_retired, apply=_retire))
