"""Between the first step of signing in and the second factor: who knew the password. Ten minutes, and no session."""

import time
from dataclasses import replace

from django.http import HttpRequest

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.staff.actors import actor_of, role_word
from apps.staff.models import User
from apps.staff.session_models import still_of

SESSION_KEY = "second_step"
LASTS_SECONDS = 600


def hold(request: HttpRequest, person: User, after: str, *, way: str = "password") -> None:
    """Keep who made the first step and where they wanted to go. They are not signed in by it.

    way    the first step in words: the password, or another way in
    """
    details = {"way": way, "person_id": person.pk}
    record("staff.first_step", actor=actor_of(request), subject=person.name, details=details)
    # Nobody who knew the key of the visit before knows it now.
    request.session.cycle_key()
    request.session[SESSION_KEY] = {
        "who": person.pk,
        # A new password, a reset or a deactivation ends this step as it ends sessions.
        "hash": person.get_session_auth_hash(),
        "after": after,
        "way": way,
        "at": int(time.time()),
    }


def waiting(request: HttpRequest) -> tuple[User, str] | None:
    """The person whose second factor is asked for, and where they go afterwards; None when nobody waits."""
    held = request.session.get(SESSION_KEY)
    if not isinstance(held, dict) or not 0 <= time.time() - held["at"] < LASTS_SECONDS:
        return None
    person = User.objects.filter(pk=held["who"], is_active=True).first()
    if person is None or not still_of(person, held["hash"]):
        return None
    return person, held["after"]


def way_of(request: HttpRequest) -> str:
    """How the first step was made, for the trail."""
    held = request.session.get(SESSION_KEY)
    return str(held["way"]) if isinstance(held, dict) else ""


def end(request: HttpRequest) -> str:
    """The step is done, or too old; where it was to lead."""
    held = request.session.pop(SESSION_KEY, None)
    return str(held["after"]) if isinstance(held, dict) else ""


def as_person(actor: Actor, person: User) -> Actor:
    """The visitor as the person they have shown to be, before there is a session."""
    return replace(actor, user_id=person.pk, name=person.name, role=role_word(person, None))
