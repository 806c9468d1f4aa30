"""The page of redemptions: let tills redeem and reverse without the console, give points, look at codes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from apps.sandbox.api.errors import Refusal
from apps.sandbox.catalogue import PROGRAMMES, STORES
from apps.sandbox.control.pages import page
from apps.sandbox.control.points import credit, redeem_elsewhere, reverse_elsewhere
from apps.sandbox.control.points_views import told_code, told_redemption
from apps.sandbox.models import OneTimeCode, Redemption

_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def redemptions(request: HttpRequest) -> HttpResponse:
    """Redemptions and codes, newest first; the rules of the programmes."""
    error = ""
    if request.method == "POST":
        try:
            _act(request.POST.dict())
            return redirect("redemptions")
        except (ValueError, Refusal) as problem:
            error = getattr(problem, "message", "") or str(problem)
    rows = Redemption.objects.prefetch_related("ledger").order_by("-id")
    context: dict[str, object] = {
        "error": error,
        "tills": [store.till for store in STORES],
        "programmes": PROGRAMMES,
        "rows": [told_redemption(row) for row in rows[:_SHOWN]],
        "codes": [told_code(row) for row in OneTimeCode.objects.order_by("-id")[:_SHOWN]],
    }
    return page(request, "redemptions.html", context, 422 if error else 200)


def _act(form: dict[str, str]) -> None:
    act, _, code = form.get("act", "").partition("-")
    if act == "redeem":
        redeem_elsewhere(form)
    elif act == "credit":
        credit(form)
    elif act == "reverse" and code:
        reverse_elsewhere({"redemption": code, "points": form.get(f"points-{code}", "")})
    else:
        raise ValueError("The form asked for something unknown.")
