"""A sealed trail, and settings that name a sink."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.audit.log import sealer
from apps.audit.models import StreamCursor
from apps.audit.services import record
from apps.audit.streaming import pushing, sinks
from tests.audit.conftest import EMAIL, MOBILE


@pytest.fixture
def written(db, asha, settings, tmp_path):
    """Write and seal so many entries about one customer."""
    settings.VAR_DIR = tmp_path

    def write(count, **values):
        for number in range(count):
            told = {
                "customer": "4417",
                "reason": f"number {number} for {EMAIL}",
                "details": {"field": "mobile"},
                "identifiers": [("mobile", MOBILE), ("email", EMAIL)],
            }
            record("customer.revealed", actor=asha, **(told | values))
        sealer.seal_all()

    return write


@pytest.fixture
def stream(settings):
    """Set a sink up; returns it."""

    def configure(**values):
        settings.AUDIT_STREAM = settings.AUDIT_STREAM | values
        (found,) = sinks.configured()
        return found

    return configure


@pytest.fixture
def push():
    """One push of a worker, as if the pause before it were over."""

    def go(sink, holder="one", *, waited=True):
        if waited:
            StreamCursor.objects.update(again_at=timezone.now() - timedelta(seconds=1))
        return pushing.push(sink, holder)

    return go
