"""Tells people how an act ended whose outcome nobody knew when they left it."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from apps.operations.acts.rows import ActRow, ActState
from apps.operations.counters import STARTED, UNREAD, may_list
from apps.operations.models import Notice
from apps.staff.counting import waiting
from apps.staff.models import User

SHOWN = 3
KEPT_FOR = timedelta(days=30)
UNCLEAR = (ActState.UNKNOWN, ActState.PERSON)


@dataclass(frozen=True)
class Shown:
    """What a page shows at its edge.

    rows      the newest notices;  more  how many others there are
    watching  whether the page goes on asking: an act is not settled, or a notice not dismissed
    listed    whether the person may open the page where the others are
    """

    rows: list[Notice] = field(default_factory=list)
    more: int = 0
    watching: bool = False
    listed: bool = False

    @property
    def seen(self) -> str:
        """Names this state, so that a page is told only what is new to it."""
        newest = self.rows[0].pk if self.rows else 0
        return f"{newest}.{len(self.rows) + self.more}"


def tell(*, user_id: int | None, words: str, url: str, level: str = Notice.Level.OK) -> None:
    """A notice for this person, inside the transaction that settles the act; nobody is told when it is undone.

    A program is told nothing here, nor who answers for it: it reads what became of its act where it was sent to look,
    or from a webhook, and a shop's thousand acts would bury what that person has to see.

    words  one sentence without anything personal: numbers, amounts, masked customers
    """
    if user_id is not None and User.objects.people().filter(pk=user_id).exists():
        Notice.objects.create(user_id=user_id, level=level, words=words[:300], url=url)


def tell_end(act: ActRow, *, was: str, about: str, url: str, user_id: int | None = None) -> None:
    """Tell who set the act off how it ended, if they left it without knowing; otherwise nothing.

    was      its state before;  about  names it without anything personal: "GR-10418, 500 points"
    user_id  whom to tell, when it is not the person in whose name it was sent
    """
    unclear = was in UNCLEAR or act.looks > 0
    # Hundreds of notices of a file's rows would bury all others, and the operation tells of its own end.
    if act.is_open or not unclear or act.is_of_a_file:
        return
    done = act.state == ActState.DONE
    words = _("It took place: %(about)s.") if done else _("It did not take place: %(about)s.")
    tell(
        user_id=act.actor.get("user_id") or user_id,
        words=words % {"about": about},
        url=url,
        level=Notice.Level.OK if done else Notice.Level.BAD,
    )


def dismiss(*, user: User, pk: int | None = None) -> int:
    """Mark one of the person's notices as read, or all; returns how many were not."""
    rows = Notice.objects.unread_of(user)
    return (rows if pk is None else rows.filter(pk=pk)).update(read_at=timezone.now())


def dismiss_about(*, user: User, url: str) -> None:
    """The person has just been told on the page itself what became of the act at this address."""
    Notice.objects.unread_of(user).filter(url=url).update(read_at=timezone.now())


def shown_to(request: HttpRequest, most: int = SHOWN) -> Shown:
    """For the person of this click. No query beyond the navigation's, unless there is a notice."""
    counts = waiting(request)
    unread = counts[UNREAD].count if UNREAD in counts else 0
    started = counts[STARTED].count if STARTED in counts else 0
    if not unread or not isinstance(request.user, User):
        return Shown(watching=bool(started))
    rows = list(Notice.objects.unread_of(request.user)[:most])
    return Shown(rows, max(0, unread - len(rows)), watching=True, listed=may_list(request.user))


def begin_watching(response: HttpResponse) -> HttpResponse:
    """For an answer to htmx after which an act is not known yet: the page begins to ask for notices."""
    return trigger_client_event(response, "lc:watch")


def prune() -> int:
    """Sweep: delete what is older than a month, read or not; returns how many."""
    deleted, _by_model = Notice.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
    return deleted
