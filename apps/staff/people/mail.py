"""The mail with the link."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from apps.staff.mailing import hand_over
from apps.staff.models import User
from apps.staff.people.invites import LASTS


@sensitive_variables("link", "text")
def send_link(person: User, link: str) -> bool:
    """Hand the mail over; False when nobody took it. Outside of any transaction: a mail server may be slow."""
    hours = int(LASTS.total_seconds() // 3600)
    context = {"person": person, "link": link, "hours": hours, "organisation": settings.CONSOLE_ORGANISATION}
    text = render_to_string("staff/mail_invite.txt", context)
    return hand_over(person, _("Your access to the Loyalty Console"), text, called="The mail with a link")
