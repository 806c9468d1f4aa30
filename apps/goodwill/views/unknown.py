"""What is not known yet: looking again now, and saying that something did not take place."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.context import current_reference
from apps.core.errors import ConsoleError
from apps.core.pages import go, render_page
from apps.goodwill.forms_ask import WordsForm
from apps.goodwill.money import given_words
from apps.goodwill.resolving import give_up as say_not_done
from apps.goodwill.resolving import look_again
from apps.goodwill.telling import told
from apps.goodwill.views.request import may_give_up, visible
from apps.goodwill.views.said import Said
from apps.operations.notices import dismiss_about
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of


@require_POST
@permission_required("staff.ask_goodwill")
def check_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Look outside now, and say what was found."""
    found = visible(request, pk)
    try:
        after = look_again(actor=actor_of(request), user=person_of(request), request=found)
    except ConsoleError as error:
        messages.warning(request, _("Looked just now: %(why)s") % {"why": error.message})
        return go(request, "goodwill:request", pk)
    said = told(after)
    if after.open_act is None:
        here = reverse("goodwill:request", args=[pk])
        dismiss_about(user=person_of(request), url=here)
        messages.success(request, f"{after.number}: {said.title} {said.text}", extra_tags=here)
    else:
        messages.info(request, _("Looked just now: it is still not known. The console goes on checking."))
    return go(request, "goodwill:request", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.approve_goodwill")
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks how the person knows; POST says that it did not take place."""
    found, said, status = visible(request, pk), None, 200
    form = WordsForm(request.POST or None, label=_("How you know"))
    if request.method == "POST":
        form.is_valid()
        try:
            words = str(form.data.get("words", ""))
            say_not_done(actor=actor_of(request), user=person_of(request), request=found, reason=words)
        except ConsoleError as error:
            status = error.http_status
            if error.field:
                form.add_error("words", error.message)
            else:
                said = Said("bad", _("This did not take place."), error)
        else:
            messages.success(request, _("%(number)s: it did not take place.") % {"number": found.number})
            return go(request, "goodwill:request", pk)
    context = {
        "asked": found,
        "form": form,
        "said": said,
        "reference": current_reference(),
        "what": given_words(found.kind, found.amount, found.series),
        "pending": may_give_up(request, found),
        "here": reverse("goodwill:give_up", args=[pk]),
    }
    return render_page(
        request, "goodwill/give_up.html", context, fragment="goodwill/_give_up_dialog.html", status=status
    )
