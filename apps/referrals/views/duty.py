"""What a person does with an invitation the console could not settle: look again, or say that nobody was invited."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.context import current_reference
from apps.core.errors import ConsoleError
from apps.core.pages import go, render_page
from apps.core.said import Said
from apps.operations.acts.rows import ActState
from apps.operations.notices import dismiss_about
from apps.referrals import resolving
from apps.referrals.forms_invite import WordsForm
from apps.referrals.models.signals import MARK
from apps.referrals.standing import stands
from apps.referrals.views.invitation import visible
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of

PAGE = "referrals:invitation"


@require_POST
@permission_required("staff.invite_referrals")
def check_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the customer's referrals now, and say what was found."""
    found, here = visible(request, pk), reverse(PAGE, args=[pk])
    try:
        after = resolving.look_again(actor=actor_of(request), user=person_of(request), invitation=found)
    except ConsoleError as error:
        messages.warning(request, _("Looked just now: %(why)s") % {"why": error.message})
        return go(request, PAGE, pk)
    if after.state == ActState.PERSON:
        messages.info(request, _("Looked just now: it is still not known. A person has to look."))
    elif after.is_open:
        messages.info(request, _("Looked just now: it is still not known. The console goes on checking."))
    else:
        dismiss_about(user=person_of(request), url=here)
        said = stands(after)
        messages.success(request, f"{after.number}: {said.title} {said.text}", extra_tags=here)
    return go(request, PAGE, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MARK)
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks how the person knows; POST says that those not known were not invited."""
    found, said, status = visible(request, pk), None, 200
    form = WordsForm(request.POST if request.method == "POST" else None, label=_("How you know"))
    if request.method == "POST":
        form.is_valid()
        try:
            resolving.give_up(
                actor=actor_of(request), user=person_of(request), invitation=found, reason=form.typed
            )
        except ConsoleError as error:
            status = error.http_status
            if error.field == "reason":
                form.add_error("words", error.message)
            else:
                said = Said("bad", _("Nothing was changed."), error)
        else:
            messages.success(request, _("%(number)s: they were not invited.") % {"number": found.number})
            return go(request, PAGE, pk)
    context = {
        "act": found,
        "form": form,
        "said": said,
        "reference": current_reference(),
        "here": reverse("referrals:give_up", args=[pk]),
        "back": reverse(PAGE, args=[pk]),
    }
    page, fragment = "referrals/give_up.html", "referrals/_give_up_dialog.html"
    return render_page(request, page, context, fragment=fragment, status=status)
