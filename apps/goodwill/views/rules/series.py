"""Coupon series: what the outside lists, with a switch for each that people may choose."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.context import current_reference
from apps.core.pages import render_page
from apps.goodwill.models import CouponSeries
from apps.goodwill.rulebook.series import disallow_series, living_series, series_call, series_rows
from apps.goodwill.views.rules.acting import CHANGE, by, done, tried, tried_change
from apps.staff.access import permission_required
from apps.staff.actors import actor_of
from apps.staff.connection import client_for

HERE = "goodwill:rules_series"
WAIT_SECONDS = 2.5


@require_safe
@permission_required(CHANGE)
def rules_series(request: HttpRequest) -> HttpResponse:
    """All series; the panel goes on loading by itself when the outside takes its time."""
    wait = WAIT_SECONDS if not request.htmx else None  # type: ignore[attr-defined]
    answer = client_for(actor_of(request)).send_all({"series": series_call()}, wait_seconds=wait)["series"]
    page: dict[str, Any] = {"state": "ok", "at": answer.at, "rows": series_rows(answer.value)}
    if answer.pending:
        page |= {"state": "loading", "at": None}
    elif answer.error:
        page |= {"state": "failed", "at": None, "error": answer.error, "reference": current_reference()}
    return render_page(
        request, "goodwill/rules/series.html", page, fragment="goodwill/rules/_series_listed.html"
    )


@require_POST
@permission_required(CHANGE)
def rules_series_allow(request: HttpRequest, outside_id: str) -> HttpResponse:
    """Let people choose this series from now on."""
    words = _("People may choose series %(id)s now.") % {"id": outside_id}

    def values() -> dict[str, str]:
        return {"outside_id": outside_id, "name": living_series(**by(request), outside_id=outside_id)}

    return tried_change(request, "goodwill.series_allow", values, lambda: done(request, words, HERE), HERE)


@require_POST
@permission_required(CHANGE)
def rules_series_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer this series no more."""
    series = get_object_or_404(CouponSeries, pk=pk)
    words = _("“%(name)s” is not offered any more.") % {"name": series.name}
    return tried(request, lambda: disallow_series(**by(request), series=series), HERE, words)
