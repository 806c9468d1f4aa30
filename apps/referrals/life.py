"""The life of an invitation as steps: begun, sent, looked for, settled; oldest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.formats import clock, day
from apps.operations.acts.rows import ActState
from apps.referrals.models import Invitation, Invitee
from apps.referrals.standing import invited_words
from apps.referrals.telling import people


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


def life_of(act: Invitation, rows: list[Invitee]) -> list[Step]:
    """Every step. rows: its people."""
    return sorted(_steps(act, rows), key=lambda step: step.at)


def _steps(act: Invitation, rows: list[Invitee]) -> Iterator[Step]:
    text = _("%(who)s asked for %(people)s to be invited.") % {
        "who": act.user_name,
        "people": people(act.asked),
    }
    yield Step(act.started_at, "user-plus", "info", text, act.campaign_title)
    if act.is_open:
        text = _("Sent at %(at)s; not known yet of %(people)s.") % {
            "at": clock(act.sent_at or act.started_at),
            "people": people(act.not_known),
        }
        yield Step(act.sent_at or act.started_at, "hourglass", "wait", text, _looked(act.looks))
    elif act.state == ActState.NOT_DONE:
        note = f"{act.message} {_looked(act.looks)}".strip()
        yield Step(act.settled_at or act.started_at, "circle-x", "bad", _("Nobody was invited."), note)
    else:
        yield Step(
            act.settled_at or act.started_at, "send", "ok", invited_words(act.invited), _looked(act.looks)
        )
    found = sorted({row.found_at for row in rows if row.found_at is not None})
    for at in found:
        count = sum(row.found_at == at for row in rows)
        text = _("%(people)s found in the customer's list.") % {"people": people(count)}
        yield Step(at, "search", "ok", text)


def _looked(looks: int) -> str:
    if not looks:
        return ""
    return ngettext("Looked for %(count)s time.", "Looked for %(count)s times.", looks) % {"count": looks}
