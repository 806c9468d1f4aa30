"""What can be told, and writing it down in the transaction of the event: no event without its message, and none without
its event."""

import json
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.operations.webhooks.rows import Delivery, Endpoint

GOODWILL_DECIDED = "goodwill.decided"
UNKNOWN_SETTLED = "unknown.settled"
OPERATION_FINISHED = "operation.finished"

EVENTS: dict[str, Promise] = {
    GOODWILL_DECIDED: _("Goodwill was approved or rejected"),
    UNKNOWN_SETTLED: _("What was not known yet is known"),
    OPERATION_FINISHED: _("An operation has ended"),
}


def in_words(endpoint: Endpoint) -> list[str]:
    """The events it is told of, as people read them."""
    return [str(EVENTS[name]) for name in EVENTS if name in endpoint.events]


def tell(event: str, **data: Any) -> int:
    """Write a message for every endpoint that listens, in the caller's transaction; how many there are.

    data  ids of the console's own rows, states and counts. Nothing that names a customer or anybody else.
    """
    if event not in EVENTS:
        raise LookupError(f"Nobody can listen to {event!r}.")
    endpoints = [one for one in Endpoint.objects.listening().only("pk", "events") if event in one.events]
    if not endpoints:
        return 0
    body = json.dumps({"type": event, "timestamp": timezone.now().isoformat(), "data": data})
    Delivery.objects.bulk_create(Delivery(endpoint=one, event=event, body=body) for one in endpoints)
    return len(endpoints)
