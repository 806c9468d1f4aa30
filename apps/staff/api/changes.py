"""A key for a program gives rights as a role does: it waits for a second person, who is shown its text, once."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from apps.core.errors import BadInput, Conflict
from apps.core.kept import day
from apps.core.pages import render_page
from apps.staff.api.keys import make_key
from apps.staff.api.scopes import SCOPES
from apps.staff.confirming.kinds import By, Kind, Snapshot, Values, register
from apps.staff.models import ApiKey, Store, User

NAME = "staff.api_key"


def key_values(user: User, typed: dict[str, Any]) -> dict[str, Any]:
    """What the form gave, as a change keeps it; whoever asks answers for the program."""
    return {
        "for": user.pk,
        "name": typed["name"],
        "scopes": sorted(typed["scopes"]),
        "stores": sorted(one.pk for one in typed["stores"]),
        "last_day": typed["last_day"].isoformat(),
    }


def _key(values: Values) -> Snapshot:
    """The newest key of this name, and how many work. Never a key's text."""
    name = values["name"].strip()
    working = [one for one in ApiKey.objects.filter(name=name).select_related("service") if one.works]
    facts = {_("Keys of this name that work"): str(len(working))}
    if working:
        newest = working[0]
        held = newest.service.memberships.select_related("store") if newest.service else []
        stores = sorted(one.store.name for one in held if one.store)
        facts |= {
            _("It may"): "; ".join(str(SCOPES[code].name) for code in newest.scopes if code in SCOPES),
            _("Stores"): ", ".join(stores) or _("none"),
            _("Last day"): day(newest.last_day),
        }
    return Snapshot(_("the program %(name)s") % {"name": name}, facts)


@sensitive_variables()
def _make(by: By, values: Values) -> tuple[ApiKey, str]:
    user = User.objects.filter(pk=values["for"], is_active=True).first()
    if user is None:
        raise Conflict(_("Whoever would answer for the program is not here any more."))
    stores = list(Store.objects.filter(pk__in=values["stores"]))
    if len(stores) != len(values["stores"]):
        raise BadInput(_("One of these stores is not there any more."), field="stores")
    return make_key(
        actor=by.actor,
        user=user,
        name=values["name"],
        scopes=values["scopes"],
        last_day=date.fromisoformat(values["last_day"]),
        stores=stores,
        # Who confirms is shown the text, so they are one hand with the program too.
        shown_to=by.user,
    )


@sensitive_variables()
def _shown(request: HttpRequest, result: Any) -> HttpResponse:
    key, text = result
    return render_page(request, "staff/api_key_made.html", {"key": key, "text": text})


register(
    Kind(
        NAME,
        gettext_lazy("Make a key for a program"),
        "staff.manage_staff",
        snapshot=_key,
        apply=_make,
        answer=_shown,
        shown_once=gettext_lazy("It is confirmed already; the key cannot be shown again."),
    )
)
