"""Where an invitation stands, told on its page: badge, sentence, what to do."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.formats import number
from apps.operations.acts.rows import ActState
from apps.referrals.models import Invitation


@dataclass(frozen=True)
class Standing:
    """tone is that of the block: ok, wait (not known yet), warn, bad or info.

    moving  it changes by itself: the page looks again
    """

    badge: str
    tone: str
    title: str
    text: str
    next_step: str = ""
    code: str = ""
    request_id: str = ""
    moving: bool = False

    @property
    def needs_person(self) -> bool:
        """The console gave up looking."""
        return self.badge == "unknown" and self.tone == "warn"


def stands(act: Invitation) -> Standing:
    """One invitation."""
    if act.is_open:
        return _open(act)
    if act.state == ActState.NOT_DONE:
        why = act.message if act.refused == act.asked and act.asked == 1 else ""
        text = why or _("Why stands beside each of them.")
        step = _("Correct the rows and send them again.")
        return Standing("refused", "bad", _("Nobody was invited."), text, step, act.code, act.cap_request_id)
    title = invited_words(act.invited)
    if act.refused:
        text = _refused(act.refused)
        return Standing("done", "ok", title, text, request_id=act.cap_request_id)
    return Standing("done", "ok", title, _("Every row was taken."), request_id=act.cap_request_id)


def invited_words(count: int) -> str:
    """``3 friends invited.``"""
    words = ngettext("%(count)s friend invited.", "%(count)s friends invited.", count)
    return words % {"count": number(count)}


def whom(act: Invitation) -> str:
    """The customer's name, or their id where it cannot be read."""
    return act.customer_name or str(act.customer_id)


def _refused(count: int) -> str:
    words = ngettext(
        "%(count)s row was refused: why stands beside it. Nobody is invited twice.",
        "%(count)s rows were refused: why stands beside each. Nobody is invited twice.",
        count,
    )
    return words % {"count": number(count)}


def _open(act: Invitation) -> Standing:
    warning = _("Do not invite these people again.")
    more = (act.code, act.cap_request_id)
    perhaps = ngettext(
        "Whether %(count)s person was invited is not known.",
        "Whether %(count)s people were invited is not known.",
        act.not_known,
    ) % {"count": number(act.not_known)}
    if act.state == ActState.PERSON:
        text = _("%(perhaps)s Somebody else than who sent it says what became of them.") % {
            "perhaps": perhaps
        }
        return Standing("unknown", "warn", _("A person has to look"), text, warning, *more)
    if act.state == ActState.IN_PROGRESS:
        text = _("The invitation is on its way.")
        return Standing("unknown", "wait", _("Not known yet"), text, warning, *more, moving=True)
    title = _("Not known yet: the console is checking")
    text = _("%(perhaps)s The customer's referrals are read until they show them.") % {"perhaps": perhaps}
    return Standing("unknown", "wait", title, text, warning, *more, moving=True)
