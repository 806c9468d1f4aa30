"""The only Celery tasks: thin doorbells that look into the rows."""

from celery import shared_task

from apps.core.context import new_reference, use_reference
from apps.operations import leases, sweeps
from apps.operations.heartbeats import beat_once
from apps.operations.models import Heartbeat
from apps.operations.work import looking


@shared_task(name="operations.sweep")
def sweep(name: str) -> None:
    """Run one registered sweep, unless another worker does. Every run has a reference of its own."""
    with use_reference(new_reference()):
        leases.run(sweeps.named(name))


@shared_task(name="operations.heartbeat")
def heartbeat() -> None:
    """Note that a worker hears the clock."""
    beat_once(Heartbeat.Name.WORKER)


@shared_task(name="operations.look_at_chunk")
def look_at_chunk(chunk_id: int) -> None:
    """Work on a chunk of long work, if it still waits, and on others while there is time."""
    looking.look(chunk_id)
