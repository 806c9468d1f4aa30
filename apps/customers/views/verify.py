"""Verifying who is calling: by the number the telephone system told, or by questions."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from apps.core.errors import BadInput, Conflict
from apps.core.pages import INVALID_FORM, go, render_page, wants_fragment
from apps.customers.arriving import forget_number, number_offered
from apps.customers.forms import VerifyForm
from apps.customers.recent import known
from apps.customers.verification import number_matched, questions_passed
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.verify_callers")
@permission_required("staff.view_customers")
def verify(request: HttpRequest, customer_id: int) -> HttpResponse:
    """GET shows the questions; POST says which were answered rightly."""
    form = VerifyForm(request.POST or None)
    status = 200
    if request.method == "POST":
        form = VerifyForm(request.POST)
        status = INVALID_FORM
        if form.is_valid():
            try:
                questions_passed(
                    actor=actor_of(request), customer_id=customer_id, questions=form.cleaned_data["questions"]
                )
            except BadInput as error:
                form.add_error("questions", error.message)
            else:
                messages.success(request, _("The caller is verified for 15 minutes."))
                return go(request, "customers:customer", customer_id)
    context = {
        "form": form,
        "customer_id": customer_id,
        "name": known(person_of(request).pk, customer_id)[0],
    }
    response = render_page(
        request, "customers/verify.html", context, fragment="customers/_verify_dialog.html", status=status
    )
    return reswap(retarget(response, "#dialog"), "innerHTML") if wants_fragment(request) else response


@require_POST
@permission_required("staff.verify_callers")
@permission_required("staff.view_customers")
def number(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The person takes the number the telephone system told for the caller's."""
    if not number_offered(request.session, customer_id):
        raise Conflict(
            _("The telephone system told no number of this customer in the last 15 minutes."),
            next_step=_("Verify the caller by questions."),
        )
    number_matched(actor=actor_of(request), customer_id=customer_id)
    forget_number(request.session)
    messages.success(request, _("The caller's number is marked as matched for 15 minutes."))
    return go(request, "customers:customer", customer_id)
