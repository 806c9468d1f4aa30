"""A link by which one person signs in once, for whoever runs the console: the way in when no other one works.

Nothing of it is kept: it is signed, lasts a quarter of an hour, and dies with the next sign-in of that person, which
it names by the one before.
"""

from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput
from apps.staff.models import User, tidy_email

LASTS = timedelta(minutes=15)
_SALT = "apps.staff.once"


@sensitive_variables("token")
def make_link(*, actor: Actor, email: str, reason: str) -> tuple[User, str]:
    """The person, and the path of their link, which is kept nowhere.

    Raises: BadInput (email, reason) for nobody who could sign in, and without a reason
    """
    person = User.objects.people().filter(email=tidy_email(email), is_active=True).first()
    if person is None:
        raise BadInput(_("Nobody who may sign in has this e-mail address."), field="email")
    if not reason.strip():
        raise BadInput(_("Say why: it stands in the audit trail."), field="reason")
    with transaction.atomic():
        record("staff.sign_in_link_made", actor=actor, subject=person.name, reason=reason.strip())
    token = signing.dumps([person.pk, _before(person)], salt=_SALT)
    return person, reverse("staff:sign_in_once", args=[token])


@sensitive_variables("token")
def person_of_link(token: str, *, hold: bool = False) -> User | None:
    """Whose link it is while it works; `hold` keeps the person as they are until the transaction ends."""
    try:
        pk, before = signing.loads(token, salt=_SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    people = User.objects.people().filter(pk=pk, is_active=True)
    person = (people.select_for_update(no_key=True) if hold else people).first()
    return person if person and _before(person) == before else None


def _before(person: User) -> str:
    """What changes when they sign in, and when all their sessions are ended."""
    last = person.last_login.isoformat() if person.last_login else ""
    return f"{last} {person.session_round}"
