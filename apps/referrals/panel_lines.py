"""The lines of the panel: one invited person each, with the stages they are told to have reached."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from apps.referrals.funnel import STAGES
from apps.referrals.story import Line, Story

# Whoever was rewarded or bought has joined; whether somebody rewarded has bought is only known when it is told.
IMPLIED = {"joined": ("joined", "bought", "rewarded"), "bought": ("bought",), "rewarded": ("rewarded",)}


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the four; at is None where only that it happened is told."""

    label: str | Promise
    reached: bool
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A line with its stages and, where the customer has several, the title of the campaign.

    opens  whether this person may open the invitation of ours
    """

    line: Line
    stages: tuple[Stage, ...]
    campaign: str
    opens: bool

    @property
    def is_bare(self) -> bool:
        """Nothing says who this is."""
        return not (self.line.name or self.line.mask)


def shown(story: Story, opened: Collection[int]) -> list[Shown]:
    """The lines of the page that was read. opened: ids of the invitations this person may open."""
    titles = {code.key: code.title or code.code for code in story.codes} if len(story.codes) > 1 else {}
    return [
        Shown(line, tuple(_stages(line)), titles.get(line.campaign, ""), line.sent_here in opened)
        for line in story.lines
    ]


def _stages(line: Line) -> Iterable[Stage]:
    yield Stage(STAGES["invited"], line.matched, line.invited_at)
    for name, at in (
        ("joined", line.joined_at),
        ("bought", line.bought_at),
        ("rewarded", line.rewarded_at),
    ):
        yield Stage(STAGES[name], at is not None or line.stage in IMPLIED[name], at)
