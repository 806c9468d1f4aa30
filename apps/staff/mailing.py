"""Handing a mail over: its text goes to the mail server, or into a file, and nowhere else."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.views.decorators.debug import sensitive_variables

from apps.staff.models import User

log = logging.getLogger("console.staff")


@sensitive_variables("text")
def hand_over(to: User, subject: str, text: str, *, called: str = "A mail") -> bool:
    """False when nobody took it, which the log says by what the mail is called.

    Outside of any transaction: a mail server may be slow.
    """
    try:
        EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [to.email]).send()
    except (OSError, SMTPException) as error:
        # What servers say quotes the address.
        log.warning("%s could not be sent (%s).", called, type(error).__name__)
        return False
    return True
