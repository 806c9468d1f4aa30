"""Taking a code at the sign-in: of the authenticator app, or one of the recovery codes. Each works once."""

import time

from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.staff.factor_models import Authenticator
from apps.staff.factors import recovery, totp
from apps.staff.models import User

APP, RECOVERY, PASSKEY = "authenticator app", "recovery code", "passkey"


@sensitive_variables("typed")
def take_code(*, actor: Actor, person: User, typed: str) -> str:
    """Which of the two it was, or nothing when it is neither or was used. A used recovery code is an entry.

    actor    the visitor; the caller writes down what comes of it
    """
    if _take_from_app(person, typed):
        return APP
    with transaction.atomic():
        if not recovery.take(person, typed):
            return ""
        details = {"left": recovery.left(person), "person_id": person.pk}
        record("staff.recovery_used", actor=actor, subject=person.name, details=details)
    return RECOVERY


def _take_from_app(person: User, typed: str) -> bool:
    app = Authenticator.objects.filter(person=person).first()
    step = totp.step_of(app.secret, typed, time.time(), after=app.last_step) if app else None
    if app is None or step is None:
        return False
    # Asked again where it is written: of two who bring the same code at once only one is let in.
    mine = Authenticator.objects.filter(pk=app.pk, last_step__lt=step)
    return mine.update(last_step=step, last_used_at=timezone.now()) == 1
