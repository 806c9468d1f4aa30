"""Setting up an authenticator app and passkeys. Nothing is kept before the app or the key has shown that it works."""

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from apps.core.errors import BadInput, Conflict
from apps.core.pages import INVALID_FORM
from apps.core.sealing import Sealer
from apps.staff.access import person_of
from apps.staff.actors import actor_of, session_mark
from apps.staff.factors import ceremony, keeping, totp
from apps.staff.factors.forms import AppForm, NewPasskeyForm
from apps.staff.factors.needing import before_factor
from apps.staff.factors.reauthenticate import reauthenticate
from apps.staff.factors.views import added, frame_of

# The secret of an app that is not set up yet travels with its page, sealed: no row is made for those who only look.
_sealer = Sealer("apps.staff.factors.setup")
LASTS_SECONDS = 3600
_signer = signing.TimestampSigner(salt="apps.staff.factors.setup")


@sensitive_variables("secret", "codes", "address")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@before_factor
@reauthenticate(first=True)
def authenticator_new(request: HttpRequest) -> HttpResponse:
    """GET shows a new secret as picture and text; POST keeps it once the app shows the right code."""
    person = person_of(request)
    form, status = AppForm(request.POST if request.method == "POST" else None), 200
    secret = _unsealed(request, request.POST.get("sealed", ""))
    if request.method == "POST":
        status = INVALID_FORM
        if secret and keeping.is_set_up(person, secret):
            # The page was sent again: there is nothing left to scan.
            messages.info(
                request,
                _("This app is set up already. If you have not seen your recovery codes, make new ones."),
            )
            return redirect("staff:account")
        if not secret:
            form.add_error(
                None, _("This page was open for too long: the picture is a new one. Scan it again.")
            )
        if form.is_valid():
            try:
                codes = keeping.add_authenticator(
                    actor=actor_of(request), person=person, secret=secret, typed=form.cleaned_data["code"]
                )
            except (BadInput, Conflict) as error:
                form.tell(error)
            else:
                return added(request, codes, form.cleaned_data["next"])
    secret = secret or totp.new_secret()
    address = totp.address_of(secret, person.email)
    context = {
        "form": form,
        "sealed": _sealed(request, secret),
        "picture": totp.picture_of(address),
        "secret": totp.in_groups(secret),
        "next": request.POST.get("next") or request.GET.get("next", ""),
        **frame_of(request),
    }
    return render(request, "staff/authenticator_new.html", context, status=status)


@sensitive_variables("codes")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@before_factor
@reauthenticate(first=True)
def passkey_new(request: HttpRequest) -> HttpResponse:
    """GET asks for a name and hands the browser the question; POST keeps the key it has made."""
    person = person_of(request)
    form, status = NewPasskeyForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = INVALID_FORM
        if form.is_valid():
            typed = form.cleaned_data
            try:
                key = ceremony.read_new(request, person, answer=typed["answer"], state=typed["state"])
                codes = keeping.add_passkey(
                    actor=actor_of(request), person=person, key=key, name=typed["name"]
                )
            except (BadInput, Conflict) as error:
                form.tell(error)
            else:
                return added(request, codes, typed["next"])
    context = {
        "form": form,
        "question": ceremony.ask_for_new(request, person) if ceremony.possible(request) else None,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        **frame_of(request),
    }
    return render(request, "staff/passkey_new.html", context, status=status)


@sensitive_variables("secret")
def _sealed(request: HttpRequest, secret: str) -> str:
    """For this person in this session alone."""
    return _signer.sign(_sealer.seal(f"{person_of(request).pk}|{session_mark(request)}|{secret}"))


@sensitive_variables("secret", "opened")
def _unsealed(request: HttpRequest, sealed: str) -> str:
    """The secret again; empty for what is somebody else's, too old, or none."""
    try:
        opened = _sealer.unseal(_signer.unsign(sealed, max_age=LASTS_SECONDS))
    except signing.BadSignature:
        return ""
    who, _bar, rest = opened.partition("|")
    session, _bar, secret = rest.partition("|")
    return secret if (who, session) == (str(person_of(request).pk), session_mark(request)) else ""
