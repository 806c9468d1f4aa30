"""The console's Celery application with a kind of long work more, and leases that run out soon."""

import os

import django

django.setup()

from apps.operations import schedule, sweeps  # noqa: E402
from apps.operations.work import claims, dispatching, kinds  # noqa: E402
from console.celery import app  # noqa: E402
from tests.operations.note_kind import NOTES  # noqa: E402

__all__ = ["app"]

kinds.register(NOTES)
# The test rings in a house of its own: its messages count as lost.
dispatching.HEARD_WITHIN_SECONDS = 3
claims.LEASE_SECONDS = float(os.environ.get("TEST_LEASE_SECONDS", "3"))
# A worker killed in the middle of a ring must not keep the test waiting.
ringing = sweeps.named("operations.dispatch")
sweeps._sweeps[ringing.name] = sweeps.Sweep(ringing.name, ringing.run, 0.2, lease_seconds=2)
schedule.install()
