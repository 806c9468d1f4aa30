"""What the clock rings for: one entry per sweep and one heartbeat."""

from typing import Any

from celery import current_app

from apps.operations import sweeps

HEARTBEAT_SECONDS = 15.0


def entries() -> dict[str, dict[str, Any]]:
    """Celery's beat schedule. A ring nobody hears before the next one is thrown away."""
    rings = {
        f"sweep {one.name}": ring("operations.sweep", one.every_seconds, one.name)
        for one in sweeps.registered()
    }
    return rings | {"heartbeat": ring("operations.heartbeat", HEARTBEAT_SECONDS)}


def ring(task: str, seconds: float, *args: str) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "args": args, "options": {"expires": seconds}}


def install() -> None:
    """Hand the schedule to Celery once every room has registered its sweeps."""
    current_app.conf.beat_schedule = entries()
