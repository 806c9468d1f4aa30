"""Administrators are told of an endpoint that the console gave up: otherwise nobody knows until something is missed."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.operations.models import Notice
from apps.operations.notices import tell
from apps.operations.webhooks.rows import Endpoint
from apps.staff.confirming.deciders import people_who_may
from apps.staff.letters.posting import Kind, post
from apps.staff.people.guarding import MANAGE


def switched_off(endpoint: Endpoint) -> None:
    """A notice for everybody who could mend it, and a mail where a server is named; in the caller's transaction."""
    told = {"name": endpoint.name, "why": endpoint.off_words}
    words = _("The webhook %(name)s was switched off: %(why)s Nothing is told there any more.") % told
    url = reverse("operations:webhook", args=[endpoint.pk])
    for person in people_who_may(MANAGE):
        tell(user_id=person.pk, words=words, url=url, level=Notice.Level.BAD)
        if settings.CONSOLE_MAIL_IS_SENT:
            post(
                Kind.NOTICE,
                person=person.pk,
                subject=_("A webhook of the Loyalty Console was switched off"),
                words=words,
                next_step=_("Have its receiver looked at, then switch it on again: API, API keys, Webhooks."),
            )
