"""What every page of the rules shares: who acts, and what is said afterwards."""

from collections.abc import Callable
from typing import Any, TypedDict

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.audit.actor import Actor
from apps.core.errors import BadInput, ConsoleError
from apps.goodwill.forms_rules import refused
from apps.staff.access import person_of
from apps.staff.actors import actor_of
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


def accepted(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Whether the form is in order and its act was; what the service says stands beside the field."""
    if not form.is_valid():
        return False
    try:
        act()
    except BadInput as error:
        refused(form, error)
    return not form.errors


def tried(request: HttpRequest, act: Callable[[], Any], to: str, words: str) -> HttpResponse:
    """Do it and go on; when it cannot be, the page says why."""
    try:
        act()
    except ConsoleError as error:
        if error.http_status == 403:
            raise
        messages.error(request, f"{error.message} {error.next_step}".strip())
        return redirect(to)
    return done(request, words, to)
