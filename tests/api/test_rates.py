"""How many calls a program has, how many all programs of one person have, and what wrong keys are counted by."""

import os

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from redis import Redis
from rest_framework.throttling import SimpleRateThrottle

from apps.audit.models import Entry
from apps.staff.models import User

pytestmark = pytest.mark.django_db
REDIS = os.environ.get("CONSOLE_TEST_CACHE_URL", "")


@pytest.fixture(autouse=True)
def _first_of_its_minute():
    cache.clear()


@pytest.fixture
def rates(monkeypatch):
    """``rates(api=2)``: so many a minute."""

    def change(**numbers):
        for scope, most in numbers.items():
            monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, scope, f"{most}/min")

    return change


def asked(caller):
    answer = caller.get("goodwill/choices/")
    return answer.status_code, answer["RateLimit-Limit"], answer["RateLimit-Remaining"]


def test_more_keys_of_one_person_are_not_more_calls(program, rates, stores):
    rates(api=4, api_person=5)
    one, two = program("goodwill_ask"), program("goodwill_ask", name="Till")
    somebody = User.objects.create_user("nora.lind@example.com", "Nora Lind")
    other = program("goodwill_ask", by=somebody, name="Other")
    assert [asked(one) for _each in range(3)] == [(200, "4", "3"), (200, "4", "2"), (200, "4", "1")]
    # The bound that is nearer is told: of all five, one is left after the next one.
    assert asked(two) == (200, "5", "1")
    assert asked(one)[0] == 200
    assert [asked(each)[0] for each in (one, two, other)] == [429, 429, 200]


def test_one_that_presses_on_at_its_bound_shuts_out_no_other_of_the_same_person(program, rates):
    rates(api=2, api_person=5)
    one, two = program("goodwill_ask"), program("goodwill_ask", name="Till")
    assert [asked(one)[0] for _each in range(8)] == [200] * 2 + [429] * 6
    assert [asked(two) for _each in range(3)] == [(200, "2", "1"), (200, "2", "0"), (429, "2", "0")]


def wrong(address):
    return Client(REMOTE_ADDR=address).get(
        "/api/v1/goodwill/choices/", headers={"authorization": "Bearer lc_0_0"}
    )


def test_wrong_keys_are_counted_for_each_network(db):
    assert {wrong(f"2001:db8::{number}").status_code for number in range(20)} == {401}
    assert wrong("2001:db8::ffff").status_code == 429
    assert wrong("2001:db8:0:1::1").status_code == 401
    assert Entry.objects.filter(action="api.refused").count() == 21


@pytest.mark.services
@pytest.mark.skipif(not REDIS.startswith("redis"), reason="CONSOLE_TEST_CACHE_URL names no Redis")
def test_a_minute_that_ends_while_a_wrong_key_is_counted_begins_anew_and_ends(monkeypatch):
    is_there = Redis.exists

    def and_ends(self, *keys):
        found = is_there(self, *keys)
        self.delete(*keys)
        return found

    with monkeypatch.context() as at_this_moment:
        at_this_moment.setattr(Redis, "exists", and_ends)
        assert wrong("198.51.100.9").status_code == 401
    kept = Redis.from_url(settings.CACHES["default"]["LOCATION"])
    [counter] = kept.keys("*guesses:api-keys:198.51.100.9")
    assert (kept.get(counter), 0 < kept.ttl(counter) <= 60) == (b"1", True)
