"""What an administrator does for somebody whose phone is lost."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.errors import BadInput, Conflict
from apps.core.pages import INVALID_FORM, render_page
from apps.staff.access import permission_required
from apps.staff.actors import actor_of
from apps.staff.confirming.acting import change
from apps.staff.factors.forms import ResetForm
from apps.staff.factors.mail import tell
from apps.staff.factors.needing import is_needed
from apps.staff.factors.reauthenticate import reauthenticate
from apps.staff.people.views import found


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.manage_staff")
@reauthenticate
def person_factors_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks why; POST removes all factors of somebody, ends their sessions and tells them by mail, when a second
    person has confirmed it."""
    who, form = found(request, pk), ResetForm(request.POST if request.method == "POST" else None)
    status = INVALID_FORM if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            values = {"pk": who.pk, "reason": form.cleaned_data["reason"]}
            return change(request, "staff.factors_reset", values, lambda: done(request, pk))
        except (BadInput, Conflict) as error:
            form.tell(error)
    return render_page(
        request,
        "staff/person_factors_reset.html",
        {"person": who, "form": form, "needed": is_needed(who)},
        status=status,
    )


def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell them, and whoever did it."""
    who = found(request, pk)
    sentence = _(
        "An administrator removed every second factor from your account and ended your sessions. "
        "Your password opens it now."
    )
    if is_needed(who):
        sentence += " " + _("Your role needs a second factor: you set up a new one when you sign in.")
    if tell(actor_of(request), who, sentence):
        messages.success(
            request, _("%(name)s signs in with the password alone now, and was told.") % {"name": who.name}
        )
    else:
        words = _("%(name)s signs in with the password alone now. The mail could not be sent: tell them.")
        messages.warning(request, words % {"name": who.name})
    return redirect("staff:person", pk)
