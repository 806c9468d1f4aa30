"""How long a session lasts: locked after some minutes without use, over after some hours."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import InternalError, OperationalError, transaction
from django.http import HttpRequest
from django.utils import timezone

from apps.staff.access import View
from apps.staff.models import User
from apps.staff.session_models import OpenSession
from apps.staff.sessions.store import longest

log = logging.getLogger("console.staff")
V = TypeVar("V", bound=View)

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
# How long before the end it is told.
TOLD_BEFORE = timedelta(minutes=5)
NOT_USE = "is_not_use"
TELLS = "tells_use"
# Scripts say how long ago somebody last touched page or keys.
IDLE_HEADER = "X-Idle-Seconds"


@dataclass(frozen=True)
class Standing:
    """Where the session of a signed-in person stands at this moment."""

    row: OpenSession
    person_id: int
    since: datetime

    @property
    def opening(self) -> str:
        """Which signing-in this is."""
        return self.row.opening

    @property
    def locks_at(self) -> datetime:
        """When it locks unless it is used before."""
        return self.row.used_at + idle()

    @property
    def is_locked(self) -> bool:
        """Whether it waits for the password."""
        return timezone.now() >= self.locks_at

    @property
    def ends_at(self) -> datetime:
        """When it is over whatever is done."""
        return self.since + longest()

    @property
    def is_ending(self) -> bool:
        """Whether it is over soon."""
        return timezone.now() >= self.ends_at - TOLD_BEFORE


def idle() -> timedelta:
    """After so long without use a page is locked."""
    return timedelta(minutes=settings.CONSOLE_IDLE_MINUTES)


def standing_of(request: HttpRequest) -> Standing | None:
    """None for strangers and programs. Reads nothing that signing in has not read already."""
    user = request.user
    session = getattr(request, "session", None)
    row: OpenSession | None = getattr(session, "row", None)
    if not isinstance(user, User) or row is None or row.since is None:
        return None
    return Standing(row, user.pk, row.since)


def not_use(view: V) -> V:
    """Mark a view that pages ask by themselves."""
    setattr(view, NOT_USE, True)
    return view


def tells_use(view: V) -> V:
    """Mark a view by which pages say when they were last used: what it is told counts to the second."""
    setattr(view, TELLS, True)
    return view


def used_at(request: HttpRequest, view: View) -> datetime | None:
    """When a person was last behind this request; None when nobody was. What htmx sends may be a poll: it counts
    when somebody was at the page within the last minute, and from the moment they were."""
    if hasattr(view, NOT_USE):
        return None
    now = timezone.now()
    if not getattr(request, "htmx", False):
        return now
    told = request.headers.get(IDLE_HEADER, "")
    if not (told.isascii() and told.isdecimal() and len(told) < 5):
        return None
    ago = timedelta(seconds=int(told))
    return now - ago if hasattr(view, TELLS) or ago < MINUTE else None


def use(standing: Standing, at: datetime, *, least: timedelta = MINUTE) -> None:
    """Write down that it was used then, unless what is written is nearer than `least`. A session that has locked
    meanwhile stays so."""
    if at - standing.row.used_at < least:
        return
    still_open = timezone.now() - idle()
    rows = OpenSession.objects.filter(pk=standing.row.pk, used_at__gt=still_open, used_at__lte=at - least)
    try:
        with transaction.atomic():
            rows.update(used_at=at)
    except (OperationalError, InternalError):
        # Reading goes on while nothing can be written.
        log.warning("The last use of a session could not be written.")
    standing.row.used_at = at
