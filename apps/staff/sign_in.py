"""Signing in and out: by e-mail and password, slowed down for guessers, every attempt traced."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.db import InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.audit.services import record
from apps.core.errors import TraceUnavailable, Unavailable
from apps.core.formats import moment
from apps.core.masking import mask
from apps.core.pages import INVALID_FORM
from apps.staff.access import public
from apps.staff.actors import actor_of
from apps.staff.factors import ceremony, pending
from apps.staff.factors.limiter import give_back
from apps.staff.forms import SignInForm
from apps.staff.models import User
from apps.staff.oidc import standing
from apps.staff.oidc.config import is_on, passwords_work, provider_name
from apps.staff.sessions import known, lock
from apps.staff.strangers import record_try

TOO_MANY = 429
# Who comes in another way than by a password is asked about by the same backend afterwards.
BACKEND = "apps.staff.backends.RoleBackend"


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form, and the answer to it; whoever is signed in already goes on to their page."""
    if request.user.is_authenticated:
        return onward(request, request.GET.get("next", ""))
    if request.method != "POST":
        return page(request, SignInForm(initial={"next": request.GET.get("next", "")}))
    form = SignInForm(request.POST)
    if not form.is_valid():
        return page(request, form, status=INVALID_FORM)
    email = form.cleaned_data["username"]
    with telling(_("You are not signed in: nothing can be written down now.")):
        if not passwords_work():
            return turn_away(request, form, email, _("Passwords of the console's own are switched off."))
        person = authenticate(request, username=email, password=form.cleaned_data["password"])
        if isinstance(person, User):
            return let_in(request, person, form.cleaned_data["next"], details={"way": "password"})
        return turn_away(request, form, email)


def let_in(
    request: HttpRequest,
    person: User,
    after: str,
    *,
    details: Mapping[str, Any] | None = None,
    factor: str = "",
) -> HttpResponse:
    """Open the session under a new key; without a trace nobody comes in. The details say which way they came.

    factor    which second factor was shown, or who vouches that one was. Without any, whichever way they came,
              somebody who has one is asked for it first, and no session is opened
    """
    if person.second_factor_since is not None and not factor:
        give_back(request)
        pending.hold(request, person, after, way=str((details or {}).get("way", "password")))
        return redirect("staff:factor")
    login(request, person, backend=getattr(person, "backend", BACKEND))
    is_new = known.is_new(request, person)
    try:
        said = dict(details or {}) | ({"new_browser": True} if is_new else {})
        record("staff.signed_in", actor=actor_of(request), details=said)
    except Exception:
        logout(request)
        raise
    if is_new:
        known.tell(request, person)
    return known.remember(request, onward(request, after), person)


def turn_away(request: HttpRequest, form: SignInForm, email: str, words: str = "") -> HttpResponse:
    """Say no without telling which half was wrong; the pause itself is answered by ``locked_out``. `words` stand
    instead where no password would have been right."""
    paused = bool(getattr(request, "axes_locked_out", False))
    record_try(
        "staff.locked_out" if paused else "staff.sign_in_refused",
        request=request,
        details={"email": mask("email", email)},
        identifiers=[("email", email)],
    )
    if words:
        form.add_error(None, words)
        return page(request, form, status=INVALID_FORM)
    tries_left = settings.AXES_FAILURE_LIMIT - AxesProxyHandler.get_failures(request, {"username": email})
    form.add_error(None, _("E-mail and password do not match."))
    return page(request, form, status=INVALID_FORM, tries_left=max(tries_left, 0))


def locked_out(
    request: HttpRequest, _response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Called by the limiter after too many wrong tries: when to try again, and nothing else."""
    until = pause_ends_at(request, credentials)
    seconds = max(1, int((until - timezone.now()).total_seconds()))
    # Shown without seconds, so rounded up: at the time named it works.
    shown = until + timedelta(seconds=59)
    if request.user.is_authenticated and lock.is_from_lock_page(request):
        # The lock keeps its form: what was typed under a cover, or waits behind a page, is wanted after the pause.
        words = _("It was wrong too often. Try again after %(when)s.") % {"when": moment(shown)}
        response = lock.paused(request, words, status=TOO_MANY)
    else:
        response = render(request, "staff/locked_out.html", {"try_again_at": shown}, status=TOO_MANY)
    response["Retry-After"] = str(seconds)
    return response


def pause_ends_at(request: HttpRequest, credentials: dict[str, Any] | None) -> datetime:
    """When the last counted attempt stops counting."""
    pause = get_cool_off(request)
    counted = AxesProxyHandler.get_implementation().get_user_attempts(request, credentials)
    attempts = [one.attempt_time for found in counted for one in found]
    last: datetime = max(attempts, default=timezone.now())
    return last + pause if pause else last


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Close the session first: it ends even when the trail cannot be written. Whoever is out already stays out."""
    if not request.user.is_authenticated:
        return redirect("staff:sign_in")
    actor, onward_out = actor_of(request), standing.way_to_sign_out(request)
    with telling(_("You are still signed in, until the browser is closed: nothing can be written down now.")):
        logout(request)
    try:
        record("staff.signed_out", actor=actor)
    except TraceUnavailable as error:
        raise Unavailable(
            _("You are signed out. The audit trail could not be written."),
            next_step=_("Quote the reference to your administrator."),
        ) from error
    if onward_out:
        told = {"address": onward_out, "provider": provider_name()}
        return forgotten(render(request, "staff/oidc_sign_out.html", told))
    return forgotten(redirect("staff:sign_in"))


def forgotten(response: HttpResponse) -> HttpResponse:
    """The browser keeps nothing of the visit; the session's cookie is gone already, and the one by which it is known
    as the person's own stays."""
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@contextmanager
def telling(sentence: str) -> Iterator[None]:
    """Raise Unavailable with this sentence when the database takes no writing."""
    try:
        yield
    except (OperationalError, InternalError) as error:
        raise Unavailable(
            sentence,
            next_step=_("Try again in a minute. If it stays so, tell the administrator."),
        ) from error


def onward(request: HttpRequest, target: str) -> HttpResponseRedirect:
    """To the page asked for when it is one of ours, else to the person's first page."""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if target and safe else resolve_url(settings.LOGIN_REDIRECT_URL))


def session_was_ended(request: HttpRequest) -> bool:
    """Whether the browser still holds the key of a session that is no more: it was ended from elsewhere, or its hours
    are over. Whoever signs out themselves has none."""
    return bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME)) and not request.session.session_key


def page(
    request: HttpRequest,
    form: SignInForm,
    *,
    status: int = 200,
    tries_left: int | None = None,
    trouble: str = "",
) -> HttpResponse:
    context = {
        "form": form,
        "tries_left": tries_left,
        "provider": provider_name() if is_on() else "",
        "passwords_work": passwords_work(),
        "trouble": trouble,
        "was_ended": request.method == "GET" and session_was_ended(request),
        # Any passkey for this console; whose it is the device tells.
        "question": ceremony.ask(request, "alone", None)
        if passwords_work() and ceremony.possible(request)
        else None,
    }
    return render(request, "staff/sign_in.html", context, status=status)
