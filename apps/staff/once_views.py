"""The page of a link for one sign-in: it asks first, so that a mail program that opens links uses none up."""

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from apps.audit.services import record
from apps.staff.access import public
from apps.staff.actors import actor_of
from apps.staff.once import person_of_link
from apps.staff.sign_in import let_in, telling
from apps.staff.strangers import record_try

GONE = 410


@public
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_once(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows whose link it is; POST signs them in, and the link is used up."""
    if request.method != "POST":
        person = person_of_link(token)
        return render(request, "staff/sign_in_once.html", {"person": person}) if person else _dead(request)
    with telling(_("You are not signed in: nothing can be written down now.")):
        # Two clicks on one link come one by one: the second finds it used.
        with transaction.atomic():
            if person := person_of_link(token, hold=True):
                _leave(request)
                return let_in(request, person, "", details={"way": "a link for one sign-in"})
        record_try("staff.sign_in_link_refused", request=request)
        return _dead(request)


def _leave(request: HttpRequest) -> None:
    """Whoever is signed in in this browser is out first: a step to another account would go on in their session, under
    a new key, and so open it when it is locked."""
    if request.user.is_authenticated:
        record("staff.signed_out", actor=actor_of(request))
        logout(request)


def _dead(request: HttpRequest) -> HttpResponse:
    words = _("This link has run out, was used already, or is not whole. Ask whoever made it for a new one.")
    return render(request, "staff/welcome_dead.html", {"words": words}, status=GONE)
