"""What the outside allows in an hour of one call: used up, nothing leaves, and people are told when it may."""

import os
import uuid
from dataclasses import replace

import pytest

from apps.capillary.calls import Allowance
from apps.capillary.errors import RateLimited
from apps.capillary.ratelimit import RateLimiter
from apps.capillary.resources import referrals
from apps.capillary.retry import try_again_in
from tests.capillary.referral_shapes import ALL_CODES, CAMPAIGN, LEELA, echo

REDIS = os.environ.get("CONSOLE_TEST_CACHE_URL", "")
TWO = Allowance("of tests", 2)


def reading(allowance=TWO):
    return replace(referrals.get(customer_id=341594), allowance=allowance)


def inviting(allowance=TWO):
    call = referrals.invite(customer_id=341594, invitations=[LEELA], dialect="v2")
    return replace(call, allowance=allowance)


def limiter(**given):
    return RateLimiter(**{"key": uuid.uuid4().hex, "calls_per_second": 1000, **given})


@pytest.mark.parametrize(("make_call", "good"), [(reading, ALL_CODES), (inviting, echo(("MOBILE", [LEELA])))])
def test_used_up_nothing_is_sent_or_recorded_and_it_says_when(client, outside, memory, make_call, good):
    outside.says(good)
    for _ in range(2):
        client.send(make_call())
    with pytest.raises(RateLimited) as caught:
        client.send(make_call())
    assert len(outside.seen) == 2
    assert [one.name for one in memory.intents].count(make_call().name) == 2
    assert caught.value.outcome_known
    assert not caught.value.permanent
    assert caught.value.next_step == "Try again in 60 minutes."
    assert 3500 < caught.value.retry_after_seconds <= 3600


def test_at_once_the_one_too_many_is_held_back_and_traced_as_not_done(client, outside, memory):
    outside.says(ALL_CODES)
    answers = client.send_all({"first": reading(), "second": reading(), "third": reading()})
    held = [one.error for one in answers.values() if one.error]
    assert [type(one) for one in held] == [RateLimited]
    assert len(outside.seen) == 2
    made = [one.outcome for one in memory.outcomes if one.name == reading().name]
    assert sorted(made) == ["done", "done", "not_done"]


def test_other_calls_do_not_count_and_are_not_held_back(client, outside):
    outside.says(ALL_CODES)
    for _ in range(2):
        client.send(reading())
    outside.says(CAMPAIGN)
    assert client.send(referrals.statistics(customer_id=341594)).code == "ASHA5K"
    outside.says(echo(("MOBILE", [LEELA])))
    client.send(inviting(Allowance("another", 1)))


def test_a_repeated_read_counts_each_time(client, outside):
    outside.says(lambda handler: handler.json({}, status=503), ALL_CODES)
    client.send(reading())
    with pytest.raises(RateLimited):
        client.send(reading())
    assert len(outside.seen) == 2


def test_reading_and_inviting_are_a_thousand_each_and_an_id_or_a_lookup_is_one():
    by_id, by_mobile = (
        referrals.get(customer_id=5),
        referrals.lookup(source="ALL", identifier_name="mobile", identifier_value="447700900123"),
    )
    invited = referrals.invite(customer_id=5, invitations=[LEELA], dialect="v2")
    assert by_id.allowance == by_mobile.allowance
    assert {by_id.allowance.per_hour, invited.allowance.per_hour} == {1000}
    assert invited.allowance.name != by_id.allowance.name
    assert referrals.invite(customer_id=5, invitations=[LEELA]).allowance is None


def test_bulk_work_leaves_a_quarter_to_people():
    mine, eight = limiter(), Allowance("eight", 8)
    for _ in range(6):
        mine.spend(eight, "bulk")
    with pytest.raises(RateLimited) as caught:
        mine.spend(eight, "bulk")
    assert "minutes" in caught.value.next_step
    mine.spend(eight, "people")
    mine.spend(eight, "people")
    with pytest.raises(RateLimited):
        mine.spend(eight, "people")


@pytest.mark.services
@pytest.mark.skipif(not REDIS.startswith("redis"), reason="CONSOLE_TEST_CACHE_URL names no Redis")
def test_two_processes_share_the_hour_through_redis():
    key = uuid.uuid4().hex
    one, other = (limiter(key=key, storage=REDIS) for _ in range(2))
    one.spend(TWO, "people")
    one.spend(TWO, "people")
    with pytest.raises(RateLimited):
        other.spend(TWO, "people")


def test_a_broken_shared_counter_counts_alone():
    mine = limiter(storage="redis://127.0.0.1:9/0?socket_connect_timeout=0.2")
    mine.spend(TWO, "people")
    mine.spend(TWO, "people")
    with pytest.raises(RateLimited):
        mine.spend(TWO, "people")


def test_the_outside_asking_to_slow_down_for_long_is_told_in_minutes(client, outside):
    outside.says(lambda handler: handler.json({}, status=429, Retry_After="610"))
    with pytest.raises(RateLimited) as caught:
        client.send(referrals.invite(customer_id=5, invitations=[LEELA]))
    assert caught.value.next_step == "Try again in 11 minutes."
    assert len(outside.seen) == 1


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "a minute"), (59, "a minute"), (60, "a minute"), (61, "2 minutes"), (3599.5, "60 minutes")],
)
def test_minutes_are_never_too_few(seconds, said):
    assert try_again_in(seconds) == f"Try again in {said}."
