"""What webhooks write into the trail, and how it reads."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.actions import register


def _webhook(what: str, sentence: Promise, icon: str) -> None:
    register(f"operations.webhook_{what}", sentence, icon=icon, family="operations")


_webhook("added", _("%(actor)s added the webhook %(subject)s at %(host)s."), "plus")
_webhook("removed", _("%(actor)s removed the webhook %(subject)s."), "circle-x")
_webhook("switched_off", _("%(actor)s switched the webhook %(subject)s off."), "player-pause")
_webhook("switched_on", _("%(actor)s switched the webhook %(subject)s on."), "player-play")
_webhook("sent_again", _("%(actor)s had %(event)s sent again to the webhook %(subject)s."), "refresh")
_webhook("gave_up", _("The webhook %(subject)s was switched off: %(why)s"), "alert-circle")
