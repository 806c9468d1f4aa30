"""The page of the invited: let tills invite, let people come, let time pass."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from apps.sandbox.api.errors import Refusal
from apps.sandbox.catalogue import STORES
from apps.sandbox.control.pages import page
from apps.sandbox.control.referrals import grow, order, pass_time
from apps.sandbox.models import Referral
from apps.sandbox.referrals.campaigns import CAMPAIGNS
from apps.sandbox.referrals.growing import ACTS, STAGES, stage_of

_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def referrals(request: HttpRequest) -> HttpResponse:
    """Invitations, newest first, each with the next step its person can take."""
    error = ""
    if request.method == "POST":
        try:
            _act(request.POST.dict())
            return redirect("referrals")
        except (ValueError, Refusal) as problem:
            error = getattr(problem, "message", "") or str(problem)
    rows = Referral.objects.select_related("referrer").order_by("-id")
    context = {
        "error": error,
        "count": rows.count(),
        "rows": [(row, stage_of(row), _next(row)) for row in rows[:_SHOWN]],
        "tills": [store.till for store in STORES],
        "campaigns": [campaign for campaign in CAMPAIGNS if campaign.sound],
        "stages": STAGES,
    }
    return page(request, "referrals.html", context, 422 if error else 200)


def _act(form: dict[str, str]) -> None:
    act, _, number = form.get("act", "").partition("-")
    if act == "make":
        order(form)
    elif act == "pass":
        pass_time(form)
    elif act in ACTS and number.isdigit():
        grow(int(number), act, {})
    else:
        raise ValueError("The form asked for something unknown.")


def _next(row: Referral) -> str:
    """The act that leads on from the stage reached; empty at the end."""
    return next((act for act, stage in ACTS.items() if STAGES.index(stage) > STAGES.index(stage_of(row))), "")
