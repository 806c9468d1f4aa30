"""Telling people by mail that something about their second factor has changed: it may have been somebody else."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.staff.mailing import hand_over
from apps.staff.models import User


def tell(actor: Actor, person: User, sentence: str) -> bool:
    """Send it, outside of any transaction; False and an entry when nobody took it. What was done stays done."""
    context = {"person": person, "sentence": sentence, "organisation": settings.CONSOLE_ORGANISATION}
    text = render_to_string("staff/mail_factors.txt", context)
    subject = _("Your second factor for the Loyalty Console")
    sent = hand_over(person, subject, text, called="A mail about a second factor")
    if not sent:
        record("staff.factor_mail_not_sent", actor=actor, outcome="not_done", subject=person.name)
    return sent
