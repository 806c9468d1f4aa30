"""The page *Not known yet*: every act in one's scope whose outcome outside is not known, and what is done about it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from apps.audit.access import permission_required
from apps.core.pages import render_page
from apps.operations.counters import LISTING
from apps.operations.notices import shown_to
from apps.operations.open_acts import Asked, Cursor, just_settled, page_of
from apps.operations.unknowns import Source, sources_for
from apps.staff.access import person_of
from apps.staff.models import Store, User
from apps.staff.stores import stores_of

NOTICES = 50


@dataclass(frozen=True)
class Chip:
    """A ready filter."""

    label: str
    url: str
    current: bool
    count: int = 0


@require_safe
@permission_required(*LISTING)
def unknown(request: HttpRequest) -> HttpResponse:
    """Newest first; ``act``, ``store`` and ``mine`` narrow it, ``before`` and ``after`` turn the page."""
    person = person_of(request)
    stores, sources = _stores(person), sources_for(person)
    asked = asked_of(request, sources, stores)
    page = page_of(
        person,
        asked,
        before=Cursor.read(request.GET.get("before", "")),
        after=Cursor.read(request.GET.get("after", "")),
    )
    context = {
        "page": page,
        "settled": just_settled(person, asked),
        "asked": asked,
        "acts": _acts(request, sources, asked),
        "whose": _whose(request, asked),
        "stores": stores if len(stores) > 1 else [],
        "here": request.get_full_path(),
        "notices": shown_to(request, NOTICES),
        "newer_url": _turned(request, after=str(page.newer)) if page.newer else "",
        "older_url": _turned(request, before=str(page.older)) if page.older else "",
        "summary": ngettext(
            "%(count)s shown, newest first.", "%(count)s shown, newest first.", len(page.rows)
        )
        % {"count": len(page.rows)},
    }
    return render_page(request, "operations/unknown.html", context, fragment="operations/_unknown.html")


def asked_of(request: HttpRequest, sources: list[Source], stores: list[Store]) -> Asked:
    """What the address asks for; what is not offered is as if it were not there."""
    act, store = request.GET.get("act", ""), request.GET.get("store", "")
    return Asked(
        act=act if act in {one.act for one in sources} else "",
        store=next((one for one in stores if str(one.pk) == store), None),
        mine=request.GET.get("mine") == "1",
    )


def _stores(person: User) -> list[Store]:
    """Those to choose from: one's own, or all for a role held everywhere."""
    return list(Store.objects.all()) if person.is_everywhere else stores_of(person)


def _acts(request: HttpRequest, sources: list[Source], asked: Asked) -> list[Chip]:
    if len(sources) < 2:
        return []
    every = Chip(_("All kinds"), _turned(request, act=""), not asked.act)
    return [
        every,
        *(Chip(str(one.label), _turned(request, act=one.act), asked.act == one.act) for one in sources),
    ]


def _whose(request: HttpRequest, asked: Asked) -> list[Chip]:
    if not request.user.has_perm("staff.view_customers"):
        return []
    return [
        Chip(_("Started by anybody"), _turned(request, mine=""), not asked.mine),
        Chip(_("Started by me"), _turned(request, mine="1"), asked.mine),
    ]


def _turned(request: HttpRequest, **changed: str) -> str:
    """This address with other filters; a change of the filters leads to the first page."""
    kept = {name: request.GET.get(name, "") for name in ("act", "store", "mine")} | changed
    words = urlencode({name: value for name, value in kept.items() if value})
    return f"{request.path}?{words}" if words else request.path
