"""What administrators do with people that waits for a second person. Ending and deactivating do not: they take away."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from apps.core.errors import BadInput, Missing
from apps.core.kept import day
from apps.staff.confirming.kinds import By, Kind, Snapshot, Values, register
from apps.staff.confirming.models import about_person
from apps.staff.models import Membership, Store, User, tidy_email
from apps.staff.people import invites, memberships, standing
from apps.staff.role_table import role_named

MANAGE = "staff.manage_staff"


def as_day(value: date | None) -> str:
    """A day as values keep it, "" for none."""
    return value.isoformat() if value else ""


def _day_of(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _store_of(pk: int | None) -> Store | None:
    """Raises BadInput for a store that has gone since."""
    if pk is None:
        return None
    found = Store.objects.filter(pk=pk).first()
    if found is None:
        raise BadInput(_("This store is not there any more."), field="store")
    return found


def roles_in_words(person: User) -> str:
    """Every role that counts, where, and until when."""
    held = person.memberships.counting().with_places().order_by("role", "store__code")
    return in_words(held)


def in_words(held: Iterable[Membership]) -> str:
    """These roles, where, and until when."""
    return "; ".join(_in_words(one) for one in held) or _("none")


def meaning(*codes: str) -> str:
    """What these roles allow at this moment, for the mark of a change that gives them: a role that was altered since
    is not the one somebody asked for."""
    found = [(code, role_named(code)) for code in sorted(set(codes))]
    return "; ".join(f"{code}: {', '.join(sorted(role.permissions))}" for code, role in found if role)


def _in_words(held: Membership) -> str:
    if held.ends_on is None:
        return str(held)
    return _("%(role)s, until %(day)s") % {"role": held, "day": day(held.ends_on)}


def person_now(person: User) -> Snapshot:
    """What somebody may do, and whether they can sign in."""
    signs_in = _("yes") if person.is_active else _("no")
    facts = {_("Roles"): roles_in_words(person), _("May sign in"): signs_in}
    return Snapshot(person.name, facts, about_person(person.pk))


def _person(values: Values) -> Snapshot:
    found = User.objects.filter(pk=values["pk"]).first()
    return person_now(found) if found else Snapshot()


def _given_to(values: Values) -> Snapshot:
    return replace(_person(values), mark=meaning(values["role"]))


def _invited(values: Values) -> Snapshot:
    found, mark = User.objects.filter(email=tidy_email(values["email"])).first(), meaning(values["role"])
    if found is None:
        return Snapshot(subject=str(values["name"]), mark=mark)
    seen = person_now(found)
    facts = {_("Name"): found.name, _("E-mail"): found.email, **seen.facts}
    return Snapshot(found.name, facts, seen.about, mark)


def _give(by: By, values: Values) -> Membership:
    store, last_day = _store_of(values["store"]), _day_of(values["last_day"])
    return memberships.give(
        actor=by.actor, pk=values["pk"], role=values["role"], store=store, last_day=last_day
    )


def _move(by: By, values: Values) -> None:
    store = _store_of(values["store"])
    if store is None:
        raise Missing(_("This store is not there any more."))
    memberships.move(actor=by.actor, pk=values["pk"], membership_pk=values["membership"], store=store)


def _end_later(by: By, values: Values) -> None:
    last_day = _day_of(values["last_day"])
    memberships.end(actor=by.actor, pk=values["pk"], membership_pk=values["membership"], last_day=last_day)


def _reactivate(by: By, values: Values) -> User:
    return standing.reactivate(actor=by.actor, pk=values["pk"])


@sensitive_variables()
def _invite(by: By, values: Values) -> tuple[User, str]:
    stores = [one for pk in values["stores"] if (one := _store_of(pk))]
    return invites.invite(
        actor=by.actor,
        email=values["email"],
        name=values["name"],
        role=values["role"],
        stores=stores,
        last_day=_day_of(values["last_day"]),
    )


@sensitive_variables()
def _send_link(request: HttpRequest, result: Any) -> HttpResponse:
    from apps.staff.people.invite_views import sent

    return sent(request, *result)


register(Kind("staff.role_give", gettext_lazy("Give a role"), MANAGE, snapshot=_given_to, apply=_give))
register(
    Kind("staff.role_move", gettext_lazy("Move to another store"), MANAGE, snapshot=_person, apply=_move)
)
register(
    Kind(
        "staff.role_longer",
        gettext_lazy("Let a role last longer"),
        MANAGE,
        snapshot=_person,
        apply=_end_later,
    )
)
register(
    Kind(
        "staff.reactivate", gettext_lazy("Let somebody in again"), MANAGE, snapshot=_person, apply=_reactivate
    )
)
register(
    Kind(
        "staff.invite",
        gettext_lazy("Invite somebody"),
        MANAGE,
        snapshot=_invited,
        apply=_invite,
        answer=_send_link,
    )
)
