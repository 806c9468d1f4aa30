"""How a row's end is written down, and what it gives back."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from apps.audit.canonical import plain
from apps.operations.models import Item
from apps.operations.models.items import seal_output
from apps.operations.work.kinds import Kind, Outcome
from apps.operations.work.states import ItemState

LOOK_AFTER = (2, 5, 10, 30, 60, 300, 600)


def note(item: Item, kind: Kind, outcome: Outcome) -> None:
    """Inside a transaction: the row ends, or stands open as not known. One that is not done has to `give_back`."""
    now = timezone.now()
    state = ItemState(outcome.state)
    output = dict(plain(dict(outcome.output)))
    values: dict[str, Any] = {
        "state": state,
        "words": outcome.words[:300],
        "code": outcome.code[:20],
        "ended_at": now,
        "look_at": next_look(item.looks, now) if state == ItemState.UNKNOWN and kind.follow else None,
        "looks": item.looks,
    }
    if outcome.act_reference:
        values["act_reference"] = outcome.act_reference[:40]
    if output:
        values["output"] = {} if outcome.personal else output
        values["output_sealed"] = seal_output(output) if outcome.personal else ""
    for name, value in values.items():
        setattr(item, name, value)
    Item.objects.filter(pk=item.pk).update(**values)


def give_back(item: Item, kind: Kind) -> None:
    """Inside a transaction: limits and budgets that this row took for nothing, once."""
    if not item.operation.taken or kind.give_back is None:
        return
    if Item.objects.filter(pk=item.pk, given_back=False).update(given_back=True):
        kind.give_back(item.operation, item)


def next_look(looks: int, now: datetime) -> datetime:
    """When what became of a row that is not known is looked at again."""
    return now + timedelta(seconds=LOOK_AFTER[min(looks, len(LOOK_AFTER) - 1)])
