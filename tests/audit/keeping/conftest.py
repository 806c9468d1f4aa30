"""A trail that is two years old, with entries of each class, and a folder for archives."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from apps.audit.keeping.keeping import keep_house
from apps.audit.log import sealer, verifying
from apps.audit.models import Entry, Verification
from apps.audit.recorder import CallRecorder
from apps.audit.services import record
from tests.audit.conftest import answered_call, sent_call

LONG_AGO = datetime(2024, 3, 14, 9, 30, tzinfo=UTC)


class House:
    """Writes old entries, seals them, keeps house, verifies."""

    def __init__(self, actor, monkeypatch):
        self.actor, self._patch = actor, monkeypatch

    @contextmanager
    def at(self, moment):
        with self._patch.context() as patch:
            patch.setattr(timezone, "now", lambda: moment)
            yield

    def write(self, *, calls=0, looks=0, acts=0, at=LONG_AGO, seal=True):
        with self.at(at):
            for number in range(max(calls, looks, acts)):
                if number < calls:
                    recorder, sent = CallRecorder(self.actor), sent_call()
                    recorder.sent([sent])
                    recorder.answered([answered_call(sent)])
                if number < looks:
                    record("customer.viewed", actor=self.actor, customer="4417")
                if number < acts:
                    record(
                        "customer.revealed",
                        actor=self.actor,
                        customer="4417",
                        reason=f"number {number}",
                        identifiers=[("mobile", "+91 5550 004417")],
                    )
        if seal:
            sealer.seal_all()

    def keep(self, times=1):
        """Each time like the sweep, with the sealer behind it."""
        done = 0
        for _time in range(times):
            done += keep_house()
            sealer.seal_all()
        return done

    def verify(self):
        return verifying.go_on(Verification.objects.create())

    def left(self, *actions):
        return Entry.objects.filter(action__in=actions).count()


@pytest.fixture
def house(transactional_db, asha, settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    settings.AUDIT_ARCHIVE_DIR = tmp_path / "archive"
    settings.AUDIT_KEEP_DAYS = {"calls": 400, "looks": 400, "acts": 2_555}
    return House(asha, monkeypatch)
