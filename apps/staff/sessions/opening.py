"""What is remembered of the browser at signing in."""

import secrets
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from apps.staff.address import client_address
from apps.staff.browsers import short_browser
from apps.staff.session_models import HeldForm
from apps.staff.sessions.store import OPENED


def remember_opening(request: HttpRequest, **_: Any) -> None:
    """Called whenever somebody has signed in, whichever way: a session begins now, with this browser."""
    request.session[OPENED] = {
        "id": secrets.token_hex(8),
        "since": timezone.now().isoformat(),
        "browser": short_browser(request.headers.get("User-Agent", "")),
        "address": client_address(request),
    }


def forget_what_waits(request: HttpRequest, **_: Any) -> None:
    """Called before somebody is signed out: whoever comes next must not find what they sent."""
    if opening := (request.session.get(OPENED) or {}).get("id"):
        HeldForm.objects.filter(opening=opening).delete()


def watch_sign_ins() -> None:
    """Called once, when the app is ready."""
    user_logged_in.connect(remember_opening, dispatch_uid="staff.sessions.opening")
    user_logged_out.connect(forget_what_waits, dispatch_uid="staff.sessions.opening")
