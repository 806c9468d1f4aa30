"""What the frame of every page shows: the way around by permission, the person, their preferences."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.staff.confirming import guard
from apps.staff.confirming.models import SEEN_WITH as CHANGES_SEEN_WITH
from apps.staff.connection import health
from apps.staff.counting import Counted, waiting
from apps.staff.models import Store, User
from apps.staff.stores import current_store, role_at, stores_of


@dataclass(frozen=True)
class Place:
    """One target: shown to people with the permission, by URL name so that no room is imported.

    or_permission  another permission that shows it too, or_any more of them
    covers         beginning of the URL names of pages below it
    """

    label: Promise
    url_name: str
    icon: str
    permission: str
    section: Promise | str = ""
    key: str = ""
    or_permission: str = ""
    covers: str = ""
    or_any: tuple[str, ...] = ()

    def is_for(self, user: User) -> bool:
        """Whether this person may go there."""
        others = filter(None, (self.or_permission, *self.or_any))
        return user.has_perm(self.permission) or any(user.has_perm(one) for one in others)


SET_UP = gettext_lazy("People and stores")
MY_STORE = gettext_lazy("My store")
PLACES = (
    Place(
        gettext_lazy("Look up"),
        "customers:lookup",
        "search",
        "staff.view_customers",
        key="l",
        covers="customers:",
    ),
    Place(
        gettext_lazy("Approvals"),
        "goodwill:approvals",
        "checks",
        "staff.approve_goodwill",
        key="a",
        covers="goodwill:evidence",
    ),
    Place(gettext_lazy("My requests"), "goodwill:mine", "list-check", "staff.ask_goodwill", key="m"),
    # Only three stand at the foot of a phone: whoever reads the trail finds it there.
    Place(
        gettext_lazy("Audit trail"), "audit:trail", "history", "staff.view_trail", key="t", covers="audit:"
    ),
    Place(gettext_lazy("Watch"), "audit:watch", "bell", "staff.view_trail", key="w", covers="audit:watch"),
    Place(
        gettext_lazy("Not known yet"),
        "operations:unknown",
        "hourglass",
        "staff.view_customers",
        key="u",
        or_permission="staff.view_trail",
    ),
    Place(
        gettext_lazy("Operations"),
        "operations:list",
        "stack-2",
        "staff.run_operations",
        key="x",
        or_permission="staff.view_trail",
        covers="operations:operation",
    ),
    Place(
        gettext_lazy("Reversals"),
        "points:reversals",
        "arrow-back-up",
        "staff.approve_reversals",
        key="v",
        covers="points:reversal",
    ),
    Place(gettext_lazy("Check a code"), "referrals:check_code", "hash", "staff.view_customers", key="k"),
    Place(
        gettext_lazy("Referral signals"),
        "referrals:signals",
        "flag",
        "staff.view_referral_signals",
        key="i",
        covers="referrals:signal",
    ),
    Place(
        gettext_lazy("Checkpoints"),
        "audit:checkpoints",
        "certificate",
        "staff.view_trail",
        key="n",
        covers="audit:checkpoint",
    ),
    Place(
        gettext_lazy("Subject requests"),
        "audit:subject_requests",
        "user-shield",
        "staff.handle_subject_requests",
        key="j",
        covers="audit:subject",
    ),
    Place(
        gettext_lazy("Changes that wait"),
        "staff:changes",
        "user-check",
        CHANGES_SEEN_WITH[0],
        key="e",
        covers="staff:change",
        or_any=CHANGES_SEEN_WITH[1:],
    ),
    Place(gettext_lazy("Health"), "operations:health", "activity", "staff.view_health", key="h"),
    Place(
        gettext_lazy("Goodwill requests"),
        "goodwill:requests",
        "gift",
        "staff.view_trail",
        key="q",
        covers="goodwill:requests",
    ),
    Place(
        gettext_lazy("Goodwill budget"),
        "goodwill:store_budget",
        "coin",
        "staff.approve_goodwill",
        MY_STORE,
        key="b",
    ),
    Place(
        gettext_lazy("People"),
        "staff:people",
        "users",
        "staff.view_people",
        SET_UP,
        key="p",
        covers="staff:person",
    ),
    Place(
        gettext_lazy("Access review"),
        "staff:reviews",
        "list-check",
        "staff.review_access",
        SET_UP,
        or_permission="staff.view_trail",
        covers="staff:review",
    ),
    Place(
        gettext_lazy("Roles"),
        "staff:roles",
        "user-shield",
        "staff.view_people",
        SET_UP,
        key="z",
        or_permission="staff.view_trail",
        covers="staff:role",
    ),
    Place(
        gettext_lazy("Stores"),
        "staff:stores",
        "building-store",
        "staff.view_people",
        SET_UP,
        key="s",
        covers="staff:store",
    ),
    # Every letter after g is taken by a page that is opened more often.
    Place(
        gettext_lazy("Connection"),
        "staff:connection",
        "plug-connected",
        "staff.check_connection",
        SET_UP,
    ),
    Place(
        gettext_lazy("API"),
        "staff:api",
        "command",
        "staff.manage_staff",
        SET_UP,
        key="y",
        or_permission="staff.view_trail",
        covers="staff:api",
    ),
    Place(
        gettext_lazy("Goodwill rules"),
        "goodwill:rules",
        "adjustments",
        "staff.view_trail",
        SET_UP,
        key="r",
        covers="goodwill:rules",
    ),
    Place(
        gettext_lazy("Points rules"),
        "points:rules",
        "coins",
        "staff.view_trail",
        SET_UP,
        key="c",
        covers="points:rules",
    ),
    Place(
        gettext_lazy("Referral rules"),
        "referrals:rules",
        "user-plus",
        "staff.view_trail",
        SET_UP,
        key="f",
        covers="referrals:rules",
    ),
    Place(
        gettext_lazy("Protected customers"),
        "customers:protected",
        "lock",
        "staff.protect_customers",
        SET_UP,
        key="d",
        covers="customers:protect",
    ),
    Place(
        gettext_lazy("Off switches"),
        "operations:switches",
        "player-pause",
        "staff.view_trail",
        SET_UP,
        key="o",
        covers="operations:switch",
    ),
)


@dataclass(frozen=True)
class Item:
    """A place as the templates draw it; ``key`` is pressed after ``g``. count is 0 where nothing waits."""

    label: str
    url: str
    icon: str
    current: bool
    section: str
    key: str
    count: int = 0
    tone: str = ""


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
    """Context of every page: navigation, account, theme, density and shortcuts; all harmless when signed out."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"navigation": [], "account": None, "theme": User.Theme.AUTO.value, "shortcuts": False}
    return {
        # Fragments have no frame: nothing is counted for them.
        "navigation": SimpleLazyObject(lambda: items_for(user, request)),
        "account": account_of(user, request),
        "theme": user.theme,
        "shortcuts": user.shortcuts,
        "density": user.density,
        "second_person": guard.is_on(),
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
    allowed = [place for place in PLACES if place.is_for(user)]
    counts, none = waiting(request), Counted(0)
    return [
        Item(
            label=str(place.label),
            url=reverse(place.url_name),
            icon=place.icon,
            current=_is_current(place, here),
            section=str(place.section),
            key=place.key,
            count=counts.get(place.url_name, none).count,
            tone=counts.get(place.url_name, none).tone,
        )
        for place in allowed
    ]


def _is_current(place: Place, here: str) -> bool:
    """The place itself; a room with one place only is marked on all its pages."""
    room = here.partition(":")[0]
    alone = sum(each.url_name.startswith(f"{room}:") for each in PLACES) == 1
    nearer = any(
        each.covers != place.covers and each.covers.startswith(place.covers) and here.startswith(each.covers)
        for each in PLACES
    )
    below = bool(place.covers) and here.startswith(place.covers) and not nearer
    return here == place.url_name or below or (alone and place.url_name.startswith(f"{room}:"))


def account_of(user: User, request: HttpRequest) -> Account:
    store = current_store(request)
    role = role_at(user, store)
    stores = stores_of(user)
    return Account(
        name=user.name,
        initials="".join(part[0] for part in user.name.split()[:2]).upper(),
        role=str(role.name) if role else "",
        store=store.name if store else "",
        stores=stores if len(stores) > 1 else [],
        current_store_id=store.pk if store else None,
    )
