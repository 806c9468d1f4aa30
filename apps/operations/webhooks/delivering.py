"""One delivery: claimed, asked in a thread, and taken down. At least once, with growing pauses for three days, then it
is parked."""

import logging
import time
from datetime import datetime, timedelta

import urllib3
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.actor import system_actor
from apps.audit.services import record
from apps.core.errors import BadInput
from apps.operations.webhooks import reaching, signing, telling
from apps.operations.webhooks.rows import Delivery, Endpoint

log = logging.getLogger("console.operations")

PAUSES = (
    *(timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30)),
    *(timedelta(hours=1), timedelta(hours=3), timedelta(hours=6), timedelta(hours=12)),
)
GIVEN_UP_AFTER = timedelta(days=3)
# A worker that dies lets go after this; longer than one request may take.
CLAIMED_FOR = timedelta(seconds=60)
GONE = 410
NO_ANSWER = gettext_lazy("No answer in time.")
# Its status, if there was one, and what came of it in a sentence.
Answer = tuple[int | None, str]


def claimed(one: Delivery) -> bool:
    """Only one worker sends; who was killed at it is followed by another, and the message may come twice. An endpoint
    that was switched off or removed since the run began is asked no more."""
    same = Delivery.objects.filter(pk=one.pk, state=Delivery.State.WAITING, next_try_at=one.next_try_at)
    # A subquery and no join: what tells two workers apart stands in the row that both want to write.
    listening = same.filter(endpoint__in=Endpoint.objects.listening())
    return bool(listening.update(next_try_at=timezone.now() + CLAIMED_FOR))


def asked(one: Delivery) -> Answer:
    """Make the request, in a thread: status and sentence; what an address or a server says of itself is not in it."""
    try:
        secret = signing.sealer.unseal(one.endpoint.secret)
        signed = signing.headers(secret, message_id=one.message_id, timestamp=int(time.time()), body=one.body)
        status = reaching.post(one.endpoint.url, one.body, signed)
    except BadInput as error:
        return None, error.message[:200]
    except (TimeoutError, urllib3.exceptions.TimeoutError):
        return None, str(NO_ANSWER)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        log.info("A webhook could not be sent (%s).", type(error).__name__)
        return None, _("No connection, or it broke.")
    except ValueError:
        return None, _("The secret cannot be opened any more: remove the endpoint and add it again.")
    return status, _("Answered %(status)s.") % {"status": status}


def take_down(one: Delivery, status: int | None, words: str) -> bool:
    """Keep what came of the request of a claimed delivery; True when it arrived."""
    arrived = status is not None and 200 <= status < 300
    now = timezone.now()
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=one.endpoint_id)
        kept = Delivery.objects.select_for_update(no_key=True).filter(pk=one.pk).first()
        # The endpoint may have been removed meanwhile, and its messages with it.
        if kept is None or kept.state != Delivery.State.WAITING:
            return arrived
        kept.tries, kept.tried_at, kept.status, kept.words = kept.tries + 1, now, status, words
        if arrived:
            kept.state = Delivery.State.DONE
            endpoint.failing_since, endpoint.last_ok_at = None, now
        else:
            endpoint.failing_since = endpoint.failing_since or now
            _put_off(kept, now)
        kept.save()
        endpoint.save(update_fields=["failing_since", "last_ok_at"])
        if not arrived:
            _give_up(endpoint, status, now)
    return arrived


def _put_off(kept: Delivery, now: datetime) -> None:
    pause = PAUSES[min(kept.tries, len(PAUSES)) - 1]
    if now + pause - kept.begun_at > GIVEN_UP_AFTER:
        kept.state = Delivery.State.PARKED
    else:
        kept.next_try_at = now + pause


def _give_up(endpoint: Endpoint, status: int | None, now: datetime) -> None:
    """Off when it says that it is gone, or nothing has arrived for three days; what waits is parked."""
    silent = endpoint.failing_since is not None and now - endpoint.failing_since >= GIVEN_UP_AFTER
    if endpoint.off_at is not None or not (silent or status == GONE):
        return
    endpoint.off_at = now
    endpoint.off_words = (
        _("It says that it is gone.") if status == GONE else _("Nothing arrived for three days.")
    )
    endpoint.save(update_fields=["off_at", "off_words"])
    telling.switched_off(endpoint)
    waiting = endpoint.deliveries.filter(state=Delivery.State.WAITING)
    parked = waiting.update(state=Delivery.State.PARKED)
    record(
        "operations.webhook_gave_up",
        actor=system_actor("Webhooks"),
        outcome="not_done",
        subject=endpoint.name,
        details={"why": endpoint.off_words, "parked": parked},
    )
