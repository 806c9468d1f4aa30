"""What this room writes into the trail, as sentences."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.actions import register
from apps.audit.subjects import link_subjects
from apps.operations.models.work import PREFIX, pk_of

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
_work("checked", _("The dry run of %(subject)s: %(ready)s ready, %(bad)s left out."), "list-check")
_work("asked", _("%(actor)s asked a second person to approve %(subject)s."), "send")
_work("approved", _("%(actor)s approved exactly this file and dry run of %(subject)s."), "checks")
_work("rejected", _("%(actor)s rejected %(subject)s: %(reason)s"), "x", reason=True)
_work("run", _("%(actor)s started %(subject)s: %(ready)s to do."), "player-play")
_work("stopped", _("%(actor)s was not let %(act)s %(subject)s: %(reason)s"), "lock", reason=True)
_work("paused", _("%(actor)s paused %(subject)s."), "player-pause")
_work("resumed", _("%(actor)s let %(subject)s go on."), "player-play")
_work("cancelled", _("%(actor)s cancelled the rest of %(subject)s."), "x")
_work("rerun", _("%(actor)s began the failed rows of %(earlier)s anew as %(subject)s."), "refresh")
_work("freed", _("%(actor)s let rows %(first)s to %(last)s of %(subject)s be tried again."), "refresh")
_work("refused", _("The console refused to run %(subject)s: it is not what was approved."), "alert-triangle")
_work("made", _("The file of %(subject)s is whole. Entries: %(entries)s."), "checks")
_work("ended", _("%(subject)s ended: %(done)s done, %(not_done)s not done, %(unknown)s not known."), "flag")
_work("emptied", _("Files and rows of %(subject)s were deleted: their time is over."), "history")
_work("viewed", _("%(actor)s opened %(subject)s (%(kind)s)."), "eye")
_work("downloaded", _("%(actor)s downloaded %(part)s of %(subject)s."), "download")


def _address_of(subject: str) -> str:
    pk = pk_of(subject) if subject.startswith(PREFIX) else None
    return reverse("operations:operation", args=[pk]) if pk is not None else ""


link_subjects(FAMILY, _address_of)
