"""Why a customer is opened: the question that stands where they would, and taking the answer."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap, retarget

from apps.core.errors import Refused
from apps.core.pages import INVALID_FORM, go, render_page, wants_fragment
from apps.customers.forms import GlassForm
from apps.customers.glass import LASTS, OPEN, Glass, Why, ask_glass, break_glass, glass_of
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of

# The mark of the one view of a customer that is answered without a reason.
TAKES_REASON = "takes_reason"
# A page whose reason ran out asks in each of its parts: the trail is told once in so many seconds.
ONCE_IN_SECONDS = 300
# What these send is answered in their dialog, whatever it aims at.
FRAMES = ("dialog", "drawer")
IN_DIALOG = frozenset({"customers:reveal", "customers:verify"})

WORDS: Mapping[Why, tuple[str | Promise, str | Promise]] = {
    Why.STAFF: (
        _("This customer is protected"),
        _("They are one of our staff. Open them only when your work needs it, and say why."),
    ),
    Why.VIP: (
        _("This customer is protected"),
        _("They are marked as a VIP. Open them only when your work needs it, and say why."),
    ),
    Why.ELSEWHERE: (
        _("This customer belongs to another store"),
        _(
            "They are registered in a store you do not work at. Open them only when you serve them, and say why."
        ),
    ),
    Why.NOT_READ: (
        _("Where this customer is registered is not known"),
        _("Capillary could not be asked just now whether it is a store of yours. You may wait, or say why."),
    ),
}


def look(request: HttpRequest, customer_id: int) -> Glass:
    """How the customer of this request stands before the person; kept for the request."""
    found = glass_of(actor=actor_of(request), user=person_of(request), customer_id=customer_id)
    request._glass = found  # type: ignore[attr-defined]
    return found


def glass_on(request: HttpRequest) -> Glass:
    """The same as it was found when the request began; asks nothing."""
    found: Glass = getattr(request, "_glass", OPEN)
    return found


def ask(request: HttpRequest, customer_id: int, glass: Glass) -> HttpResponse:
    """The question instead of the customer; in a part of a page a sentence and the way to the question."""
    if wants_fragment(request):
        return _part(request, customer_id, glass)
    here = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    return _question(request, customer_id, glass, GlassForm(initial={"next": here}), status=403)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.view_customers")
def glass(request: HttpRequest, customer_id: int) -> HttpResponse:
    """GET asks for the reason; POST writes it down and opens the customer."""
    found = glass_on(request)
    form = GlassForm(
        request.POST if request.method == "POST" else None, initial={"next": request.GET.get("next", "")}
    )
    if not found.is_closed:
        return go(request, _next(request, customer_id))
    if request.method != "POST":
        return _question(request, customer_id, found, form, status=200)
    if not form.is_valid():
        return _question(request, customer_id, found, form, status=INVALID_FORM)
    break_glass(
        actor=actor_of(request), customer_id=customer_id, why=found.why, reason=form.cleaned_data["reason"]
    )
    return go(request, _next(request, customer_id))


setattr(glass, TAKES_REASON, True)


def _question(
    request: HttpRequest, customer_id: int, glass: Glass, form: GlassForm, *, status: int
) -> HttpResponse:
    """Written down before it is shown: who turns away here was here."""
    ask_glass(actor=actor_of(request), customer_id=customer_id, why=glass.why, part=_part_of(request))
    context = _words(customer_id, glass) | {
        "form": form,
        "sent": request.method == "POST" and "reason" not in form.data,
    }
    return render_page(request, "customers/glass.html", context, status=status)


def _part(request: HttpRequest, customer_id: int, glass: Glass) -> HttpResponse:
    actor = actor_of(request)
    if cache.add(f"customers.asked.{actor.session}.{customer_id}", 1, ONCE_IN_SECONDS):
        ask_glass(actor=actor, customer_id=customer_id, why=glass.why, part=_part_of(request))
    # What is sent keeps the frame it was typed in; what is fetched fills it.
    target = str(request.htmx.target or "") if request.method != "POST" else ""  # type: ignore[attr-defined]
    back = urlencode({"next": request.htmx.current_url_abs_path or ""})  # type: ignore[attr-defined]
    context = _words(customer_id, glass) | {"frame": target if target in FRAMES else "", "back": back}
    response = render_page(request, "customers/_glass_part.html", context, status=Refused.http_status)
    if request.method != "POST":
        return response
    if _part_of(request) in IN_DIALOG:
        return reswap(retarget(response, "#dialog"), "afterbegin")
    # What was typed stays where it is.
    return reswap(response, "afterbegin")


def _words(customer_id: int, glass: Glass) -> dict[str, Any]:
    title, text = WORDS[glass.why]
    minutes = int(LASTS.total_seconds() // 60)
    return {"customer_id": customer_id, "title": title, "text": text, "minutes": minutes}


def _part_of(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _next(request: HttpRequest, customer_id: int) -> str:
    """Where the person was going, if that is a page of the same customer; else the customer's page."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    page = reverse("customers:customer", args=[customer_id])
    if not url_has_allowed_host_and_scheme(wanted, None) or not wanted.startswith("/"):
        return page
    try:
        match = resolve(wanted.partition("?")[0])
    except Resolver404:
        return page
    same = str(match.kwargs.get("customer_id", "")) == str(customer_id)
    return wanted if same and not hasattr(match.func, TAKES_REASON) else page
