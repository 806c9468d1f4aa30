"""A person looks at an item and says what it was. Nothing else follows."""

from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.guard import Guard
from apps.audit.models import WatchItem
from apps.audit.services import record
from apps.core.errors import BadInput, Conflict, Refused
from apps.core.words import needed

MARK = "staff.mark_watch"
LONGEST = 500


class Person(Protocol):
    """The account that looks, as far as this room needs to know it."""

    pk: int
    name: str

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        """True when any of the person's roles allows it."""


def mark_looked_at(*, actor: Actor, user: Person, item: WatchItem, note: str) -> WatchItem:
    """Say what came of looking.

    Raises: Refused without the permission, or for the person it is about, and Conflict when somebody marked it
            already: an entry too; BadInput (note), also for addresses and numbers of people; TraceUnavailable
    """
    if refusal := why_not_mark(user, item):
        _not_marked(actor, item, refusal)
        raise Refused(refusal)
    words = needed(note, LONGEST, "note", missing=_("Say what you found."))
    if Guard(strict=True).text(words) != words:
        # The trail would mask it, and the item would keep it in full where no erasure looks for it.
        raise BadInput(
            _("Leave addresses, numbers and codes out of it: the entries beside it say whose they are."),
            field="note",
        )
    try:
        return _marked(actor, user, item, words)
    except Conflict as error:
        _not_marked(actor, item, error.message)
        raise


def _marked(actor: Actor, user: Person, item: WatchItem, words: str) -> WatchItem:
    with transaction.atomic():
        kept = WatchItem.objects.select_for_update().get(pk=item.pk)
        if kept.looked_at is not None:
            raise Conflict(
                _("%(name)s looked at it already.") % {"name": kept.looked_by_name},
                next_step=_("Load the page again."),
            )
        kept.looked_at, kept.looked_by_id, kept.looked_by_name = timezone.now(), user.pk, user.name
        kept.note = words
        kept.save(update_fields=["looked_at", "looked_by", "looked_by_name", "note", "changed_at"])
        record(
            "watch.item.looked_at",
            actor=actor,
            subject=kept.number,
            reason=words,
            details={"rule": kept.rule, "about": kept.about, "evidence": kept.evidence.get("total", 0)},
        )
    return kept


def _not_marked(actor: Actor, item: WatchItem, words: str) -> None:
    record("watch.item.not_marked", actor=actor, outcome="refused", subject=item.number, reason=words)


def why_not_mark(user: Person, item: WatchItem) -> str:
    """Why this person may not mark it, "" when they may."""
    if not user.has_perm(MARK):
        return _("Only auditors say what was found.")
    if item.actor_id is not None and item.actor_id == user.pk:
        return _("It is about you. Somebody else has to look at it.")
    if item.evidence.get("behind") == user.pk:
        return _("You answer for this program. Somebody else has to look at it.")
    return ""
