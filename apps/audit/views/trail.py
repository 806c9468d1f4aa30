"""The list of entries: newest first, narrowed by what the address says."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from apps.audit import address, choices, qualifiers, saved
from apps.audit.access import permission_required, viewer_of
from apps.audit.actor import actor_of
from apps.audit.forms import FilterForm
from apps.audit.models import Entry
from apps.audit.narrative import rows
from apps.audit.queries import EntryQuerySet, Page
from apps.audit.services import record
from apps.audit.standing import standing
from apps.audit.views.shared import READ
from apps.core import reader
from apps.core.formats import number
from apps.core.pages import INVALID_FORM, render_page, wants_fragment

# Folding calls into acts asks about each row, so counting further would cost more than the page itself.
COUNTED = 1_000
# An export has its days in fields of their own, and every call on its own always.
NOT_IN_ITS_LINE = {"period", "from", "until", "calls", *address.CURSORS}


@require_safe
@permission_required(READ)
def trail(request: HttpRequest) -> HttpResponse:
    """The list: newest first, narrowed by what the address says."""
    found, line, wrong = address.read(request.GET)
    if not address.is_tidy(request.GET, found, line):
        return redirect(address.link(request.path, {}, **found, q=line))
    form = FilterForm(found)
    valid = form.is_valid() and not wrong
    context: dict[str, Any] = {
        "form": form,
        "line": line,
        "wrong": wrong,
        "tokens": choices.tokens(form, found),
        "chips": choices.chips(request.path, found),
        "views": choices.view_chips(request.path, found, saved.views_for(int(request.user.pk or 0))),
    }
    if valid:
        entries = Entry.objects.visible_to(viewer_of(request)).filter_by(form.filters())
        page = entries.page(before=form.cleaned_data["before"], after=form.cleaned_data["after"])
        context |= _listed(request, form, entries, page, found)
        narrowed = address.link("", found)
        if narrowed and not any(one["current"] for one in context["views"]):
            context["save_url"] = f"{reverse('audit:view_save')}{narrowed}"
        _record_reading(request, form, found)
    context["export_url"] = _export_url(form if valid else None, found)
    if not wants_fragment(request):
        context["standing"] = standing()
    return render_page(
        request,
        "audit/trail.html",
        context,
        fragment="audit/_trail.html",
        status=200 if valid else INVALID_FORM,
    )


def _listed(
    request: HttpRequest, form: FilterForm, entries: EntryQuerySet, page: Page, found: dict[str, str]
) -> dict[str, Any]:
    return {
        "rows": rows(page.entries, folded="calls" not in found),
        "hint": "" if page.entries else _nobody(form),
        "shown": _("%(count)s shown") % {"count": len(page.entries)},
        "summary": _counted(entries.count_up_to(COUNTED + 1)),
        "newer_url": _turned(request, found, "after", page.newer),
        "older_url": _turned(request, found, "before", page.older),
    }


def _nobody(form: FilterForm) -> str:
    """Words typed without a qualifier are taken for a name: say so where nobody acts under it."""
    person = form.cleaned_data["person"]
    if not person or person.ids or Entry.objects.filter(actor_id=None, actor_name=person.name).exists():
        return ""
    words = _(
        "Nobody acts under the name “%(name)s”. Words that were said are found with text: in front of them."
    )
    return words % {"name": person.name}


def _export_url(form: FilterForm | None, found: dict[str, str]) -> str:
    """The form of an export, filled in with the filters in force, if they can be read; its days are whole."""
    url = reverse("operations:operation_new", args=["trail_export"])
    if form is None:
        return url
    days: dict[str, str] = {}
    filters = form.filters()
    if filters.start:
        days["from"] = reader.local(filters.start).date().isoformat()
    if filters.end:
        # The end does not belong to it, and a day that has not come is no day of an export.
        last = reader.local(filters.end - timedelta(microseconds=1)).date()
        days["until"] = min(last, reader.today()).isoformat()
    others = {name: value for name, value in found.items() if name not in NOT_IN_ITS_LINE}
    return address.link(url, {}, filter=qualifiers.line_of(others), **days)


def _turned(request: HttpRequest, found: dict[str, str], cursor: str, at: int | None) -> str:
    """The address of the next page in one direction, or nothing when there is none."""
    return address.link(request.path, found, **{cursor: str(at)}) if at else ""


def _counted(count: int) -> str:
    if count > COUNTED:
        return _("%(count)s+ entries, newest first") % {"count": number(COUNTED)}
    return ngettext("%(count)s entry", "%(count)s entries, newest first", count) % {"count": number(count)}


def _days_of(found: dict[str, str]) -> dict[str, str]:
    """Whose days a filter means, where these are not the console's."""
    typed = {"from", "until", "period"} & set(found)
    return {"time_zone": str(reader.zone())} if typed and reader.is_elsewhere() else {}


def _record_reading(request: HttpRequest, form: FilterForm, found: dict[str, str]) -> None:
    told = choices.reading(form, found)
    told["details"] |= _days_of(found)
    record("trail.viewed", actor=actor_of(request), **told)
