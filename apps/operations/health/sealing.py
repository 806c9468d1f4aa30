"""Whether the trail is sealed in time, and what its last verification found."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.audit.models import Suspect
from apps.audit.standing import standing
from apps.core.formats import age, number
from apps.operations.health.check import Check


def sealing() -> Check:
    """A worker without the right key, or none at all, shows here first."""
    title = gettext_lazy("Seals of the trail")
    now = standing()
    if now.tone == "bad":
        return Check(title, "bad", _("A verification found that the trail was changed. See Checkpoints."))
    if suspects := Suspect.objects.count():
        sentence = ngettext(
            "%(count)s entry could not be sealed: its content had been changed. See Checkpoints.",
            "%(count)s entries could not be sealed: their content had been changed. See Checkpoints.",
            suspects,
        )
        return Check(title, "bad", sentence % {"count": suspects})
    if now.late:
        sentence = _(
            "Nothing was sealed for over a minute and %(count)s entries wait. Is a worker running, and has it "
            "the key the log knows?"
        )
        return Check(title, "bad", sentence % {"count": f"{number(now.waiting)}{'+' if now.many else ''}"})
    if not now.checkpoint:
        return Check(title, "ok", _("Nothing is sealed yet."))
    verified = age(now.verified.ended_at, "ago") if now.verified else _("never")
    sentence = _("Sealed up to place %(size)s; verified %(age)s.")
    return Check(title, "ok", sentence % {"size": number(now.checkpoint.size), "age": verified})
