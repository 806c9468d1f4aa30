"""How a request's person stands in the trail."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from apps.staff.actors import actor_of
from apps.staff.browsers import short_browser

AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0": "Firefox on Windows",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36": (
        "Chrome on Linux"
    ),
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0": "Edge on Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1": (
        "Safari on iPhone"
    ),
    "curl/8.5.0": "curl/8.5.0",
    "": "",
    "\x1b[31mred\x00" + "x" * 500: "[31mred" + "x" * 53,
}


@pytest.mark.parametrize(("agent", "short"), AGENTS.items())
def test_browsers_are_named_in_three_words(agent, short):
    assert short_browser(agent) == short


def request_from(user, **meta):
    request = RequestFactory().get("/", **meta)
    request.user, request.session = user, SessionStore()
    return request


def test_a_stranger_is_named_as_one():
    actor = actor_of(request_from(AnonymousUser()))
    assert (actor.user_id, actor.name, actor.role, actor.session) == (None, "Not signed in", "Nobody", "")


def test_a_person_stands_with_role_and_store_and_never_with_their_session_key(manager):
    request = request_from(manager)
    request.session.save()
    actor = actor_of(request)
    assert (actor.name, actor.role, actor.store_code) == ("Rohan Mehta", "Store manager", "012")
    assert actor.session
    assert actor.session not in request.session.session_key


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "198.51.100.9", "192.0.2.1"),
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "made up, 203.0.113.66, 198.51.100.9", "198.51.100.9"),
        (2, "203.0.113.66, 198.51.100.9, 10.0.0.1", "198.51.100.9"),
        (2, "198.51.100.9", "192.0.2.1"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "' OR 1=1", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_only_our_own_proxies_are_believed(settings, proxies, told, address):
    settings.CONSOLE_PROXIES = proxies
    request = request_from(AnonymousUser(), REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=told)
    assert actor_of(request).ip == address


def test_a_request_without_an_address_has_none():
    assert actor_of(request_from(AnonymousUser(), REMOTE_ADDR="")).ip == ""
