"""Checking a referral code: a page of its own, and the panel beside a customer's referrals."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.audit.customers import is_internal_id
from apps.core.context import current_reference
from apps.core.errors import ConsoleError, TraceUnavailable
from apps.core.pages import render_page
from apps.core.said import Said
from apps.referrals import codes
from apps.staff.access import permission_required
from apps.staff.actors import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.view_customers")
def check_code(request: HttpRequest) -> HttpResponse:
    """GET shows the form (``?caller=`` is the customer on the phone); POST asks: no code stands in an address."""
    sent = request.POST if request.method == "POST" else request.GET
    caller, code = _caller(sent.get("caller", "")), request.POST.get("code", "")[:200]
    context: dict[str, Any] = {
        "caller": caller,
        "code": code,
        "can_check": codes.can_check(),
        "reference": current_reference(),
    }
    status = 200
    if request.method == "POST":
        try:
            context["answer"] = codes.check_code(
                actor=actor_of(request), code=code, caller_customer_id=caller
            )
        except TraceUnavailable:
            raise
        except ConsoleError as error:
            status = error.http_status
            if error.field == "code":
                context["error"] = error.words
            else:
                context["said"] = Said("warn", _("Could not be checked now."), error)
    return render_page(
        request, "referrals/check_code.html", context, fragment="referrals/_check_code.html", status=status
    )


def _caller(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and is_internal_id(text) else None
