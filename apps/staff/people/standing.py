"""Letting somebody out of the console, and in again."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import Conflict
from apps.staff.confirming.guard import check_second
from apps.staff.models import User
from apps.staff.people.guarding import ADMINISTRATOR, check_one_is_left, hold
from apps.staff.sessions.closing import close

ACTIVE, DEACTIVATED = "active", "deactivated"


def deactivate(*, actor: Actor, pk: int) -> User:
    """They cannot sign in any more, all their sessions end at once, and a link that waits for them dies.

    Raises: Conflict when they are out already; Refused for oneself and for the last administrator
    """
    with transaction.atomic():
        person = hold(actor, pk)
        if not person.is_active:
            raise Conflict(_("%(name)s is deactivated already.") % {"name": person.name})
        person.is_active = False
        # Being inactive closes the door; the round sees to it that no old session opens it after a reactivation.
        person.session_round += 1
        person.save(update_fields=["is_active", "session_round"])
        person.invites.filter(used_at=None, ended_at=None).update(ended_at=timezone.now())
        close(person.open_sessions.all())
        if any(one.role == ADMINISTRATOR for one in person.memberships_now):
            check_one_is_left()
        changed = {"state": [ACTIVE, DEACTIVATED]}
        record("staff.person_deactivated", actor=actor, subject=person.name, details={"changed": changed})
    return person


def reactivate(*, actor: Actor, pk: int) -> User:
    """They may sign in again, with the roles they hold; sessions from before stay closed.

    Raises: Conflict when they are not out; Refused for oneself
    """
    check_second(actor)
    with transaction.atomic():
        person = hold(actor, pk)
        if person.is_active:
            raise Conflict(_("%(name)s is active already.") % {"name": person.name})
        person.is_active = True
        person.save(update_fields=["is_active"])
        changed = {"state": [DEACTIVATED, ACTIVE]}
        record("staff.person_reactivated", actor=actor, subject=person.name, details={"changed": changed})
    return person
