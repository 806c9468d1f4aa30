"""The page of a form that was sent before its sender had the second factor they need: it goes on from there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.pages import render_page
from apps.staff.access import person_of
from apps.staff.sessions import held
from apps.staff.sessions.lasting import standing_of


@require_safe
def form_waiting(request: HttpRequest, token: str) -> HttpResponse:
    """Asks whether to send it now. The button sends what the page of the lock sends, and so it goes on once."""
    standing = standing_of(request)
    form = held.look(token, standing) if standing else None
    if form is None:
        words = _(
            "What you had sent does not wait any more: it went through already. Look before you repeat it."
        )
        messages.warning(request, words)
        return redirect("staff:home")
    back = form.back if url_has_allowed_host_and_scheme(form.back, None) else ""
    context = {"form": form, "token": token, "whose": str(person_of(request).pk), "back": back}
    return render_page(request, "staff/form_waiting.html", context)
