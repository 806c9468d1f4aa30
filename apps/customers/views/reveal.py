"""Revealing one masked field: the question why, and the value for a minute."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap, retarget, trigger_client_event

from apps.core.context import current_reference
from apps.core.errors import ConsoleError
from apps.core.pages import INVALID_FORM, render_page, wants_fragment
from apps.customers.forms import RevealForm
from apps.customers.recent import known, remember_act
from apps.customers.revealing import SECONDS, Revealed, check_field, field_words, reveal_field
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of

# Where on the page the value stands: in the head, or among what the customer is known by.
SPOTS = ("head", "known")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.reveal_identifiers")
@permission_required("staff.view_customers")
def reveal(request: HttpRequest, customer_id: int, field: str) -> HttpResponse:
    """GET asks for the reason; POST shows the value."""
    if request.method != "POST":
        check_field(actor=actor_of(request), customer_id=customer_id, field=field)
        return _ask(request, customer_id, field, RevealForm())
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _ask(request, customer_id, field, form, status=INVALID_FORM)
    try:
        revealed = reveal_field(
            actor=actor_of(request), customer_id=customer_id, field=field, reason=form.words
        )
    except ConsoleError as error:
        return _ask(request, customer_id, field, form, error=error, status=error.http_status)
    remember_act(
        user_id=person_of(request).pk,
        customer_id=customer_id,
        act=_("%(field)s revealed") % {"field": revealed.known.label},
    )
    return _show(request, customer_id, field, revealed)


def _ask(
    request: HttpRequest,
    customer_id: int,
    field: str,
    form: RevealForm,
    *,
    error: ConsoleError | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "customer_id": customer_id,
        "name": known(person_of(request).pk, customer_id)[0],
        "field": field,
        "field_words": field_words(field),
        "spot": _spot(request),
        "dom": f"{_spot(request)}-{field.replace('.', '-')}",
        "error": error,
        "reference": current_reference(),
        "seconds": SECONDS,
    }
    response = render_page(
        request, "customers/reveal.html", context, fragment="customers/_reveal_dialog.html", status=status
    )
    # The form aims at the masked value; what is wrong with the form stays in the dialog.
    return reswap(retarget(response, "#dialog"), "innerHTML") if wants_fragment(request) else response


def _show(request: HttpRequest, customer_id: int, field: str, revealed: Revealed) -> HttpResponse:
    context = {
        "revealed": revealed,
        "known": revealed.known,
        "customer_id": customer_id,
        "dom": f"{_spot(request)}-{revealed.known.dom}",
        "spot": _spot(request),
    }
    response = render_page(request, "customers/revealed.html", context, fragment="customers/_revealed.html")
    if wants_fragment(request):
        return trigger_client_event(response, "lc:close", {}, after="swap")
    # Without script the browser itself leaves the page when the minute is over.
    response["Refresh"] = f"{revealed.seconds}; url={reverse('customers:customer', args=[customer_id])}"
    return response


def _spot(request: HttpRequest) -> str:
    given = request.POST.get("at") or request.GET.get("at", "")
    return given if given in SPOTS else SPOTS[0]
