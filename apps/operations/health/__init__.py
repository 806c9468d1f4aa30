"""What the health page says about each part: a word, a sentence, never a secret."""

from collections.abc import Callable

from apps.operations.health.access_review import access_review
from apps.operations.health.calls import open_calls, outside
from apps.operations.health.check import Check
from apps.operations.health.processes import broker, clock, database, sweeps, worker
from apps.operations.health.sealing import sealing
from apps.operations.health.second_person import second_person
from apps.operations.health.streams import streams
from apps.operations.health.webhooks import webhooks
from apps.operations.health.work import long_work

CHECKS: tuple[Callable[[], Check], ...] = (
    outside,
    open_calls,
    sealing,
    database,
    broker,
    worker,
    clock,
    sweeps,
    long_work,
    streams,
    webhooks,
    second_person,
    access_review,
)


def checks() -> list[Check]:
    """Every part: first what people's work leans on, then the machinery."""
    return [one() for one in CHECKS]
