"""The health page in words, and the bare probe."""

import sqlite3
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from apps.audit.actor import system_actor
from apps.audit.log import sealer
from apps.audit.models import Entry, Suspect, Verification
from apps.audit.recorder import CallRecorder
from apps.audit.services import record
from apps.capillary.recording import AnsweredCall, SentCall
from apps.operations.models import Heartbeat, SweepLease
from tests.support.trail import without_triggers


def rows(client):
    """Title → (tone, sentence) as the page has them."""
    answer = client.get("/health/")
    assert answer.status_code == 200
    return {str(one.title): (one.tone, one.sentence) for one in answer.context["checks"]}


def sent(number):
    return SentCall(
        call_id=f"01JD0000000000000000000{number:03}",
        name="v2.customers.get",
        method="GET",
        path="/v2/customers/1",
        params={},
        body=None,
        attempt=1,
        write=False,
        identifiers=(),
        customer_id="",
    )


def answered(number, status=200, latency_ms=50):
    return AnsweredCall(
        call_id=f"01JD0000000000000000000{number:03}",
        name="v2.customers.get",
        method="GET",
        path="/v2/customers/1",
        status=status,
        outcome="done" if status == 200 else "unknown",
        codes=(),
        request_id="",
        latency_ms=latency_ms,
        reply=None,
        error="",
        identifiers=(),
        customer_id="",
    )


def calls(*answers):
    recorder = CallRecorder(system_actor("Test"))
    recorder.sent([sent(number) for number in range(len(answers))])
    recorder.answered(
        [answered(number, status, ms) for number, (status, ms) in enumerate(answers) if status != "open"]
    )


def test_a_fresh_house_says_what_does_not_run(client_as, administrator):
    found = rows(client_as(administrator))
    assert found["Database"] == ("ok", "The database answers and takes changes.")
    assert found["Message broker"] == ("ok", "The broker can be reached.")
    assert found["Worker"][0] == found["Clock"][0] == "bad"
    assert found["Capillary"] == ("ok", "Nobody has asked Capillary anything in the last 5 minutes.")
    assert found["Trail"] == ("ok", "Every call has both halves in the trail.")


@pytest.mark.parametrize(("seconds", "tone"), [(5, "ok"), (50, "ok"), (90, "bad")])
def test_a_sign_of_life_has_an_age(client_as, administrator, seconds, tone):
    at = timezone.now() - timedelta(seconds=seconds)
    Heartbeat.objects.create(name="worker", hostname="node-2", at=at)
    Heartbeat.objects.create(name="beat", hostname="node-1", at=at)
    found = rows(client_as(administrator))
    assert found["Worker"][0] == found["Clock"][0] == tone


def test_one_living_worker_is_enough(client_as, administrator):
    Heartbeat.objects.create(name="worker", hostname="gone", at=timezone.now() - timedelta(hours=1))
    Heartbeat.objects.create(name="worker", hostname="here", at=timezone.now())
    assert rows(client_as(administrator))["Worker"][0] == "ok"


def test_a_failed_sweep_is_named(client_as, administrator):
    SweepLease.objects.create(name="close_open_calls", error="OperationalError", finished_at=timezone.now())
    tone, sentence = rows(client_as(administrator))["Sweeps"]
    assert tone == "warn"
    assert "close open calls" in sentence


def test_the_outside_s_figures_come_from_the_trail(transactional_db, client_as, administrator):
    calls(*[(200, 40)] * 18, (200, 900), (503, 10))
    tone, sentence = rows(client_as(administrator))["Capillary"]
    assert tone == "warn"
    assert sentence.startswith("20 calls in the last 5 minutes, 1 failed;")
    assert "within 900 ms" in sentence


@pytest.mark.parametrize(
    ("status", "tone"), [(200, "ok"), (404, "ok"), (429, "bad"), (500, "bad"), (None, "bad")]
)
def test_what_counts_as_the_outside_failing(transactional_db, client_as, administrator, status, tone):
    calls((status, 40))
    assert rows(client_as(administrator))["Capillary"][0] == tone


def test_a_missing_second_half_is_seen(transactional_db, client_as, administrator, settings):
    calls((200, 40), ("open", 0))
    client = client_as(administrator)
    assert rows(client)["Trail"][0] == "ok"
    # A deadline so far below zero stands for the minutes that would have to pass.
    settings.CAPILLARY = settings.CAPILLARY | {"deadline_seconds": -600}
    tone, sentence = rows(client)["Trail"]
    assert tone == "warn"
    assert sentence.startswith("1 call waits")


def test_a_broker_that_is_away_is_said_and_the_page_stands(client_as, administrator, unused_port):
    from celery import current_app

    current_app.conf.broker_read_url, before = f"redis://127.0.0.1:{unused_port}/0", None
    try:
        tone, sentence = rows(client_as(administrator))["Message broker"]
    finally:
        current_app.conf.broker_read_url = before
    assert tone == "bad"
    assert "Nothing is lost" in sentence


def test_the_page_asks_for_its_rows_alone(client_as, administrator):
    answer = client_as(administrator, htmx=True).get("/health/")
    page = answer.content.decode()
    assert "<html" not in page
    assert 'id="checks"' in page
    assert "HX-Request" in answer["Vary"]


def test_the_page_s_cost_is_pinned(client_as, administrator, django_assert_num_queries):
    client = client_as(administrator)
    client.get("/health/")
    # Session, person, memberships; two of calls, halves, probe, worker, clock, two of the sweeps, three of long work;
    # a change that is none, with its savepoint, and on SQLite three words about patience; five of the seals;
    # the newest access review; the webhooks.
    with django_assert_num_queries(27 if connection.vendor == "sqlite" else 24):
        client.get("/health/")


def test_the_probe_answers_anybody_and_tells_nothing(client, db):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "session" not in answer.cookies


def test_the_probe_says_when_the_database_is_away(client, db):
    from django.db import OperationalError

    def refuse(execute, sql, params, many, context):
        raise OperationalError("away")

    with connection.execute_wrapper(refuse):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"unavailable")


@pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="on PostgreSQL a transaction cannot be made writable again"
)
def test_a_database_that_takes_no_changes_is_not_well(client, client_as, administrator):
    signed_in = client_as(administrator)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        try:
            probe = client.get("/healthz")
            page = signed_in.get("/health/")
        finally:
            cursor.execute("PRAGMA query_only = OFF")
    assert (probe.status_code, probe.content) == (503, b"unavailable")
    assert "The database takes no changes." in page.content.decode()


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="other databases lock rows, not the whole file")
@pytest.mark.django_db(transaction=True)
def test_a_lock_that_is_held_is_noticed_soon_and_patience_comes_back(client):
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    before = connection.cursor().execute("PRAGMA busy_timeout").fetchone()
    other.execute("BEGIN IMMEDIATE")
    try:
        assert client.get("/healthz").status_code == 503
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert client.get("/healthz").status_code == 200
    assert connection.cursor().execute("PRAGMA busy_timeout").fetchone() == before


def test_seals_are_told_in_time_late_broken_or_refused(client_as, administrator):
    client, title = client_as(administrator), "Seals of the trail"
    assert rows(client)[title] == ("ok", "Nothing is sealed yet.")
    calls((200, 50))
    sealer.seal_all()
    tone, sentence = rows(client)[title]
    assert tone == "ok"
    assert sentence.startswith("Sealed up to place ")
    entry = record("staff.signed_in", actor=system_actor("Test"))
    with without_triggers():
        Entry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(minutes=5))
    assert rows(client)[title][0] == "bad"
    sealer.seal_all()
    Suspect.objects.create(entry_id=1, why="its content does not fit its seal")
    assert rows(client)[title] == (
        "bad",
        "1 entry could not be sealed: its content had been changed. See Checkpoints.",
    )
    Verification.objects.create(state="broken", ended_at=timezone.now())
    assert "found that the trail was changed" in rows(client)[title][1]
