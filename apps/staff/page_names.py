"""Pages as the trail calls them: as the way around does, and below that by room and name in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.staff.navigation import PLACES
from apps.staff.roles import PERMISSIONS

ROOMS: dict[str, Promise] = {
    "audit": gettext_lazy("Audit trail"),
    "customers": gettext_lazy("Customers"),
    "goodwill": gettext_lazy("Goodwill"),
    "operations": gettext_lazy("Operations"),
    "points": gettext_lazy("Points"),
    "referrals": gettext_lazy("Referrals"),
    "staff": gettext_lazy("People and stores"),
    "trail": gettext_lazy("Audit trail"),
}
PARTS: dict[str, Promise] = {
    "customers:customer": gettext_lazy("A customer's page"),
    "customers:tab": gettext_lazy("A tab of a customer's page"),
    "customers:panel": gettext_lazy("A part of a customer's page"),
    "goodwill:customer_panel": gettext_lazy("Goodwill on a customer's page"),
    "referrals:customer_panel": gettext_lazy("Referrals on a customer's page"),
    "audit:customer_history": gettext_lazy("A customer's history"),
}
PROGRAMS = "_api"


def page_in_words(name: str) -> str:
    """``goodwill:requests`` as *Goodwill requests*, ``points:reversal_reject`` as *Points, reversal reject*.

    What is no name of a page stays as it is.
    """
    if place := next((one for one in PLACES if one.url_name == name), None):
        return str(place.label)
    if name in PARTS:
        return str(PARTS[name])
    room, colon, view = name.partition(":")
    title = ROOMS.get(room.removesuffix(PROGRAMS))
    if not colon or title is None:
        return name
    whole = f"{title}, {view.replace('_', ' ')}"
    return _("API, %(page)s") % {"page": whole} if room.endswith(PROGRAMS) else whole


def refusal_in_words(facts: Mapping[str, Any]) -> Mapping[str, str]:
    """The page that was refused, and what it takes to open it where that is known."""
    page = page_in_words(str(facts.get("subject", "")))
    needs = PERMISSIONS.get(str(facts.get("permission", "")).removeprefix("staff."))
    told = {"page": page, "needs": str(needs)}
    return {"page": _("%(page)s, which takes “%(needs)s”") % told if needs else page}


def call_in_words(facts: Mapping[str, Any]) -> Mapping[str, str]:
    """The page of programs that was called."""
    name = str(facts.get("subject", ""))
    return {"page": page_in_words(name.replace(f"{PROGRAMS}:", ":"))}
