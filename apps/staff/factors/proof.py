"""Proving again that it is still the person who signed in: by their password, or by a passkey that asks for them.

A fresh sign-in is such a proof: `login` is called only when every factor was shown. Views that want a recent one
are marked `@reauthenticate` (apps/staff/factors/reauthenticate.py).
"""

import time

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from apps.audit.services import record
from apps.core.errors import BadInput
from apps.staff.access import person_of
from apps.staff.actors import actor_of
from apps.staff.factors import ceremony
from apps.staff.factors.trying import count_wrong, forget_wrong, is_paused
from apps.staff.models import User

SESSION_KEY = "proved_at"
# Proofs of one page and its next; clocks of several machines differ by less.
SKEW_SECONDS = 60


class NotProved(BadInput):
    """It was not shown that this is the person. tries_left is 0 when the account pauses, which has a page."""

    def __init__(self, message: str, *, field: str, tries_left: int = 0) -> None:
        super().__init__(message, field=field)
        self.tries_left = tries_left


@sensitive_variables("password", "answer", "state")
def prove(request: HttpRequest, *, password: str = "", answer: str = "", state: str = "") -> str:
    """Check that it is the signed-in person, note when, and say how they proved it: ``password`` or ``passkey``.

    password    what was typed; counted by the limiter of the sign-in when wrong
    answer      of a passkey, with the state of the question (`question`), in place of a password
    Raises: NotProved (password, or answer); every try is an entry
    """
    person = person_of(request)
    way = "passkey" if answer else "password"
    if not answer and not password:
        raise NotProved(_("Type your password."), field="password", tries_left=1)
    if is_paused(request, person.email):
        _refuse(request, way)
        raise NotProved(_("Too many wrong tries: this account pauses."), field=way)
    if answer:
        try:
            ceremony.check(request, "proof", person, answer=answer, state=state)
        except ceremony.NotAnswered as error:
            _refuse(request, way)
            left = count_wrong(request, person.email)
            raise NotProved(error.message, field="answer", tries_left=left) from error
    elif not person.check_password(password):
        _refuse(request, way)
        left = count_wrong(request, person.email)
        raise NotProved(_("This is not your password."), field="password", tries_left=left)
    record("staff.proved", actor=actor_of(request), details={"way": way})
    forget_wrong(request, person.email)
    note(request)
    return way


def question(request: HttpRequest) -> ceremony.Question | None:
    """What the person's passkeys are asked on a page that wants a proof; None for somebody without any."""
    person = person_of(request)
    if person.second_factor_since is None or not ceremony.possible(request) or not person.passkeys.exists():
        return None
    return ceremony.ask(request, "proof", person)


def proved_lately(request: HttpRequest) -> bool:
    """Whether the last proof is younger than `CONSOLE_PROOF_MINUTES`."""
    at = request.session.get(SESSION_KEY)
    if not isinstance(at, int):
        return False
    return -SKEW_SECONDS <= time.time() - at < settings.CONSOLE_PROOF_MINUTES * 60


def note(request: HttpRequest) -> None:
    """This moment counts as the last proof."""
    request.session[SESSION_KEY] = int(time.time())


def _refuse(request: HttpRequest, way: str) -> None:
    record("staff.proof_refused", actor=actor_of(request), outcome="refused", details={"way": way})


@receiver(user_logged_in, dispatch_uid="staff.proof")
def _signed_in(sender: object, request: HttpRequest | None, user: User, **_more: object) -> None:
    if request is not None:
        note(request)
