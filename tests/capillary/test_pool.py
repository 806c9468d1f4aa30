"""Threads are reserved before anything is written down: what is recorded leaves soon or not at all."""

import threading
import time

import pytest

from apps.capillary import batch, pool
from apps.capillary.errors import NotSent, RateLimited
from apps.capillary.pool import Pool
from apps.capillary.ratelimit import RateLimiter
from tests.capillary.sending import lookup, note


@pytest.fixture
def two_threads(monkeypatch):
    """A process with two threads for its calls."""
    made = Pool(2)
    monkeypatch.setattr(pool, "_pools", [made])
    return made


@pytest.fixture
def basic(make):
    """A client that needs no token."""
    return make(auth="basic", username="u", password="p")


def test_a_call_without_a_thread_is_neither_recorded_nor_sent(two_threads, basic, outside, memory):
    outside.says({"entity": 5})
    assert two_threads.reserve(2, wait_seconds=0) == 2
    answer = basic.send_all({"one": lookup(), "write": note()}, wait_seconds=0.05)["write"]
    assert isinstance(answer.error, RateLimited)
    assert answer.error.outcome_known
    assert (memory.intents, outside.seen) == ([], [])


def test_more_calls_than_threads_go_in_waves_each_recorded_before_it_leaves(
    two_threads, basic, outside, memory
):
    outside.says({"entity": 5})
    answers = basic.send_all({str(key): lookup() for key in range(7)})
    assert [answer.value for answer in answers.values()] == [5] * 7
    assert sum(memory.batches) == 7
    assert max(memory.batches) <= 2
    assert two_threads.reserve(3, wait_seconds=5) == 2


@pytest.mark.parametrize("broken", ["trail", "circuit"])
def test_threads_come_back_when_nothing_was_sent(two_threads, basic, memory, broken):
    if broken == "trail":
        memory.broken = RuntimeError("read only")
        with pytest.raises(RuntimeError):
            basic.send_all({"one": lookup(), "two": lookup()})
    else:
        for _ in range(5):
            basic.circuit.note(well=False, latency_ms=1)
        assert all(answer.error for answer in basic.send_all({"one": lookup(), "two": lookup()}).values())
    assert two_threads.reserve(3, wait_seconds=5) == 2


def test_a_recorded_call_whose_turn_never_came_is_recorded_as_not_sent(make, outside, memory):
    full = RateLimiter(key="full for good", calls_per_second=1, people_wait_seconds=0.05)
    full.acquire("people")
    client = make(auth="basic", username="u", password="p", limiter=full)
    answer = client.send_all({"write": note()})["write"]
    assert isinstance(answer.error, NotSent)
    assert [one.outcome for one in memory.outcomes] == ["not_done"]
    assert outside.seen == []


def test_a_process_that_slept_past_the_longest_wait_sends_nothing(make, outside, memory):
    class Sleepy(RateLimiter):
        """Wakes long after its time: a machine that was suspended, a process that was stopped."""

        def acquire(self, lane, *, at_most_seconds=None):
            time.sleep(1.3)

    sleepy = Sleepy(key="sleepy", calls_per_second=1, people_wait_seconds=0.05)
    client = make(auth="basic", username="u", password="p", limiter=sleepy)
    answer = client.send_all({"write": note()})["write"]
    assert isinstance(answer.error, NotSent)
    assert [one.outcome for one in memory.outcomes] == ["not_done"]
    assert outside.seen == []


def test_an_early_outcome_does_not_wait_for_a_slow_call(basic, outside, memory, monkeypatch):
    monkeypatch.setattr(batch, "GATHERS_SECONDS", 0.1)
    stored = threading.Event()
    keep = memory.answered
    memory.answered = lambda calls: (keep(calls), stored.set())
    seen_while_waiting = []

    def answer(handler):
        if handler.command == "POST":
            seen_while_waiting.append(stored.wait(20))
        handler.json({"entity": 5})

    outside.says(answer)
    basic.send_all({"slow": note(), "quick": lookup()})
    assert seen_while_waiting == [True]


def test_the_longest_time_covers_waiting_and_deadline():
    assert batch.longest_seconds(deadline_seconds=20, people_wait_seconds=90) > 110
    assert batch.longest_seconds(deadline_seconds=20) > 80
