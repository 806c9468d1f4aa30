"""Who stands behind a request, in the trail's terms."""

import hashlib

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from apps.audit.actor import Actor
from apps.staff.address import client_address
from apps.staff.browsers import short_browser
from apps.staff.models import ApiKey, Store, User
from apps.staff.sessions.store import OPENED
from apps.staff.stores import current_store, role_at

# Somebody who has not signed in still leaves complete entries.
STRANGER = "Not signed in"
NOBODY = "Nobody"
PROGRAM = "Program"


def actor_of(request: HttpRequest) -> Actor:
    """The person, their role and store, session, address and browser."""
    if key := getattr(request, "api_key", None):
        return _program(request, key)
    user = request.user if isinstance(request.user, User) else None
    store = current_store(request) if user else None
    return Actor(
        user_id=user.pk if user else None,
        name=user.name if user else STRANGER,
        role=role_word(user, store) if user else NOBODY,
        store_id=store.pk if store else None,
        store_code=store.code if store else "",
        session=session_mark(request),
        ip=client_address(request) or "",
        browser=short_browser(request.headers.get("User-Agent", "")),
        channel="screen",
    )


def _program(request: HttpRequest, key: ApiKey) -> Actor:
    """A program with a key: its key stands where a person has a sign-in. One that only reads the trail has no account,
    and one that named no store acts for none."""
    store: Store | None = getattr(request, "api_store", None)
    return Actor(
        user_id=key.service_id,
        name=program_name(key.name),
        role=PROGRAM,
        store_id=store.pk if store else None,
        store_code=store.code if store else "",
        session=f"key {key.prefix}",
        ip=client_address(request) or "",
        browser=request.headers.get("User-Agent", "")[:80],
        channel="api",
    )


def program_name(name: str) -> str:
    """A program as entries and pages call it."""
    return f"Program {name}"


def role_word(user: User, store: Store | None) -> str:
    """The role the person acts in, as they would say it; the trail is kept in one language."""
    role = role_at(user, store)
    return role.title if role else "No role"


def session_mark(request: HttpRequest) -> str:
    """What names the session in entries and opens none; see `mark_of`."""
    return mark_of(request.session)


def mark_of(session: SessionBase) -> str:
    """The same from signing in to signing out, although the key changes when a lock is opened or a password set; of a
    visitor a short hash of the key; empty without a session."""
    opened = session.get(OPENED) or {}
    key = session.session_key or ""
    return str(opened.get("id", "")) or (hashlib.sha256(key.encode()).hexdigest()[:16] if key else "")
