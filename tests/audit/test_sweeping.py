"""Calls without a second half are closed: each once, none too early, whatever else is down."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection

from apps.audit import sweeping
from apps.audit.models import Entry, SweepMark
from apps.audit.recorder import CallRecorder
from apps.audit.sweeping import close_open_calls
from tests.audit.conftest import answered_call, sent_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def recorder(asha):
    return CallRecorder(asha)


@pytest.fixture
def all_due(settings):
    """A deadline an hour before the call: whatever was sent is overdue."""
    settings.CAPILLARY = settings.CAPILLARY | {"deadline_seconds": -3600}


def test_the_sweeper_leaves_calls_that_may_still_be_answered(recorder, reference):
    recorder.sent([sent_call()])
    assert close_open_calls() == 0


def test_the_sweeper_closes_each_open_call_once(recorder, reference, all_due):
    done, lost, again = sent_call(), sent_call(write=True, customer_id="4417"), sent_call()
    recorder.sent([done, lost, again])
    recorder.answered([answered_call(done)])
    assert close_open_calls() == 2
    assert close_open_calls() == 0
    closed = Entry.objects.get(action="call.unanswered", call_id=lost.call_id)
    assert (closed.outcome, closed.actor_role, closed.reference, closed.customer) == (
        "unknown", "System", reference, "4417"
    )  # fmt: skip


def test_a_mark_that_is_gone_only_costs_a_longer_look(recorder, reference, all_due):
    recorder.sent([sent_call(), sent_call()])
    assert close_open_calls() == 2
    SweepMark.objects.all().delete()
    recorder.sent([sent_call()])
    assert close_open_calls() == 1
    assert close_open_calls() == 0


def test_the_mark_moves_over_what_is_closed_for_good(recorder, reference, all_due, monkeypatch):
    monkeypatch.setattr(sweeping, "SLACK", timedelta())
    recorder.sent([sent_call(), sent_call()])
    close_open_calls()
    assert SweepMark.objects.get().entry_id == Entry.objects.filter(action="call.sent").latest("id").pk
    recorder.sent([sent_call()])
    assert close_open_calls() == 1


def test_the_sweeper_needs_no_cache_and_believes_none(recorder, reference, all_due, settings):
    """A shared cache may be away, or remember another database than this one."""
    cache.set("audit:calls-closed-up-to", 10**9, timeout=None)
    recorder.sent([sent_call()])
    assert close_open_calls() == 1
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9/0",
        }
    }
    recorder.sent([sent_call()])
    assert close_open_calls() == 1


def test_a_call_that_may_still_wait_for_its_turn_is_left_alone(recorder, reference, settings):
    """Bulk work waits up to a minute for its turn after its intent is stored."""
    settings.CAPILLARY = settings.CAPILLARY | {"deadline_seconds": 20 - 2 * 40}
    recorder.sent([sent_call()])
    assert close_open_calls() == 0


def test_second_halves_are_found_by_an_index(recorder, reference):
    """On SQLite, whose plan does not depend on how many rows there are; quadratic without it."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads small tables whole")
    plan = Entry.objects.all().without_second_half().explain()
    assert "entry_call" in plan
