"""The life of a redemption or reversal as steps: asked, decided, sent, looked for, proved; oldest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.formats import clock, day
from apps.core.formats import points as in_words
from apps.operations.acts.rows import ActState
from apps.points.models import Redemption, Reversal, State
from apps.points.models.proof import Provable


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline; tone as in components/timeline.html."""

    at: datetime
    icon: str
    tone: str
    text: str
    note: str = ""

    @property
    def amount(self) -> str:
        """The time stands where other timelines show points."""
        return clock(self.at)

    @property
    def day(self) -> str:
        """Steps of a day stand together."""
        return day(self.at)


def redemption_life(act: Redemption) -> list[Step]:
    """Every step of a redemption."""
    told = {"who": act.user_name, "points": in_words(act.points)}
    begun = Step(
        act.started_at, "coins", "info", _("%(who)s sent the redemption of %(points)s.") % told, act.purpose
    )
    booked = _("Capillary booked it as %(id)s.") % {"id": act.outside_id or act.listed_id or "–"}
    return _sorted([begun, *_sent(act, booked), *_proved(act)])


def reversal_life(reversal: Reversal) -> list[Step]:
    """Every step of a reversal. Uses its acts."""
    told = {"who": reversal.user_name, "points": in_words(reversal.points)}
    text = _("%(who)s asked for %(points)s to be given back.") % told
    steps = [Step(reversal.asked_at, "arrow-back-up", "info", text, reversal.reason), *_decided(reversal)]
    for act in reversal.acts.all():
        steps += _sent(act, _("Capillary gave them back as %(id)s.") % {"id": act.outside_id or "–"})
    return _sorted([*steps, *_proved(reversal)])


def _decided(reversal: Reversal) -> Iterator[Step]:
    if reversal.decided_at is None:
        return
    who = {"who": reversal.decided_by_name}
    note = f"“{reversal.decision_reason}”" if reversal.decision_reason else ""
    if reversal.state == State.REJECTED:
        yield Step(reversal.decided_at, "circle-x", "bad", _("%(who)s rejected it.") % who, note)
    elif reversal.state == State.WITHDRAWN:
        yield Step(reversal.decided_at, "x", "", _("%(who)s withdrew it.") % who, note)
    else:
        yield Step(reversal.decided_at, "checks", "ok", _("%(who)s approved it.") % who, note)


def _sent(act: Any, booked: str) -> Iterator[Step]:
    looked = _looked(act.looks)
    if act.state == ActState.DONE:
        yield Step(act.settled_at or act.started_at, "send", "", booked, looked)
    elif act.state == ActState.NOT_DONE:
        note = f"{act.message} {looked}".strip()
        yield Step(act.settled_at or act.started_at, "circle-x", "bad", _("It did not take place."), note)
    else:
        text = _("Sent at %(at)s; no answer is known yet.") % {
            "at": f"{clock(act.sent_at or act.started_at)}"
        }
        yield Step(act.sent_at or act.started_at, "hourglass", "wait", text, looked)


def _proved(subject: Provable) -> Iterator[Step]:
    if subject.missed_at is not None:
        text = _("Capillary's books did not show it in time.")
        yield Step(subject.missed_at, "alert-triangle", "bad", text)
    if subject.proved_at is not None:
        ledger = subject.proof.get("ledger", "")
        note = _("Ledger entry %(id)s.") % {"id": ledger} if ledger else ""
        yield Step(subject.proved_at, "circle-check", "ok", _("Capillary's books show it."), note)


def _looked(looks: int) -> str:
    if not looks:
        return ""
    return ngettext("Looked for %(count)s time.", "Looked for %(count)s times.", looks) % {"count": looks}


def _sorted(steps: list[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: step.at)
