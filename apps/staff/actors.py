"""Who stands behind a request, in the trail's terms."""

import hashlib

from django.http import HttpRequest

from apps.audit.actor import Actor
from apps.staff.address import client_address
from apps.staff.browsers import short_browser
from apps.staff.models import Store, User
from apps.staff.roles import ROLES
from apps.staff.stores import current_store, role_at

# Somebody who has not signed in still leaves complete entries.
STRANGER = "Not signed in"
NOBODY = "Nobody"


def actor_of(request: HttpRequest) -> Actor:
    """The person, their role and store, session, address and browser."""
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


def role_word(user: User, store: Store | None) -> str:
    """The role the person acts in, as they would say it; the trail is kept in one language."""
    role = ROLES.get(role_at(user, store))
    return role.title if role else "No role"


def session_mark(request: HttpRequest) -> str:
    """A short hash of the session key: ties entries together and opens no session."""
    key = request.session.session_key or ""
    return hashlib.sha256(key.encode()).hexdigest()[:16] if key else ""
