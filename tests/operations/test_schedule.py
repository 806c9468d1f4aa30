"""What the clock rings for, and the housekeeping behind it."""

import json
import os
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from celery import current_app
from django.utils import timezone

from apps.operations import heartbeats, housekeeping, schedule, sweeps, tasks  # noqa: F401  (Celery knows them then)
from apps.operations.models import Heartbeat
from apps.staff.session_models import OpenSession


def test_the_clock_rings_for_every_sweep_and_for_the_heartbeat():
    entries = schedule.entries()
    assert {one["args"] for one in entries.values() if one["task"] == "operations.sweep"} == {
        (sweep.name,) for sweep in sweeps.registered()
    }
    assert entries["heartbeat"]["task"] == "operations.heartbeat"
    assert {"close_open_calls", "clear_sessions", "clear_sign_in_attempts"} <= {
        sweep.name for sweep in sweeps.registered()
    }


def test_a_ring_nobody_hears_is_thrown_away():
    for entry in schedule.entries().values():
        assert entry["options"]["expires"] == entry["schedule"]


def test_celery_has_the_schedule_and_arguments_are_plain():
    assert current_app.conf.beat_schedule.keys() == schedule.entries().keys()
    for entry in current_app.conf.beat_schedule.values():
        assert json.loads(json.dumps(entry["args"])) == list(entry["args"])
        assert entry["task"] in current_app.tasks


def test_old_sessions_go_and_living_ones_stay(client_as, agent, manager):
    client_as(agent)
    OpenSession.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    stays = client_as(manager)
    housekeeping.clear_sessions()
    assert OpenSession.objects.count() == 1
    assert stays.get("/account/").status_code == 200


def test_old_sign_in_attempts_go_and_counting_ones_stay(client, agent):
    for _ in range(2):
        client.post("/sign-in/", {"username": agent.email, "password": "wrong"})
    client.post("/sign-in/", {"username": "other@example.com", "password": "wrong"})
    AccessAttempt.objects.filter(username="other@example.com").update(
        attempt_time=timezone.now() - timedelta(minutes=16)
    )
    assert housekeeping.clear_sign_in_attempts() == 1
    assert AccessAttempt.objects.get().username == agent.email


def test_a_heartbeat_is_one_row_per_machine_and_old_machines_are_forgotten(db):
    Heartbeat.objects.create(name="worker", hostname="long-gone", at=timezone.now() - timedelta(days=2))
    heartbeats.beat_once(Heartbeat.Name.WORKER)
    heartbeats.beat_once(Heartbeat.Name.WORKER)
    row = Heartbeat.objects.get()
    assert row.hostname == os.uname().nodename[:120]
    assert timezone.now() - row.at < timedelta(seconds=5)


@pytest.mark.parametrize(("is_clock", "rows"), [(True, 1), (False, 0)])
def test_only_the_clock_s_own_ring_is_its_sign_of_life(db, monkeypatch, is_clock, rows):
    monkeypatch.setitem(heartbeats._process, "is_clock", is_clock)
    heartbeats.clock_rings(sender="operations.heartbeat")
    heartbeats.clock_rings(sender="operations.sweep")
    assert Heartbeat.objects.filter(name="beat").count() == rows
