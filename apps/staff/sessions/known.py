"""Browsers a person has signed in from before: a signed cookie says so. Nothing is measured of the browser."""

import logging
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.core.sealing import secrets
from apps.staff.letters.about import act_of
from apps.staff.letters.posting import Kind, post
from apps.staff.models import User

log = logging.getLogger("console.staff")
# As long as browsers keep a cookie at most.
LASTS_SECONDS = 400 * 24 * 3600
# Of so many people one browser remembers that they were there: a shared one at a counter.
MOST = 20
_SALT = "apps.staff.sessions.known"


def is_new(request: HttpRequest, person: User) -> bool:
    """Whether this person has not signed in from this browser before."""
    marks = [_mark(person, secret) for secret in secrets()]
    return not any(constant_time_compare(mark, one) for mark in marks for one in _marks(request))


def remember(request: HttpRequest, response: HttpResponse, person: User) -> HttpResponse:
    """Let the browser know the person the next time; whom else it knows stays."""
    marks = [_mark(person), *(one for one in _marks(request) if one != _mark(person))][:MOST]
    response.set_cookie(
        cookie_name(),
        signing.dumps(marks, salt=_SALT),
        max_age=LASTS_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def tell(request: HttpRequest, person: User) -> None:
    """A mail to the person; signing in neither waits for it nor fails with it."""
    try:
        # Within somebody's transaction a failure would spoil all of it.
        with transaction.atomic():
            post(Kind.NEW_BROWSER, **act_of(request, person))
    except DatabaseError as error:
        log.warning("A mail about a new browser could not be kept (%s).", type(error).__name__)


def cookie_name() -> str:
    """With the prefix by which browsers insist on this host alone, where there is HTTPS."""
    return "__Host-browser" if settings.SESSION_COOKIE_SECURE else "browser"


def _marks(request: HttpRequest) -> list[str]:
    try:
        found: Any = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=_SALT, max_age=LASTS_SECONDS)
    except signing.BadSignature:
        return []
    return [str(one) for one in found] if isinstance(found, list) else []


def _mark(person: User, secret: str | None = None) -> str:
    """Tells nobody who it is."""
    return salted_hmac(_SALT, str(person.pk), secret=secret, algorithm="sha256").hexdigest()[:24]
