"""The list of long work: what runs, what waits, what ended; and the kinds there are to start."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from apps.audit.access import permission_required
from apps.core.pages import render_page
from apps.operations.models import Operation
from apps.operations.views.work_shared import READ, standing_of
from apps.operations.work.kinds import kinds_for, registered
from apps.operations.work.states import ENDED, State
from apps.staff.access import person_of
from apps.staff.models import Store, User
from apps.staff.stores import stores_of

ROWS = 25
FILTERS = ("state", "kind", "person", "store")
MOST_PEOPLE = 200


@dataclass(frozen=True)
class Choice:
    """One entry of a filter, as the address has it."""

    value: str
    label: str


@require_safe
@permission_required(*READ)
def operations(request: HttpRequest) -> HttpResponse:
    """Newest first; ``state``, ``kind``, ``person`` and ``store`` narrow it, ``before`` and ``after`` turn the page."""
    person = person_of(request)
    offered = {"kind": _kinds(person), "person": _people(person), "store": _stores(person)}
    asked = {"state": request.GET.get("state", "")} | {
        name: _known(request.GET.get(name, ""), offered[name]) for name in offered
    }
    page = _page(request, _narrowed(person, asked), asked)
    titles = {one.code: one.title for one in registered()}
    context = {
        **page,
        "rows": [
            {"operation": one, "kind": titles.get(one.kind, one.kind), "standing": standing_of(one)}
            for one in page["rows"]
        ],
        "asked": asked,
        "narrowed": any(asked.values()),
        "chips": _chips(request, asked),
        "offered": offered,
        "kinds": kinds_for(person),
    }
    return render_page(
        request, "operations/work/operations.html", context, fragment="operations/work/_operations.html"
    )


def _narrowed(person: User, asked: dict[str, str]) -> QuerySet[Operation]:
    rows = Operation.objects.visible_to(person)
    match asked["state"]:
        case "mine_to_decide":
            rows = Operation.objects.waiting_for(person)
        case "open":
            rows = rows.exclude(state__in=ENDED)
        case "ended":
            rows = rows.filter(state__in=ENDED)
        case state if state in State.values:
            rows = rows.filter(state=state)
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    if asked["person"]:
        rows = rows.filter(requested_by_id=int(asked["person"]))
    if asked["store"]:
        rows = rows.filter(store_id=int(asked["store"]))
    return rows.select_related("store")


def _page(request: HttpRequest, found: QuerySet[Operation], asked: dict[str, str]) -> dict[str, Any]:
    before, after = (_number(request.GET.get(name, "")) for name in ("before", "after"))
    if after:
        came = list(found.filter(pk__gt=after).order_by("pk")[: ROWS + 1])
        newer, older = len(came) > ROWS, True
        rows = came[:ROWS][::-1]
    else:
        came = list((found.filter(pk__lt=before) if before else found).order_by("-pk")[: ROWS + 1])
        newer, older = bool(before), len(came) > ROWS
        rows = came[:ROWS]
    words = ngettext("%(count)s shown, newest first.", "%(count)s shown, newest first.", len(rows))
    return {
        "rows": rows,
        "newer_url": _address(request, asked, after=str(rows[0].pk)) if rows and newer else "",
        "older_url": _address(request, asked, before=str(rows[-1].pk)) if rows and older else "",
        "summary": words % {"count": len(rows)},
    }


def _chips(request: HttpRequest, asked: dict[str, str]) -> list[dict[str, Any]]:
    ready = (
        ("", _("All")),
        ("open", _("Not over")),
        ("mine_to_decide", _("Waiting for me")),
        (State.RUNNING.value, _("Running")),
        (State.PAUSED.value, _("Paused")),
        ("ended", _("Over")),
    )
    return [
        {
            "label": label,
            "url": _address(request, asked | {"state": state}),
            "current": asked["state"] == state,
        }
        for state, label in ready
    ]


def _kinds(person: User) -> list[Choice]:
    """Those this person can meet in the list."""
    met = registered() if person.is_everywhere else kinds_for(person)
    return [Choice(one.code, str(one.title)) for one in met]


def _people(person: User) -> list[Choice]:
    rows = Operation.objects.visible_to(person).order_by("requester_name", "requested_by")
    found = dict(rows.values_list("requested_by", "requester_name").distinct()[:MOST_PEOPLE])
    return [Choice(str(pk), name) for pk, name in found.items()]


def _stores(person: User) -> list[Choice]:
    stores = list(Store.objects.all()) if person.is_everywhere else stores_of(person)
    return [Choice(str(one.pk), one.named) for one in stores]


def _known(value: str, offered: list[Choice]) -> str:
    """What is not offered is as if it were not there."""
    return value if any(one.value == value for one in offered) else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 15 else 0


def _address(request: HttpRequest, asked: dict[str, str], **cursor: str) -> str:
    words = urlencode({name: value for name, value in {**asked, **cursor}.items() if value})
    return f"{request.path}?{words}" if words else request.path
