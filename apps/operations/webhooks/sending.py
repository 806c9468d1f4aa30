"""The sweep that sends what is due: whose turn it is, and how many are asked at once."""

import random
import time
from collections import deque
from collections.abc import Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread

from django.utils import timezone

from apps.operations.webhooks import reaching
from apps.operations.webhooks.delivering import NO_ANSWER, Answer, asked, claimed, take_down
from apps.operations.webhooks.rows import Delivery, Endpoint

KEPT_FOR = timedelta(days=30)
# Of one endpoint in a run; how many endpoints are asked at the same moment; how long a run begins new requests.
MOST_OF_ONE, AT_ONCE, SECONDS = 100, 8, 20.0
# Those that failed last never hold all places, so that who is well is not behind them; and one place is theirs, so that
# they find out that they are well again.
FAILING_AT_ONCE, FAILING_ALWAYS = AT_ONCE // 2, 1
# Only looking up a name can outlive the deadline of a delivery; nobody waits for that, and it holds no place.
GRACE_SECONDS = 2.0


@dataclass(eq=False)
class _Turn:
    """What is due to one endpoint, in its order, and the one that is on its way."""

    endpoint: Endpoint
    due: Iterator[Delivery]
    one: Delivery | None = None
    given_up_at: float = 0.0

    @property
    def fails(self) -> bool:
        return self.endpoint.failing_since is not None


def send_due() -> int:
    """Sweep: how many requests were made. Each endpoint is asked one message at a time, some endpoints beside each
    other and in turn: neither how much waits for one nor how slow it is holds up the others.

    Only the requests run in threads; every row is read and written here.
    """
    ends_at, sent, under_way = time.monotonic() + SECONDS, 0, dict[Future[Answer], _Turn]()
    turns = _turns()
    while turns or under_way:
        if time.monotonic() > ends_at:
            turns.clear()
        while turn := _next(turns, under_way.values()):
            turn.one = next((one for one in turn.due if claimed(one)), None)
            if turn.one is not None:
                under_way[_begun(turn.one)] = turn
                turn.given_up_at = time.monotonic() + reaching.SECONDS + GRACE_SECONDS
                sent += 1
        turns.extend(_answered(under_way))
    return sent


def _turns() -> deque[_Turn]:
    """Every endpoint to which something is due, by chance, so that nobody is always behind the same one."""
    due = Delivery.objects.due(timezone.now())
    endpoints = list(Endpoint.objects.filter(pk__in=due.order_by().values("endpoint")))
    random.shuffle(endpoints)
    return deque(_Turn(one, iter(due.filter(endpoint=one)[:MOST_OF_ONE])) for one in endpoints)


def _next(turns: deque[_Turn], busy: Collection[_Turn]) -> _Turn | None:
    """Whose turn it is, if there is a place: who is well first, but for the one place of those that failed, and of
    these only so many at once."""
    if len(busy) >= AT_ONCE:
        return None
    well = next((one for one in turns if not one.fails), None)
    failed = next((one for one in turns if one.fails), None)
    most = FAILING_ALWAYS if well else FAILING_AT_ONCE
    found = failed if failed and sum(one.fails for one in busy) < most else well
    if found is not None:
        turns.remove(found)
    return found


def _begun(one: Delivery) -> Future[Answer]:
    """The request, on its way. Its thread is its own: one that hangs at a name keeps none from the next, and when it
    comes back it has no time left to send anything. None keeps the process from ending."""
    answer = Future[Answer]()

    def ask() -> None:
        try:
            answer.set_result(asked(one))
        except BaseException as error:
            answer.set_exception(error)

    Thread(target=ask, name="webhook", daemon=True).start()
    return answer


def _answered(under_way: dict[Future[Answer], _Turn]) -> Iterator[_Turn]:
    """Waits for the first answer and takes down what has come; gives those whose message arrived another turn. When one
    fails, the rest of its endpoint waits for another run."""
    if not under_way:
        return
    patience = min(one.given_up_at for one in under_way.values()) - time.monotonic()
    wait(under_way, timeout=max(0.0, patience), return_when=FIRST_COMPLETED)
    for future, turn in list(under_way.items()):
        late = time.monotonic() > turn.given_up_at
        if turn.one is None or not (future.done() or late):
            continue
        del under_way[future]
        status, words = future.result() if future.done() else (None, str(NO_ANSWER))
        if take_down(turn.one, status, words):
            yield turn


def forget_old() -> int:
    """Sweep: deletes messages after 30 days, those that still wait excepted."""
    old = Delivery.objects.filter(made_at__lt=timezone.now() - KEPT_FOR)
    deleted, _by_model = old.exclude(state=Delivery.State.WAITING).delete()
    return int(deleted)
