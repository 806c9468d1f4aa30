"""The cursor: at least once and no gap, whoever dies, is away or comes twice."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from apps.audit import triggers
from apps.audit.models import Entry, Leaf, StreamCursor
from apps.audit.streaming import pushing
from apps.operations.health.streams import streams
from tests.audit.streaming.listening import receiving
from tests.support.trail import without_triggers

DIES = """
import os, signal, sys, django
django.setup()
from django.conf import settings
settings.AUDIT_STREAM = settings.AUDIT_STREAM | {"file": sys.argv[1]}
from apps.audit.streaming import pushing, sinks
pushing._move = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
pushing.push(sinks.configured()[0], "dying")
"""


def places(path):
    return [int(line.split('"place":')[1].split(",")[0]) for line in path.read_text().splitlines()]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_sending_and_noting_it_has_the_batch_sent_again(
    written, stream, push, tmp_path
):
    written(3)
    path = tmp_path / "trail.jsonl"
    sink = stream(file=str(path))
    told = connection.settings_dict
    url = (
        f"sqlite:///{told['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgres://{told['USER']}@{told['HOST']}:{told['PORT']}/{told['NAME']}"
    )
    done = subprocess.run(
        [sys.executable, "-c", DIES, str(path)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "CONSOLE_TEST_DATABASE_URL": url},
        cwd=django_settings.BASE_DIR, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert places(path) == [0, 1, 2]
    # The dead one holds the sink for a while.
    assert push(sink) == 0
    StreamCursor.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert push(sink) == 3
    written(1)
    assert push(sink) == 1
    assert places(path) == [0, 1, 2, 0, 1, 2, 3]


def test_a_long_outage_makes_longer_pauses_and_loses_nothing(written, stream, push):
    with receiving() as there:
        port = there.port
    sink = stream(syslog=f"tcp://127.0.0.1:{port}")
    written(1)
    pauses = []
    for _try in range(12):
        assert push(sink) == 0
        cursor = StreamCursor.objects.get()
        pauses.append(round((cursor.again_at - timezone.now()).total_seconds()))
        written(1)
    assert pauses[:4] == [2, 4, 8, 16]
    assert pauses[-1] == 300
    # Nobody tries before the pause is over.
    with receiving(port=port) as there:
        assert push(sink, waited=False) == 0
        assert push(sink) == 13
        assert len(there.messages) == 13
    cursor = StreamCursor.objects.get()
    assert (cursor.tries, cursor.error, cursor.failing_since, cursor.next_place) == (0, "", None, 13)


def test_the_health_page_tells_who_does_not_listen_and_for_how_long(written, stream, push):
    assert streams().tone == "ok"
    assert "nowhere" in streams().sentence
    written(1)
    with receiving() as there:
        port = there.port
    sink = stream(syslog=f"tcp://127.0.0.1:{port}")
    push(sink)
    told = streams()
    assert told.tone == "warn"
    assert "syslog has taken nothing for" in told.sentence
    assert "refused" in told.sentence
    StreamCursor.objects.update(failing_since=timezone.now() - timedelta(hours=2))
    assert streams().tone == "bad"
    with receiving(port=port):
        assert push(sink) == 1
    assert streams().sentence == "Everything sealed was taken by: syslog."


def test_what_nobody_foresaw_is_told_and_tried_again_too(written, stream, push, tmp_path):
    written(2)
    # No file can have this name: the system refuses it in another way than a file that is not there.
    sink = stream(file=str(tmp_path / "trail\0.jsonl"))
    for tries in (1, 2):
        with pytest.raises(ValueError, match="null"):
            push(sink)
        cursor = StreamCursor.objects.get()
        assert (cursor.tries, cursor.next_place, cursor.held_until) == (tries, 0, None)
        assert cursor.again_at > timezone.now()
    told = streams()
    assert told.tone == "warn"
    assert "file has taken nothing for" in told.sentence
    assert "ValueError, told in the worker's log" in told.sentence
    StreamCursor.objects.update(failing_since=timezone.now() - timedelta(minutes=6))
    assert streams().tone == "bad"
    assert push(stream(file=str(tmp_path / "trail.jsonl"))) == 2
    assert streams().tone == "ok"


def test_what_another_worker_holds_is_not_called_failing(written, stream, push, tmp_path):
    written(1)
    sink = stream(file=str(tmp_path / "trail\0.jsonl"))
    cursor = pushing.cursor_of(sink.name)
    assert pushing._hold(cursor, "other")
    assert push(sink) == 0
    assert StreamCursor.objects.get().failing_since is None


def test_one_sink_away_does_not_hold_up_another(written, stream, push, settings, tmp_path):
    from apps.audit.streaming import sinks

    written(2)
    settings.AUDIT_STREAM = settings.AUDIT_STREAM | {
        "syslog": "tcp://127.0.0.1:9",
        "file": str(tmp_path / "trail.jsonl"),
    }
    away, file = sinks.configured()
    assert (push(away), push(file)) == (0, 2)
    assert set(StreamCursor.objects.values_list("sink", "next_place")) == {("syslog", 0), ("file", 2)}


def test_two_workers_do_not_both_send(written, stream, push, tmp_path):
    written(2)
    sink = stream(file=str(tmp_path / "trail.jsonl"))
    pushing.cursor_of(sink.name)
    StreamCursor.objects.update(holder="other", held_until=timezone.now() + timedelta(seconds=60))
    assert push(sink) == 0
    assert push(sink, "other") == 2


def test_a_worker_that_was_overtaken_does_not_move_the_cursor_back(written, stream, push, tmp_path):
    written(3)
    sink = stream(file=str(tmp_path / "trail.jsonl"))
    slow = pushing.cursor_of(sink.name)
    assert pushing._hold(slow, "slow")
    StreamCursor.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert push(sink, "quick") == 3
    assert not pushing._move(slow, "slow", 1)
    assert StreamCursor.objects.get().next_place == 3


def test_a_sink_set_up_later_may_begin_now(written, stream, push, settings, tmp_path):
    written(2)
    path = tmp_path / "trail.jsonl"
    sink = stream(**{"file": str(path), "from": "now"})
    assert push(sink) == 0
    written(1)
    assert push(sink) == 1
    assert places(path) == [2]


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_is_gone_or_changed_is_sent_as_that(written, stream, push, tmp_path):
    written(3)
    first, second, _third = Entry.objects.order_by("id")
    with without_triggers():
        Entry.objects.filter(pk=first.pk).delete()
        Entry.objects.filter(pk=second.pk).update(payload=b'{"forged":true}')
    path = tmp_path / "trail.jsonl"
    assert push(stream(file=str(path))) == 3
    lines = path.read_text().splitlines()
    assert '"wrong":"it is not there any more, archived or deleted","content":null' in lines[0]
    assert '"wrong":"its content is not what was sealed","content":null' in lines[1]
    assert "forged" not in lines[1]
    assert triggers.WORDS


@pytest.mark.django_db(transaction=True)
def test_the_thread_of_a_worker_pushes_until_it_is_told_to_stop(written, stream, tmp_path, monkeypatch):
    monkeypatch.setattr(pushing, "EVERY_SECONDS", 0.05)
    written(5)
    path = tmp_path / "trail.jsonl"
    sink = stream(file=str(path))
    stop = threading.Event()
    thread = threading.Thread(target=pushing.run, args=(sink, stop))
    thread.start()
    until = timezone.now() + timedelta(seconds=10)
    while timezone.now() < until and (not path.exists() or len(places(path)) < 5):
        stop.wait(0.05)
    stop.set()
    thread.join(10)
    assert places(path) == [0, 1, 2, 3, 4]
    assert Leaf.objects.count() == 5
