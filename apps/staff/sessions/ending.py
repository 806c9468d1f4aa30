"""Ending sessions, by the person themselves or by an administrator; each is an entry."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import Missing
from apps.staff.models import User
from apps.staff.people.guarding import hold
from apps.staff.session_models import OpenSession
from apps.staff.sessions.closing import close, close_all_but


def end_one(*, actor: Actor, person: User, mark: str) -> None:
    """End one of one's own sessions.

    Raises: Missing when there is none of this mark
    """
    with transaction.atomic():
        found = _ended(person, mark)
        if found is None:
            raise Missing(_("This session has ended already."), next_step=_("Look at the list again."))
        record("staff.session_ended", actor=actor, details={"browser": found.browser or "unknown browser"})


def end_others(*, actor: Actor, person: User, keep: str) -> int:
    """End all of one's own sessions but this one, also one that is being opened at this moment; how many there were.

    keep  hash of the key of the session that goes on: the caller checks it against the new round, in this transaction
    """
    with transaction.atomic():
        count = _end_all_but(person, keep)
        record("staff.sessions_ended", actor=actor, subject=person.name, details={"count": count})
    person.refresh_from_db(fields=["session_round"])
    return count


def end_all_of(*, actor: Actor, pk: int) -> tuple[User, int]:
    """An administrator ends all sessions of somebody else; they may sign in again.

    Raises: Missing; Refused for oneself, and for an actor who may not any more
    """
    with transaction.atomic():
        person = hold(actor, pk)
        count = end_all(person)
        record("staff.sessions_ended", actor=actor, subject=person.name, details={"count": count})
    return person, count


def end_all(person: User) -> int:
    """End every session of a person, within the caller's transaction; also one that is being opened or renewed at this
    moment, by the round that all of theirs are checked against."""
    return _end_all_but(person)


def _end_all_but(person: User, keep: str = "") -> int:
    User.objects.filter(pk=person.pk).update(session_round=F("session_round") + 1)
    return close_all_but(person, keep)


def _ended(person: User, mark: str) -> OpenSession | None:
    """The session that is closed by this; None when there is none. Its key may change at this moment: then the row is
    another one, and is looked for again."""
    while found := person.open_sessions.now().filter(opening=mark).first():
        if close(OpenSession.objects.filter(pk=found.pk)):
            return found
    return None
