"""What the mails say."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.core import reader
from apps.core.formats import moment
from apps.staff.letters.posting import Kind, Mail, writes
from apps.staff.models import User


@writes(Kind.NEW_BROWSER)
def new_browser(about: dict[str, Any]) -> Mail | None:
    """about: person, at, browser, address."""
    return _told(about, "staff/mail_new_browser.txt", _("A new browser signed in to the Loyalty Console"))


@writes(Kind.PASSWORD_CHANGED)
def password_changed(about: dict[str, Any]) -> Mail | None:
    """about: person, at, browser, address."""
    return _told(
        about, "staff/mail_password_changed.txt", _("Your password for the Loyalty Console was changed")
    )


@writes(Kind.NOTICE)
def notice(about: dict[str, Any]) -> Mail | None:
    """about: person, subject, words, next_step."""
    return _told(about | {"at": ""}, "staff/mail_notice.txt", about["subject"])


def _told(about: dict[str, Any], template: str, subject: str) -> Mail | None:
    person = User.objects.filter(pk=about["person"], is_active=True).first()
    if person is None:
        return None
    # On the clock of whoever the mail is for, whoever caused it.
    with reader.read_by(person.time_zone, person.language):
        when = moment(parse_datetime(about["at"])) if about["at"] else ""
    # What it is about holds the number of the person: the name is what the mail begins with.
    context = {**about, "person": person, "organisation": settings.CONSOLE_ORGANISATION, "at": when}
    return Mail(person, subject, render_to_string(template, context))
