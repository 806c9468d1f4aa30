"""Limits and retries: who waits, who goes first, and how often something is asked again."""

import os
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.capillary.errors import RateLimited
from apps.capillary.exchange import Failure, NoReply, Reply
from apps.capillary.ratelimit import RateLimiter
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
    # The bound is 0.2 s; a busy machine may notice it late, but does not wait for the bulk lane's minute.
    assert 0.15 < time.monotonic() - began < 5
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
