"""What this room writes into the trail, as sentences."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.actions import register

FAMILY = "operations"

register(
    "operations.switched_off",
    _("%(actor)s switched %(what)s off for %(subject)s: %(reason)s"),
    icon="lock",
    family=FAMILY,
    reason=True,
)
register(
    "operations.switched_on",
    _("%(actor)s switched %(what)s on again for %(subject)s: %(reason)s"),
    icon="circle-check",
    family=FAMILY,
    reason=True,
)


def _work(what: str, sentence: Promise, icon: str, *, reason: bool = False, moves: bool = False) -> None:
    register(f"operations.work.{what}", sentence, icon=icon, family=FAMILY, reason=reason, moves=moves)


_work("started", _("%(actor)s asked for %(subject)s (%(kind)s) and its dry run."), "stack-2")
_work(
    "checked", _("The dry run of %(subject)s found %(ready)s rows ready and left %(bad)s out."), "list-check"
)
_work("asked", _("%(actor)s asked a second person to approve %(subject)s."), "send")
_work("approved", _("%(actor)s approved exactly this file and dry run of %(subject)s."), "checks")
_work("rejected", _("%(actor)s rejected %(subject)s: %(reason)s"), "x", reason=True)
_work("run", _("%(actor)s started the %(ready)s rows of %(subject)s."), "player-play")
_work("stopped", _("%(actor)s was not let %(act)s %(subject)s: %(reason)s"), "lock", reason=True)
_work("paused", _("%(actor)s paused %(subject)s."), "player-pause")
_work("resumed", _("%(actor)s let %(subject)s go on."), "player-play")
_work("cancelled", _("%(actor)s cancelled the rest of %(subject)s."), "x")
_work("rerun", _("%(actor)s began the failed rows of %(earlier)s anew as %(subject)s."), "refresh")
_work("freed", _("%(actor)s let rows %(first)s to %(last)s of %(subject)s be tried again."), "refresh")
_work("refused", _("The console refused to run %(subject)s: it is not what was approved."), "alert-triangle")
_work("ended", _("%(subject)s ended: %(done)s done, %(not_done)s not done, %(unknown)s not known."), "flag")
_work("emptied", _("Files and rows of %(subject)s were deleted: their time is over."), "history")
_work("viewed", _("%(actor)s opened %(subject)s (%(kind)s)."), "eye")
_work("downloaded", _("%(actor)s downloaded %(part)s of %(subject)s."), "download")
