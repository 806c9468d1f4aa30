"""One entry, and everything one click did."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.audit import address
from apps.audit.access import permission_required, viewer_of
from apps.audit.actor import actor_of
from apps.audit.calls import calls_in, calls_of
from apps.audit.changes import changes
from apps.audit.models import Entry
from apps.audit.narrative import facts, origin, precise, rows, sentence
from apps.audit.neighbours import neighbours, same_click
from apps.audit.services import record
from apps.audit.standing import place_of
from apps.audit.subject_requests.forgotten import forgotten_beside
from apps.audit.subjects import addresses_in
from apps.audit.views.shared import READ
from apps.core.pages import render_page

MOST_OF_A_CLICK = 200


@require_safe
@permission_required(READ)
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry with its facts and the calls of its click; alone, or inside the opened line."""
    visible = Entry.objects.visible_to(viewer_of(request))
    shown = get_object_or_404(visible, pk=entry_id)
    beside, more_beside = same_click(shown, visible)
    context = {
        "entry": shown,
        "sentence": sentence(shown),
        "at": precise(shown.at),
        "facts": facts(shown),
        "changes": changes(shown),
        "beside": beside,
        "more_beside": more_beside,
        "neighbours": neighbours(shown, visible),
        "identifiers": shown.content["identifiers"],
        "forgotten": forgotten_beside(shown),
        "origin": origin(shown),
        "calls": calls_of(shown),
        "place": place_of(shown),
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
