"""Limits, the circuit and retries: who waits, who goes first, and when nothing leaves."""

import os
import random
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.capillary.circuit import COOLS_SECONDS, Circuit
from apps.capillary.errors import CircuitOpen, OutcomeUnknown, RateLimited, Unreachable
from apps.capillary.exchange import Failure, NoReply, Reply
from apps.capillary.ratelimit import RateLimiter
from apps.capillary.resources import loyalty, notes
from apps.capillary.retry import LONGEST_PAUSE_SECONDS, MOST_ATTEMPTS, pause_before_retry, retry_after_seconds

REDIS = os.environ.get("CONSOLE_TEST_CACHE_URL", "")


def limiter(**given):
    return RateLimiter(
        **{"key": f"k{random.random()}", "calls_per_second": 5, "people_wait_seconds": 0.2, **given}
    )


def test_people_may_use_the_whole_rate_and_then_wait_a_bounded_time():
    mine = limiter()
    for _ in range(5):
        mine.acquire("people")
    began = time.monotonic()
    with pytest.raises(RateLimited) as caught:
        mine.acquire("people")
    assert 0.15 < time.monotonic() - began < 1
    assert caught.value.outcome_known
    assert caught.value.message.endswith(".")


def test_people_get_their_turn_when_the_second_is_over():
    mine = limiter(people_wait_seconds=3)
    for _ in range(6):
        mine.acquire("people")


def test_bulk_leaves_room_for_people():
    mine = limiter(calls_per_second=8, bulk_wait_seconds=0.1)
    for _ in range(6):
        mine.acquire("bulk")
    with pytest.raises(RateLimited):
        mine.acquire("bulk")
    mine.acquire("people")
    mine.acquire("people")


def test_bulk_steps_back_while_a_person_waits():
    mine = limiter(bulk_wait_seconds=0.05, people_wait_seconds=0.01)
    for _ in range(5):
        mine.acquire("people")
    with pytest.raises(RateLimited):
        mine.acquire("people")
    time.sleep(0.3)
    with pytest.raises(RateLimited):
        mine.acquire("bulk")


@pytest.mark.services
@pytest.mark.skipif(not REDIS.startswith("redis"), reason="CONSOLE_TEST_CACHE_URL names no Redis")
def test_two_processes_share_the_count_through_redis():
    key = f"k{random.random()}"
    one, other = (limiter(key=key, storage=REDIS) for _ in range(2))
    for _ in range(5):
        one.acquire("people")
    with pytest.raises(RateLimited):
        other.acquire("people")


def test_a_broken_shared_counter_stops_nobody():
    mine = limiter(storage="redis://127.0.0.1:9/0?socket_connect_timeout=0.2", calls_per_second=2)
    mine.acquire("people")
    mine.acquire("people")
    with pytest.raises(RateLimited):
        mine.acquire("people")


class Now:
    def __init__(self):
        self.at = 1000.0

    def __call__(self):
        return self.at


@pytest.fixture
def now():
    return Now()


@pytest.fixture
def opened(now):
    circuit = Circuit(now)
    for _ in range(5):
        circuit.note(well=False, latency_ms=100, answered=False)
    return circuit


def test_circuit_stays_closed_for_a_few_failures_among_many(now):
    circuit = Circuit(now)
    for turn in range(40):
        circuit.note(well=turn % 4 != 0, latency_ms=10)
    circuit.admit(write=True)
    assert circuit.health().state == "closed"


def test_circuit_opens_and_says_so_in_words(opened):
    for write in (True, False):
        with pytest.raises(CircuitOpen) as caught:
            opened.admit(write=write)
        assert caught.value.message.endswith(".")
        assert caught.value.outcome_known
    assert opened.health().state == "open"


def test_one_read_may_try_after_a_while_and_closes_it(opened, now):
    now.at += COOLS_SECONDS + 1
    with pytest.raises(CircuitOpen):
        opened.admit(write=True)
    opened.admit(write=False)
    with pytest.raises(CircuitOpen):
        opened.admit(write=False)
    opened.note(well=True, latency_ms=20)
    opened.admit(write=True)


def test_a_failed_try_opens_it_again(opened, now):
    now.at += COOLS_SECONDS + 1
    opened.admit(write=False)
    opened.note(well=False, latency_ms=20)
    with pytest.raises(CircuitOpen):
        opened.admit(write=False)


def test_a_try_that_never_came_back_does_not_block_for_ever(opened, now):
    now.at += COOLS_SECONDS + 1
    opened.admit(write=False)
    now.at += COOLS_SECONDS * 4
    opened.admit(write=False)


def test_health_figures(now):
    circuit = Circuit(now)
    circuit.note(well=False, latency_ms=9000, answered=False)
    now.at += 400
    for latency in (10, 20, 30, 40, 1000):
        circuit.note(well=True, latency_ms=latency)
    health = circuit.health()
    assert (health.calls, health.failures, health.median_ms, health.p95_ms) == (5, 0, 30, 1000)


def test_an_ill_outside_pauses_writes_before_they_leave(make, outside):
    outside.says(lambda handler: handler.json({}, status=503))
    client = make(auth="basic", username="u", password="p")
    for _ in range(2):
        with pytest.raises(Unreachable):
            client.send(loyalty.details(customer_id=1))
    arrived = len(outside.seen)
    with pytest.raises(CircuitOpen):
        client.send(notes.add(text="Hello.", customer_id=1))
    assert len(outside.seen) == arrived


def test_refusals_do_not_open_the_circuit(make, outside):
    outside.says({"errors": [{"code": 8015}]})
    client = make(auth="basic", username="u", password="p")
    for _ in range(8):
        with pytest.raises(Exception, match="No customer"):
            client.send(loyalty.details(customer_id=1))
    assert client.circuit.health().state == "closed"


results = st.one_of(
    st.builds(NoReply, st.sampled_from(Failure), st.just("X")),
    st.builds(Reply, st.integers(200, 599), st.just({}), st.just(b"")),
)


@given(results, st.integers(1, 5), st.floats(0, 30))
def test_writes_repeat_only_when_nothing_left(result, attempt, left):
    pause = pause_before_retry(result, write=True, attempt=attempt, seconds_left=left)
    if pause is not None:
        assert isinstance(result, NoReply)
        assert result.failure is Failure.NOT_CONNECTED


@given(results, st.integers(1, 5), st.floats(0, 30))
def test_pauses_are_bounded_and_fit_into_what_is_left(result, attempt, left):
    pause = pause_before_retry(result, write=False, attempt=attempt, seconds_left=left)
    if pause is not None:
        assert attempt < MOST_ATTEMPTS
        assert 0 <= pause <= LONGEST_PAUSE_SECONDS
        assert pause < left


@pytest.mark.parametrize(
    ("told", "low", "high"),
    [
        ("7", 7, 7),
        ("", 0, 0),
        ("soon", 0, 0),
        ("Wed, 01 Jan 2100 00:00:00 GMT", 1e9, 4e9),
        ("Wed, 01 Jan 2020 00:00:00 GMT", 0, 0),
    ],
)
def test_retry_after_in_both_forms(told, low, high):
    assert low <= retry_after_seconds({"Retry-After": told}) <= high


def test_a_waiting_write_is_unknown_only_to_its_own_caller(make, outside):
    def answer(handler):
        if handler.command == "POST":
            handler.cut()
        else:
            handler.json({"data": []})

    outside.says(answer)
    client = make(auth="basic", username="u", password="p")
    failed = []

    def write():
        with pytest.raises(OutcomeUnknown):
            client.send(notes.add(text="Hello.", customer_id=1))
        failed.append(True)

    thread = threading.Thread(target=write)
    thread.start()
    assert client.send(loyalty.details(customer_id=1)) == ()
    thread.join()
    assert failed == [True]
