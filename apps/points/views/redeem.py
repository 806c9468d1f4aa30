"""Redeeming: check, code, redeem. Three steps on one page, each a POST of its own; what came of it has its page."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.capillary.errors import CustomerMerged, CustomerNotFound
from apps.core.errors import BadInput, Conflict, ConsoleError
from apps.core.faults import tell
from apps.core.pages import INVALID_FORM, go
from apps.core.said import Said
from apps.operations.notices import begin_watching
from apps.points import codes, redeeming
from apps.points.checking import check, names_of
from apps.points.models import CodeSending, Mode, Redemption
from apps.points.reading import read_customer
from apps.points.redeem_page import Kept, Whom, whom_of, with_check, with_code
from apps.points.views.redeem_steps import CHECK, CODE, Step, posted, render_step
from apps.points.wanted import Checked, Wanted
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.connection import client_for
from apps.staff.stores import current_store

MAY = "staff.redeem_points"


@require_safe
@permission_required(MAY)
def redeem(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The empty form about a customer who was read just now."""
    step = Step(customer_id, Kept(Whom(customer_id)))
    try:
        client = client_for(actor_of(request))
        known = read_customer(client, customer_id)
        step.kept = Kept(whom_of(known, names_of(client, known)))
    except CustomerNotFound:
        raise
    except (CustomerMerged, Conflict):
        # Their page leads to the account that is left.
        return go(request, "customers:customer", customer_id)
    except ConsoleError as error:
        step.said = Said("warn", _("The customer could not be read."), error)
    return render_step(request, step)


@require_POST
@permission_required(MAY)
def redeem_check(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Whether these points can be redeemed; with ``back`` the first step again, asking nobody.

    With ``watch`` the same once no redemption of the customer is on its way; until then nothing is answered.
    """
    step = posted(request, customer_id)
    if "watch" in request.POST and Redemption.objects.unsettled().filter(customer_id=customer_id).exists():
        return HttpResponse(status=204)
    if "back" in request.POST or "watch" in request.POST:
        return render_step(request, step)
    wanted = step.wanted(request)
    return render_step(request, step) if wanted is None else _checked(request, step, wanted)


@require_POST
@permission_required(MAY)
def code_send(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Send the code for what was checked; for anything else it is checked first."""
    step = posted(request, customer_id)
    wanted = step.wanted(request)
    if wanted is None:
        return render_step(request, step)
    if not step.kept.answer.holds_for(wanted):
        return _checked(request, step, wanted, changed=step.kept.is_checked)
    try:
        sending = codes.send_code(actor=actor_of(request), user=person_of(request), wanted=wanted)
    except Conflict as error:
        return _code_of_before(request, step, error, wanted)
    except ConsoleError as error:
        step.name = CODE if step.kept.sent.at else CHECK
        return _refused(request, step, error, _("No code was sent."))
    step.name, step.kept = CODE, with_code(step.kept, sending)
    if sending.outcome == CodeSending.Outcome.UNKNOWN:
        words = _(
            "No answer came that is understood, so the code may be on its way. Sending it again does no harm."
        )
        step.said = Said("warn", _("It is not known whether the code was sent."), words=words)
    return render_step(request, step)


@require_POST
@permission_required(MAY)
def redeem_do(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Take the points: once, whatever is pressed twice. What came of it is on the redemption's page."""
    step = posted(request, customer_id)
    wanted = step.wanted(request)
    if wanted is None:
        return render_step(request, step)
    if not step.kept.answer.holds_for(wanted):
        return _checked(request, step, wanted, changed=step.kept.is_checked)
    step.name = CODE if wanted.mode == Mode.CODE else CHECK
    try:
        done = redeeming.redeem(
            actor=actor_of(request),
            user=person_of(request),
            wanted=wanted,
            code=request.POST.get("code", ""),
        )
    except ConsoleError as error:
        return _refused(request, step, error, _("Not redeemed."))
    answer = go(request, "points:redemption", done.pk)
    return begin_watching(answer) if done.is_open else answer


def _code_of_before(request: HttpRequest, step: Step, error: Conflict, wanted: Wanted) -> HttpResponse:
    """Pressed too early, twice, or on another page: the code of before is still good, and here it is typed."""
    sending = codes.fresh_sending(person_of(request), wanted, current_store(request))
    if sending is None:
        step.name = CODE if step.kept.sent.at else CHECK
        return _refused(request, step, error, _("No code was sent."))
    step.name, step.kept = CODE, with_code(step.kept, sending)
    step.said = Said("info", _("The code sent before is the one to enter."), error)
    step.status = error.http_status
    return render_step(request, step)


def _checked(request: HttpRequest, step: Step, wanted: Wanted, *, changed: bool = False) -> HttpResponse:
    try:
        told = check(actor=actor_of(request), user=person_of(request), wanted=wanted)
    except ConsoleError as error:
        return _refused(request, step, error, _("Not checked."))
    step.kept, step.checked = with_check(step.kept, told, wanted), told
    if not told.redeemable:
        _say_why_not(step, told)
    elif changed:
        words = _("Something else was checked before. This is what it is now; press again to go on.")
        step.said = Said("info", _("Nothing was sent."), words=words)
    return render_step(request, step)


def _say_why_not(step: Step, told: Checked) -> None:
    words = f"{told.problem} {told.next_step}".strip()
    if told.field in step.form.fields:
        step.form.add_error(told.field, words)


def _refused(request: HttpRequest, step: Step, error: ConsoleError, title: str) -> HttpResponse:
    """Beside its field, and above the form where a correction is not all. What was typed stays, the code does not."""
    words, beside = error.words, True
    if error.field == "code" and step.name == CODE:
        step.code_error = words
    elif error.field in step.form.fields:
        step.name, step.kept = CHECK, Kept(step.kept.whom, sent=step.kept.sent)
        tell(step.form, error)
    else:
        beside = False
    if not (beside and isinstance(error, BadInput)):
        step.said = Said("bad", title, error)
    step.status = error.http_status if error.http_status != 200 else INVALID_FORM
    return render_step(request, step)
