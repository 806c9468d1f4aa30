"""All requests of all stores, for who reads the trail: newest first, by state, or straight to one by its number."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.core.pages import go, render_page
from apps.goodwill.listing import listing_of
from apps.goodwill.models import GoodwillRequest
from apps.goodwill.numbers import pk_of
from apps.goodwill.views.mine import CHOICES
from apps.staff.access import permission_required, person_of


@require_safe
@permission_required("staff.view_trail")
def requests(request: HttpRequest) -> HttpResponse:
    """Reads only; whatever is opened from here is traced as any reading of a request."""
    every = GoodwillRequest.objects.visible_to(person_of(request))
    number = request.GET.get("number", "").strip()[:20]
    if number:
        pk = pk_of(number)
        if pk is not None and every.filter(pk=pk).exists():
            return go(request, "goodwill:request", pk)
    chosen = request.GET.get("state", "")
    if chosen not in CHOICES:
        raise Http404
    context = {
        "listing": listing_of(request, every.filter(CHOICES[chosen][1]).order_by()),
        "chips": _chips(chosen),
        "number": number,
    }
    return render_page(request, "goodwill/requests.html", context, fragment="goodwill/_requests.html")


def _chips(chosen: str) -> list[dict[str, Any]]:
    """Without counts: over all stores and years they would cost more than the page."""
    here = reverse("goodwill:requests")
    return [
        {"label": label, "url": f"{here}?state={name}" if name else here, "current": name == chosen}
        for name, (label, _which) in CHOICES.items()
    ]
