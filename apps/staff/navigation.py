"""What the frame of every page shows: the way around by permission, the person, their preferences."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.staff.connection import health
from apps.staff.models import Store, User
from apps.staff.roles import ROLES
from apps.staff.stores import current_store, role_at, stores_of


@dataclass(frozen=True)
class Place:
    """One target: shown to people with the permission, by URL name so that no room is imported."""

    label: Promise
    url_name: str
    icon: str
    permission: str
    section: Promise | str = ""
    key: str = ""


SET_UP = gettext_lazy("People and stores")
PLACES = (
    Place(gettext_lazy("Look up"), "customers:lookup", "search", "staff.view_customers", key="l"),
    Place(gettext_lazy("Audit trail"), "audit:trail", "history", "staff.view_trail", key="t"),
    Place(gettext_lazy("Health"), "operations:health", "activity", "staff.view_health", key="h"),
    Place(
        gettext_lazy("People"),
        "staff:people",
        "users",
        "staff.view_people",
        SET_UP,
        key="p",
    ),
    Place(
        gettext_lazy("Stores"),
        "staff:stores",
        "building-store",
        "staff.view_people",
        SET_UP,
        key="s",
    ),
)


@dataclass(frozen=True)
class Item:
    """A place as the templates draw it; ``key`` is pressed after ``g``."""

    label: str
    url: str
    icon: str
    current: bool
    section: str
    key: str


@dataclass(frozen=True)
class Account:
    """The signed-in person as the top bar shows them."""

    name: str
    initials: str
    role: str
    store: str
    stores: list[Store]
    current_store_id: int | None


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: navigation, account, theme and shortcuts; all harmless when signed out."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"navigation": [], "account": None, "theme": User.Theme.AUTO.value, "shortcuts": False}
    return {
        "navigation": items_for(user, request),
        "account": account_of(user, request),
        "theme": user.theme,
        "shortcuts": user.shortcuts,
        "health": outside(user),
    }


def outside(user: User) -> dict[str, str]:
    """How the outside answers at the moment, as this process saw it; empty when nobody asked lately."""
    figures = health()
    if figures.state != "closed":
        sentence = _("Capillary is not answering reliably.")
    elif figures.median_ms is not None:
        sentence = _("Capillary answers in %(ms)s ms.") % {"ms": figures.median_ms}
    else:
        return {}
    return {
        "sentence": sentence,
        "url": reverse("operations:health") if user.has_perm("staff.view_health") else "",
    }


def items_for(user: User, request: HttpRequest) -> list[Item]:
    match = request.resolver_match
    here = match.view_name if match else ""
    room = here.partition(":")[0]
    allowed = [place for place in PLACES if user.has_perm(place.permission)]
    return [
        Item(
            label=str(place.label),
            url=reverse(place.url_name),
            icon=place.icon,
            current=here == place.url_name or (room != "staff" and place.url_name.startswith(f"{room}:")),
            section=str(place.section),
            key=place.key,
        )
        for place in allowed
    ]


def account_of(user: User, request: HttpRequest) -> Account:
    store = current_store(request)
    role = ROLES.get(role_at(user, store))
    stores = stores_of(user)
    return Account(
        name=user.name,
        initials="".join(part[0] for part in user.name.split()[:2]).upper(),
        role=str(role.name) if role else "",
        store=store.name if store else "",
        stores=stores if len(stores) > 1 else [],
        current_store_id=store.pk if store else None,
    )
