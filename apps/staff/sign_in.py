"""Signing in and out: by e-mail and password, slowed down for guessers, every attempt traced."""

from collections.abc import Iterator
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
from apps.core.masking import mask
from apps.core.pages import INVALID_FORM
from apps.staff.access import public
from apps.staff.actors import actor_of
from apps.staff.forms import SignInForm
from apps.staff.models import User, tidy_email

TOO_MANY = 429


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
    email = tidy_email(form.cleaned_data["username"])
    with telling(_("You are not signed in: nothing can be written down now.")):
        person = authenticate(request, username=email, password=form.cleaned_data["password"])
        if isinstance(person, User):
            return let_in(request, person, form.cleaned_data["next"])
        return turn_away(request, form, email)


def let_in(request: HttpRequest, person: User, after: str) -> HttpResponse:
    """Open the session under a new key; without a trace nobody comes in."""
    login(request, person)
    try:
        record("staff.signed_in", actor=actor_of(request))
    except Exception:
        logout(request)
        raise
    return onward(request, after)


def turn_away(request: HttpRequest, form: SignInForm, email: str) -> HttpResponse:
    """Say no without telling which half was wrong; the pause itself is answered by ``locked_out``."""
    paused = bool(getattr(request, "axes_locked_out", False))
    record(
        "staff.locked_out" if paused else "staff.sign_in_refused",
        actor=actor_of(request),
        outcome="refused",
        details={"email": mask("email", email)},
        identifiers=[("email", email)],
    )
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
    actor = actor_of(request)
    with telling(_("You are still signed in, until the browser is closed: nothing can be written down now.")):
        logout(request)
    try:
        record("staff.signed_out", actor=actor)
    except TraceUnavailable as error:
        raise Unavailable(
            _("You are signed out. The audit trail could not be written."),
            next_step=_("Quote the reference to your administrator."),
        ) from error
    return redirect("staff:sign_in")


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


def page(
    request: HttpRequest, form: SignInForm, *, status: int = 200, tries_left: int | None = None
) -> HttpResponse:
    return render(request, "staff/sign_in.html", {"form": form, "tries_left": tries_left}, status=status)
