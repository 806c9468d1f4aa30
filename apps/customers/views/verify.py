"""Verifying who is calling: by the number the telephone system told, or by questions."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from apps.capillary.errors import CapillaryError
from apps.core.context import current_reference
from apps.core.errors import BadInput, Conflict, Missing
from apps.core.pages import INVALID_FORM, go, render_page, wants_fragment
from apps.customers.arriving import forget_number, number_offered
from apps.customers.caller_questions import CallerQuestion, questions_for, reveal_answer
from apps.customers.forms import VerifyForm
from apps.customers.recent import known
from apps.customers.revealing import SECONDS
from apps.customers.verification import FEWEST_QUESTIONS, number_matched, questions_passed
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.verify_callers")
@permission_required("staff.view_customers")
def verify(request: HttpRequest, customer_id: int) -> HttpResponse:
    """GET shows the questions; POST says which were answered correctly, or shows one masked answer."""
    try:
        questions = questions_for(
            actor=actor_of(request),
            customer_id=customer_id,
            may_reveal=person_of(request).has_perm("staff.reveal_identifiers"),
        )
    except CapillaryError as error:
        return _ask(request, customer_id, (), VerifyForm(), error=error, status=error.http_status)
    offered = [(one.code, one.label) for one in questions]
    if request.method != "POST":
        return _ask(request, customer_id, questions, VerifyForm(offered=offered))
    if "show" in request.POST:
        ticked = VerifyForm(offered=offered, initial={"questions": request.POST.getlist("questions")})
        return _show(request, customer_id, questions, ticked)
    form = VerifyForm(request.POST, offered=offered)
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
    return _ask(request, customer_id, questions, form, status=INVALID_FORM)


def _show(
    request: HttpRequest, customer_id: int, questions: Sequence[CallerQuestion], form: VerifyForm
) -> HttpResponse:
    """One masked answer for a minute, written down first."""
    asked = next((one for one in questions if one.secret and one.code == request.POST["show"]), None)
    if asked is None:
        raise Missing(_("This customer's data cannot answer that question."))
    reveal_answer(actor=actor_of(request), customer_id=customer_id, question=asked)
    response = _ask(request, customer_id, questions, form, shown=asked.code)
    if not wants_fragment(request):
        # Without script the browser itself leaves the page when the minute is over.
        response["Refresh"] = f"{SECONDS}; url={reverse('customers:verify', args=[customer_id])}"
    return response


def _ask(
    request: HttpRequest,
    customer_id: int,
    questions: Sequence[CallerQuestion],
    form: VerifyForm,
    *,
    shown: str = "",
    error: CapillaryError | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "rows": list(zip(questions, form["questions"], strict=True)),
        "enough": len(questions) >= FEWEST_QUESTIONS,
        "shown": shown,
        "seconds": SECONDS,
        "error": error,
        "reference": current_reference(),
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
    forget_number(request.session, customer_id)
    messages.success(request, _("The caller's number is marked as matched for 15 minutes."))
    return go(request, "customers:customer", customer_id)
