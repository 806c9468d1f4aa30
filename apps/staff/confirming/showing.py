"""How a change reads on its page and in the list."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.errors import ConsoleError
from apps.staff.confirming import kinds
from apps.staff.confirming.deciders import somebody_else, why_not
from apps.staff.confirming.models import ProposedChange
from apps.staff.confirming.proposing import check_unchanged, kind_of, nobody_else, values_of, waits_already
from apps.staff.models import User

State = ProposedChange.State
# Word, icon and tone of each state; waiting has a badge with fixed words.
LOOKS = {
    State.DRAFT: ("circle-dashed", ""),
    State.CONFIRMED: ("circle-check", "ok"),
    State.REFUSED: ("circle-x", "bad"),
    State.WITHDRAWN: ("x", ""),
    State.RUN_OUT: ("clock", ""),
}


@dataclass(frozen=True)
class Shown:
    """A change with its title and the look of its state."""

    change: ProposedChange

    @property
    def title(self) -> str:
        """``Give a role``."""
        kind = kinds.find(self.change.kind)
        return str(kind.title) if kind else self.change.kind

    @property
    def state(self) -> str:
        """As it stands, also where no sweep has said so yet."""
        return State.RUN_OUT if self.change.has_run_out else self.change.state

    @property
    def word(self) -> str:
        """The state in a word."""
        return str(State(self.state).label)

    @property
    def icon(self) -> str:
        """Of the badge."""
        return LOOKS[State(self.state)][0]

    @property
    def tone(self) -> str:
        """Of the badge."""
        return LOOKS[State(self.state)][1]


@dataclass(frozen=True)
class Choices:
    """What the person may do with a change now.

    stuck  why it cannot be asked for or confirmed as things are, with what to do; None while it can
    why_not  why this person is not the second one
    """

    ask: bool = False
    decide: bool = False
    withdraw: bool = False
    stuck: ConsoleError | None = None
    why_not: str = ""


def choices(user: User, change: ProposedChange) -> Choices:
    """For the page of one change."""
    own = change.asked_by_id == user.pk
    if change.state == State.DRAFT:
        return Choices(ask=own, stuck=_stuck(change, alone=True))
    if not change.waits:
        return Choices()
    words = why_not(user, change)
    return Choices(decide=not words, withdraw=own, stuck=_stuck(change), why_not="" if own else words)


def _stuck(change: ProposedChange, *, alone: bool = False) -> ConsoleError | None:
    try:
        kind = kind_of(change)
        check_unchanged(kind, change, values_of(change))
        if alone and ProposedChange.objects.waiting().filter(digest=change.digest).exists():
            return waits_already()
        if alone and not somebody_else(kind, change):
            return nobody_else()
    except ConsoleError as error:
        return error
    return None


def reason_of(change: ProposedChange) -> str:
    """What its form has asked for as a reason already, for a draft; nobody types it twice."""
    kind = kinds.find(change.kind)
    if kind is None or kind.why is None or change.state != State.DRAFT:
        return ""
    try:
        return kind.why(values_of(change))
    except ConsoleError:
        return ""


def waiting_about(about: str) -> list[Shown]:
    """Changes that wait about somebody, for their page. One query."""
    return [Shown(one) for one in ProposedChange.objects.waiting().filter(about=about)]


def state_sentence(shown: Shown) -> str:
    """What is true of it now, in a sentence."""
    name = shown.change.decided_by_name
    return {
        State.DRAFT.value: _("Nobody was asked yet, and nothing has changed."),
        State.WAITING.value: _("It waits for a second person. Nothing has changed yet."),
        State.CONFIRMED.value: _("%(name)s confirmed it. It holds since then."),
        State.REFUSED.value: _("%(name)s refused it. Nothing was changed."),
        State.WITHDRAWN.value: _("It was withdrawn. Nothing was changed."),
        State.RUN_OUT.value: _("Nobody confirmed it in time. Nothing was changed."),
    }[shown.state] % {"name": name}
