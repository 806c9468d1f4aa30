"""The connection of an actor: on behalf of their store, in their name, with one sign-in for all processes."""

import time

import pytest
from django.core.cache import cache

from apps.audit.actor import Actor
from apps.audit.models import Entry
from apps.capillary.auth import StoredToken
from apps.capillary.config import Source
from apps.capillary.resources import loyalty
from apps.core.errors import BadInput
from apps.staff import connection


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()
    connection._own.clear()


@pytest.fixture
def at_sandbox(settings, sandbox):
    """The settings point to the real look-alike."""
    settings.CAPILLARY = {**settings.CAPILLARY, "base_url": sandbox.url, "calls_per_second": 500.0}
    return sandbox


def actor_at(store):
    return Actor(user_id=None, name="Asha Verma", role="Agent", store_id=store.pk, store_code=store.code)


def test_settings_become_the_connection(settings):
    found = connection.config()
    assert found.base_url == settings.CAPILLARY["base_url"]
    assert Source("WECHAT", ("wx_maple", "wx_thread")) in found.sources
    assert found.referrals_dialect == "auto"
    assert connection.config() is found
    settings.CAPILLARY = {**settings.CAPILLARY, "referrals": "v1.1"}
    assert connection.config().referrals_dialect == "v1.1"


def test_calls_are_made_for_the_store_and_kept_in_the_actors_name(transactional_db, stores, at_sandbox):
    stores.store_12.till_code = "till.bandra.01"
    stores.store_12.save()
    actor = actor_at(stores.store_12)
    person = at_sandbox.characters["everything"]["id"]
    assert connection.client_for(actor).send(loyalty.details(customer_id=person))
    entries = (
        Entry.objects.filter(actor_name="Asha Verma") if hasattr(Entry, "actor_name") else Entry.objects.all()
    )
    assert entries.count() == 4


def test_till_comes_from_the_store(stores):
    till = connection.till_of(actor_at(stores.store_12))
    assert till is not None
    assert (till.code, till.entity_type) == (stores.store_12.till_code, "TILL")
    stores.store_12.till_code, stores.store_12.external_id = "", "EXT-12"
    stores.store_12.save()
    till = connection.till_of(actor_at(stores.store_12))
    assert till is not None
    assert (till.code, till.entity_type) == ("EXT-12", "STORE_EXTERNAL_ID")
    assert connection.till_of(Actor(user_id=None, name="Nobody", role="System")) is None


def test_tokens_are_shared_and_sealed():
    token = StoredToken("very-secret-token", time.time() + 100, time.time() + 200)
    connection.CacheTokenStore().put("a connection", token)
    assert connection.CacheTokenStore().get("a connection") == token
    assert connection.CacheTokenStore().get("another") is None
    sealed = cache.get(connection._cache_key("a connection"))
    assert b"very-secret-token" not in sealed


def test_a_token_sealed_with_another_key_is_no_token(settings):
    token = StoredToken("very-secret-token", time.time() + 100, time.time() + 200)
    connection.CacheTokenStore().put("a connection", token)
    settings.SECRET_KEY = "another key, as after a change of keys"
    assert connection.CacheTokenStore().get("a connection") is None


@pytest.fixture
def broken_cache(settings):
    """A shared cache that answers nobody."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9/0",
            "OPTIONS": {"socket_connect_timeout": 0.2},
        }
    }


def test_without_the_cache_a_process_signs_in_once(transactional_db, at_sandbox, broken_cache):
    person = at_sandbox.characters["everything"]["id"]
    actor = Actor(user_id=None, name="Asha Verma", role="Agent")
    for _turn in range(3):
        assert connection.client_for(actor).send(loyalty.details(customer_id=person))
    assert len(at_sandbox.requests(path="/v3/oauth*")) == 1


@pytest.mark.parametrize("code", ["till\n01", "till.मुंबई.01", "tïll", " till"])
def test_a_till_code_no_header_can_carry_is_refused_before_anything_is_sent(stores, code):
    stores.store_12.till_code = code
    stores.store_12.save()
    with pytest.raises(BadInput) as caught:
        connection.client_for(actor_at(stores.store_12))
    assert "012" in caught.value.message


def test_health_of_a_connection_never_used(settings):
    settings.CAPILLARY = {**settings.CAPILLARY, "base_url": "http://127.0.0.1:1"}
    assert (connection.health().state, connection.health().calls) == ("closed", 0)
