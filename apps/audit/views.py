"""Pages of the trail. Whoever reads here is in the trail themselves, before the page is shown."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from apps.audit import address, choices, whom
from apps.audit.access import permission_required, viewer_of
from apps.audit.actor import actor_of
from apps.audit.calls import calls_in, calls_of
from apps.audit.customers import is_internal_id
from apps.audit.forms import FilterForm
from apps.audit.models import Entry
from apps.audit.narrative import facts, origin, precise, rows, sentence
from apps.audit.queries import EntryQuerySet, Page
from apps.audit.services import record
from apps.audit.subjects import addresses_in
from apps.core.pages import INVALID_FORM, render_page

# Folding calls into acts asks about each row, so counting further would cost more than the page itself.
COUNTED = 1_000
MOST_OF_A_CLICK = 200
HISTORY = 30
READ = "staff.view_trail"


@require_safe
@permission_required(READ)
def trail(request: HttpRequest) -> HttpResponse:
    """The list: newest first, narrowed by what the address says."""
    found, line, unknown = address.read(request.GET)
    if not address.is_tidy(request.GET, found, line):
        return redirect(address.link(request.path, {}, **found, q=line))
    form = FilterForm(found)
    valid = form.is_valid() and not unknown
    context: dict[str, Any] = {
        "form": form,
        "line": line,
        "unknown": ", ".join(unknown),
        "tokens": choices.tokens(form, found),
        "chips": choices.chips(request.path, found),
    }
    if valid:
        entries = Entry.objects.visible_to(viewer_of(request)).filter_by(form.filters())
        page = entries.page(before=form.cleaned_data["before"], after=form.cleaned_data["after"])
        context |= _listed(request, entries, page, found)
        _record_reading(request, form, found)
    return render_page(
        request,
        "audit/trail.html",
        context,
        fragment="audit/_trail.html",
        status=200 if valid else INVALID_FORM,
    )


def _listed(
    request: HttpRequest, entries: EntryQuerySet, page: Page, found: dict[str, str]
) -> dict[str, Any]:
    return {
        "rows": rows(page.entries, folded="calls" not in found),
        "shown": _("%(count)s shown") % {"count": len(page.entries)},
        "summary": _counted(entries.count_up_to(COUNTED + 1)),
        "newer_url": _turned(request, found, "after", page.newer),
        "older_url": _turned(request, found, "before", page.older),
    }


def _turned(request: HttpRequest, found: dict[str, str], cursor: str, at: int | None) -> str:
    """The address of the next page in one direction, or nothing when there is none."""
    return address.link(request.path, found, **{cursor: str(at)}) if at else ""


def _counted(count: int) -> str:
    if count > COUNTED:
        return _("%(count)s+ entries, newest first") % {"count": f"{COUNTED:,}"}
    return ngettext("%(count)s entry", "%(count)s entries, newest first", count) % {"count": f"{count:,}"}


def _record_reading(request: HttpRequest, form: FilterForm, found: dict[str, str]) -> None:
    asked = form.cleaned_data["customer"]
    record(
        "trail.viewed",
        actor=actor_of(request),
        customer=asked.customers[0] if asked and asked.customers else "",
        details={"filters": choices.in_words(form, found)},
        digests=asked.digests if asked else (),
    )


@require_safe
@permission_required(READ)
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry with its facts and the calls of its click; alone, or inside the opened line."""
    shown = get_object_or_404(Entry.objects.visible_to(viewer_of(request)), pk=entry_id)
    context = {
        "entry": shown,
        "sentence": sentence(shown),
        "at": precise(shown.at),
        "facts": facts(shown),
        "identifiers": shown.content["identifiers"],
        "origin": origin(shown),
        "calls": calls_of(shown),
        "leaf": bytes(shown.leaf_hash).hex(),
    }
    record(
        "trail.entry.opened",
        actor=actor_of(request),
        customer=shown.customer,
        details={"entry": f"#{shown.pk}", "entry_id": shown.pk, "opened_action": shown.action},
    )
    return render_page(request, "audit/entry.html", context, fragment="audit/_entry.html")


@require_safe
@permission_required(READ)
def click(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything one click or task run did, in order, with the calls it caused."""
    together = Entry.objects.visible_to(viewer_of(request)).filter(reference=reference)
    found = list(together.order_by("id")[: MOST_OF_A_CLICK + 1])
    if not found:
        raise Http404
    shown = found[:MOST_OF_A_CLICK]
    context = {
        "opened": reference,
        "rows": rows(shown, folded=False),
        "calls": calls_in(shown),
        "more": len(found) > len(shown),
        "subjects": addresses_in(shown),
        "all_url": address.link(reverse("audit:trail"), {"reference": reference, "calls": "on"}),
    }
    record("trail.click.opened", actor=actor_of(request), details={"opened_reference": reference})
    return render_page(request, "audit/click.html", context, fragment="audit/_click.html")


@require_safe
@permission_required("staff.view_customers", READ)
def customer_history(request: HttpRequest, customer_id: str) -> HttpResponse:
    """What was done to one customer and who looked: sentences; who may read the trail opens them too."""
    if not is_internal_id(customer_id):
        # It may be a phone number, so it is neither kept nor repeated.
        raise Http404
    viewer = viewer_of(request)
    entries = Entry.objects.visible_to(viewer).filter(customer=customer_id).acts()
    before = request.GET.get("before", "")
    page = entries.page(before=int(before) if whom.NUMBER.fullmatch(before) else None, size=HISTORY)
    found = {"customer": customer_id}
    context = {
        "customer_id": customer_id,
        "read_at": timezone.now(),
        "rows": rows(page.entries),
        "opens": viewer.has_perm(READ),
        "older_url": f"{request.path}?before={page.older}" if page.older else "",
        "trail_url": address.link(reverse("audit:trail"), found),
    }
    record("trail.customer.viewed", actor=actor_of(request), customer=customer_id)
    return render_page(
        request, "audit/customer_history.html", context, fragment="audit/_customer_history.html"
    )
