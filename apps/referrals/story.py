"""A customer's referrals as people see them: codes, one line per invited person, and how far they came."""

from dataclasses import dataclass, field
from datetime import date, datetime

from apps.referrals.models import Invitation

PAGE = 25


@dataclass(frozen=True)
class Asked:
    """Which part of the story: days of inviting (both count), campaign and till; page from 1.

    campaign  a key of `Story.codes`;  till  one of `Story.places`
    """

    start: date | None = None
    end: date | None = None
    campaign: str = ""
    till: str = ""
    page: int = 1

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the page was asked for."""
        return bool(self.start or self.end or self.campaign or self.till)


@dataclass(frozen=True)
class Code:
    """The customer's code in one campaign. key names it in filters; title is "" where the campaign is not told."""

    key: str
    code: str
    token: str = ""
    title: str = ""


@dataclass(frozen=True)
class Line:
    """One invited person, or somebody who came and could not be matched with anybody invited.

    kind       mobile or email ("external_id" for some who came); mask of the identifier, "" where it is not told
    stage      invited, joined, bought or rewarded: the furthest that is told of them
    matched    False for somebody who came and whom no invited person could be matched with by identifier
    invited_at, till  of the first invitation, if it was sent several times;  times  how often
    joined_at, bought_at, rewarded_at  when, None where it is not told (stage may still say that it happened)
    customer_id  who they are here now, "" where it is not told
    rewards    what the referrer was given for them, in words
    sent_here  id of the invitation of ours, None for those made elsewhere
    """

    stage: str
    matched: bool
    name: str = field(default="", repr=False)
    kind: str = ""
    mask: str = ""
    campaign: str = ""
    invited_at: datetime | None = None
    till: str = ""
    till_code: str = ""
    times: int = 1
    joined_at: datetime | None = None
    bought_at: datetime | None = None
    rewarded_at: datetime | None = None
    customer_id: str = ""
    rewards: tuple[str, ...] = ()
    sent_here: int | None = None

    @property
    def at(self) -> datetime | None:
        """What it is sorted and filtered by: when they were invited, or came."""
        return self.invited_at or self.joined_at or self.bought_at or self.rewarded_at


@dataclass(frozen=True)
class Totals:
    """How many of each stage, over everything that was asked for, not of one page.

    invited    people invited;  joined, bought, rewarded  people who came that far, each counted once, those who
               could not be matched among them
    unmatched  how many of those who came could not be matched;  unmatched_rewards  rewards of whom it is not told
    """

    invited: int = 0
    joined: int = 0
    bought: int = 0
    rewarded: int = 0
    unmatched: int = 0
    unmatched_rewards: int = 0

    @property
    def funnel(self) -> tuple[tuple[str, int, int], ...]:
        """(stage, how many, percent of the widest stage), for the picture."""
        stages = (
            ("invited", self.invited),
            ("joined", self.joined),
            ("bought", self.bought),
            ("rewarded", self.rewarded),
        )
        most = max(count for _stage, count in stages) or 1
        return tuple((stage, count, round(100 * count / most)) for stage, count in stages)


@dataclass(frozen=True)
class Story:
    """Everything that is shown of a customer's referrals, one page of the lines.

    codes      by campaign;  places  [(code of the till, words)] that occur, to filter by
    lines      newest first, of the page asked for;  count  of all pages together;  page, pages  from 1
    notes      what could not be read, in full sentences: the rest is shown all the same
    open       invitations of ours of which it is not known who was invited, newest first
    names_told, campaigns_told  whether the outside says these here at all
    """

    codes: tuple[Code, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    lines: tuple[Line, ...] = ()
    totals: Totals = Totals()
    count: int = 0
    page: int = 1
    pages: int = 1
    notes: tuple[str, ...] = ()
    open: tuple[Invitation, ...] = ()
    names_told: bool = True
    campaigns_told: bool = True
    asked: Asked = Asked()
