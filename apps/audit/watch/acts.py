"""What the watch reads of an entry: columns only, and which actions only read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from apps.audit.actions import action_named
from apps.audit.models import Entry

COLUMNS = (
    "id",
    "at",
    "action",
    "outcome",
    "actor_id",
    "actor_name",
    "store_code",
    "channel",
    "customer",
    "subject",
)
# Acts of people themselves: the rows of a file were judged when it was approved, and the system has no hours.
BY_HAND = ("screen", "api")
# Last words of the names of actions after which nothing is otherwise than before.
ONLY_READ = frozenset(
    {
        "looked_up",
        "viewed",
        "opened",
        "form_opened",
        "followed",
        "revealed",
        "checked",
        "downloaded",
        "glass_asked",
        "glass_broken",
        "refused",
    }
)
# Families that are about the console and its trail, and not about its work.
APART = frozenset({"access", "call", "trail", "watch"})


@dataclass(frozen=True, slots=True)
class Act:
    """One entry, as light as it can be: no payload."""

    id: int
    at: datetime
    action: str
    outcome: str
    actor_id: int | None
    actor_name: str
    store_code: str
    channel: str
    customer: str
    subject: str

    @property
    def by_hand(self) -> bool:
        """True for what a person with an account did themselves."""
        return self.actor_id is not None and self.channel in BY_HAND

    @property
    def is_look(self) -> bool:
        """True when it brought a customer onto the screen, or tried to."""
        return self.action in ("customer.looked_up", "customer.viewed")

    @property
    def is_work(self) -> bool:
        """True when it belongs to the work with customers, points and rules, looking included."""
        known = action_named(self.action)
        return (known.family if known else "") not in APART and self.outcome != "refused"

    @property
    def does_something(self) -> bool:
        """True when something was done and not only read."""
        return self.is_work and not only_reads(self.action)


def only_reads(action: str) -> bool:
    """Whether nothing is otherwise after an action of this name. What moves points never only reads."""
    known = action_named(action)
    return not (known and known.moves) and action.rpartition(".")[2] in ONLY_READ


def details_of(entry: Entry) -> dict[str, Any]:
    """The details of an entry; nothing for one whose bytes somebody has altered: it must not stop the watch."""
    try:
        return dict(entry.content["details"])
    except (ValueError, KeyError, TypeError):
        return {}


def acts_in(entries: QuerySet[Entry], most: int) -> list[Act]:
    """The newest acts among these entries, so many at most, oldest first; outside calls are left out."""
    newest = entries.filter(call_id="").order_by("-id").values_list(*COLUMNS)[:most]
    return [Act(*row) for row in newest][::-1]
