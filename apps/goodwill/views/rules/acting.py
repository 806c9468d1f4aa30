"""What every page of the rules shares: who acts, and what is said afterwards."""

from collections.abc import Callable
from typing import Any, TypedDict

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.audit.actor import Actor
from apps.core.errors import BadInput, Conflict, ConsoleError
from apps.core.faults import tell
from apps.staff.access import person_of
from apps.staff.actors import actor_of
from apps.staff.confirming.acting import change
from apps.staff.confirming.kinds import Values
from apps.staff.models import User

READ = "staff.view_trail"
CHANGE = "staff.manage_limits"


class By(TypedDict):
    """Who acts, as the services want it."""

    actor: Actor
    user: User


def by(request: HttpRequest) -> By:
    """Actor and user of this click."""
    return {"actor": actor_of(request), "user": person_of(request)}


def done(request: HttpRequest, words: str, to: str, *args: Any) -> HttpResponse:
    """Say that it is done, on the page people go on with."""
    messages.success(request, words)
    return redirect(to, *args)


def changed(
    request: HttpRequest,
    form: forms.Form,
    name: str,
    values: Callable[[], Values],
    then: Callable[[], HttpResponse],
) -> HttpResponse | None:
    """The answer to a form that is in order, done or waiting for a second person; None when it is shown again, with
    what the service says beside the field."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return change(request, name, values(), then)
    except (BadInput, Conflict) as error:
        tell(form, error)
        return None


def tried_change(
    request: HttpRequest, name: str, values: Callable[[], Values], then: Callable[[], HttpResponse], to: str
) -> HttpResponse:
    """The same for a button; when it cannot be, the page it leads back to says why."""
    try:
        return change(request, name, values(), then)
    except ConsoleError as error:
        return _told(request, error, to)


def tried(request: HttpRequest, act: Callable[[], Any], to: str, words: str) -> HttpResponse:
    """Do it and go on; when it cannot be, the page says why."""
    try:
        act()
    except ConsoleError as error:
        return _told(request, error, to)
    return done(request, words, to)


def _told(request: HttpRequest, error: ConsoleError, to: str) -> HttpResponse:
    if error.http_status == 403:
        raise error
    messages.error(request, error.words)
    return redirect(to)
