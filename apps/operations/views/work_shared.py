"""What the pages of long work have in common: who may see an operation and what they may do with it."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from apps.core.errors import ConsoleError
from apps.operations.models import Item, Operation, StoredFile
from apps.operations.work import kinds
from apps.operations.work.kinds import Kind
from apps.operations.work.states import ItemState, State
from apps.staff.access import MissingPermission, person_of
from apps.staff.models import User

READ = ("staff.run_operations", "staff.view_trail")
# Icon and tone; the word is the state's own. Waiting and rejected have badges with fixed words.
LOOKS = {
    State.READING: ("refresh", "info"),
    State.UNREADABLE: ("circle-x", "bad"),
    State.CHECKING: ("refresh", "info"),
    State.CHECKED: ("list-check", "info"),
    State.READY: ("circle-dashed", "info"),
    State.RUNNING: ("player-play", "info"),
    State.PAUSED: ("player-pause", "warn"),
    State.CANCELLED: ("x", ""),
}
BADGES = {State.WAITING: "waiting", State.REJECTED: "rejected"}


@dataclass(frozen=True)
class Standing:
    """How a state looks: a badge with fixed words, or a word with icon and tone."""

    badge: str = ""
    word: str = ""
    icon: str = ""
    tone: str = ""


def standing_of(operation: Operation) -> Standing:
    """The badge of its state. *Done* alone would promise that every row is, so an end is called an end."""
    state = State(operation.state)
    if operation.is_stopping:
        return Standing(word=_("Stopping"), icon="player-pause", tone="warn")
    if state in BADGES:
        return Standing(BADGES[state])
    if state == State.DONE:
        return Standing(word=_("Ended"), icon="flag")
    icon, tone = LOOKS[state]
    return Standing(word=str(state.label), icon=icon, tone=tone)


def found_of(request: HttpRequest, pk: int) -> Operation:
    """The operation if this person may see it; otherwise there is none."""
    seen = Operation.objects.visible_to(person_of(request)).filter(pk=pk)
    found = seen.select_related("file", "store", "rerun_of", "requested_by").first()
    if found is None:
        raise Http404
    return found


def kind_of(operation: Operation) -> Kind:
    """Its kind; 404 for one that this version of the console does not have any more."""
    return kind_named(operation.kind)


def kind_named(code: str) -> Kind:
    """The kind an address names, or 404."""
    try:
        return kinds.named(code)
    except LookupError:
        raise Http404 from None


def is_exported(operation: Operation, kind: Kind) -> bool:
    """Whether its rows have made a file together that is there and whole."""
    made = kind.export is not None and operation.state == State.DONE and operation.emptied_at is None
    return made and not Item.objects.filter(operation=operation).exclude(state=ItemState.DONE).exists()


def made_of(operation: Operation) -> StoredFile | None:
    """What the file is called that its rows made together, its size and SHA-256, where a row made that known."""
    return operation.made.filter(name__startswith=f"{operation.number}.").first()


def may_steer(user: User, operation: Operation, kind: Kind) -> bool:
    """Whether this person may start and stop it."""
    return user.has_perm(kind.permission, operation.store)


def may_read_rows(request: HttpRequest, operation: Operation, kind: Kind) -> None:
    """Rows hold what customers gave: only for those who work with them. Raises MissingPermission"""
    if not may_steer(person_of(request), operation, kind):
        raise MissingPermission(kind.permission)


@dataclass(frozen=True)
class Said:
    """What an answer says above a page or in a dialog: the error behind it, with a title."""

    title: str
    error: ConsoleError

    @property
    def tone(self) -> str:
        """Amber for what has changed meanwhile, red for a no."""
        return "warn" if self.error.http_status == 409 else "bad"
