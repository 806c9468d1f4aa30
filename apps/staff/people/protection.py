"""What weakens somebody's protection, or the house's, and so waits for a second person: whose mobile is whose, second
factors that are removed, the account at the provider, and the role of an administrator that ends.

Somebody who has to be stopped tonight is deactivated: that one person does alone.
"""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import Missing
from apps.core.kept import day
from apps.staff.confirming.kinds import By, Kind, Snapshot, Values, register
from apps.staff.confirming.models import about_person
from apps.staff.factor_models import Authenticator
from apps.staff.factors import keeping
from apps.staff.models import User
from apps.staff.oidc.matching import unlink
from apps.staff.people import memberships
from apps.staff.people.changes import MANAGE, person_now
from apps.staff.services import set_mobile

MOBILE, FACTORS, END = "staff.mobile", "staff.factors_reset", "staff.administrator_ends"
ACCOUNT = "staff.account_ends"
# Enough of the keyed hash to tell two numbers apart.
SHOWN = 6


def _found(values: Values) -> User:
    """Raises: Missing"""
    person = User.objects.people().filter(pk=values["pk"]).first()
    if person is None:
        raise Missing(_("There is no such person."), next_step=_("Choose somebody from the list."))
    return person


def _mobile_of(values: Values) -> Snapshot:
    person = User.objects.filter(pk=values["pk"]).first()
    if person is None:
        return Snapshot()
    known = _("known, mark %(mark)s") % {"mark": person.mobile_digest[:SHOWN]}
    facts = {_("Own mobile"): known if person.mobile_digest else _("not known")}
    return Snapshot(person.name, facts, about_person(person.pk), person.mobile_digest)


def _factors_of(values: Values) -> Snapshot:
    person = User.objects.filter(pk=values["pk"]).first()
    if person is None:
        return Snapshot()
    has_app = _("yes") if Authenticator.objects.filter(person=person).exists() else _("no")
    keys = sorted(person.passkeys.values_list("name", flat=True))
    facts = {
        _("Second factor since"): day(person.second_factor_since),
        _("Authenticator app"): has_app,
        _("Passkeys"): ", ".join(keys) or _("none"),
        _("How it is known that it is them who asks"): values["reason"],
    }
    return Snapshot(person.name, facts, about_person(person.pk))


def _account_of(values: Values) -> Snapshot:
    person = User.objects.filter(pk=values["pk"]).first()
    if person is None:
        return Snapshot()
    since = [day(one.linked_at) for one in person.linked_accounts.all()]
    return Snapshot(
        person.name, {_("Account at the provider since"): ", ".join(since)}, about_person(person.pk)
    )


def _held_by(values: Values) -> Snapshot:
    person = User.objects.filter(pk=values["pk"]).first()
    return person_now(person) if person else Snapshot()


def _set_mobile(by: By, values: Values) -> User:
    return set_mobile(actor=by.actor, person=_found(values), mobile=values["mobile"])


def _reset_factors(by: By, values: Values) -> int:
    return keeping.reset(actor=by.actor, pk=values["pk"], reason=values["reason"]).pk


def _end_account(by: By, values: Values) -> None:
    unlink(actor=by.actor, pk=values["pk"])


def _end(by: By, values: Values) -> None:
    last = date.fromisoformat(values["last_day"]) if values["last_day"] else None
    memberships.end(actor=by.actor, pk=values["pk"], membership_pk=values["membership"], last_day=last)


def _tell(request: HttpRequest, result: Any) -> HttpResponse:
    from apps.staff.factors.reset_view import done

    return done(request, result)


register(
    Kind(MOBILE, gettext_lazy("Change whose mobile it is"), MANAGE, snapshot=_mobile_of, apply=_set_mobile)
)
register(
    Kind(
        FACTORS,
        gettext_lazy("Remove somebody's second factors"),
        MANAGE,
        snapshot=_factors_of,
        apply=_reset_factors,
        answer=_tell,
        why=lambda values: str(values["reason"]),
    )
)
register(
    Kind(
        ACCOUNT,
        gettext_lazy("End the link to an account at the provider"),
        MANAGE,
        snapshot=_account_of,
        apply=_end_account,
    )
)
register(Kind(END, gettext_lazy("End the role of an administrator"), MANAGE, snapshot=_held_by, apply=_end))
