"""The provider says that somebody signed out there: whose sessions end, and what is not believed."""

import time

import pytest
from django.core.cache import cache
from django.test import Client

from apps.audit.models import Entry
from apps.staff.oidc import provider as remembered
from apps.staff.oidc.back_channel_rows import HeardLogout
from apps.staff.session_models import OpenSession

HERE = "/sign-in/oidc/signed-out/"
ID_TOKEN_EVENT = {"http://schemas.openid.net/event/another": {}}


@pytest.fixture(autouse=True)
def _first_of_its_minute():
    cache.clear()


def heard(token):
    """From another machine: with no cookie and no CSRF token, which are asked for here."""
    return Client(enforce_csrf_checks=True).post(HERE, {"logout_token": token})


def is_in(client):
    return client.get("/account/").status_code == 200


@pytest.fixture
def at_two_desks(agent, manager, client_as, provider):
    """Asha Verma at two browsers, by two sessions of the provider, and Rohan Mehta at one of his own."""
    one, two, other = Client(), Client(), client_as(manager)
    for client, sid in ((one, "s-1"), (two, "s-2")):
        provider.seat(sid=sid, more={"console": "http://testserver"})
        provider.sign_in(client)
    assert all(map(is_in, (one, two, other)))
    return one, two, other


def told(action="staff.oidc_signed_out"):
    return [(one.outcome, one.subject, one.content["details"]) for one in Entry.objects.filter(action=action)]


def test_the_session_that_ended_there_ends_here_and_no_other(at_two_desks, provider):
    _one, two, other = at_two_desks
    assert "s-1" not in str(list(OpenSession.objects.values_list("at_provider", flat=True)))
    answer = heard(provider.logout_token(sid="s-1", sub="asha-1"))
    assert (answer.status_code, answer["Cache-Control"], answer.content) == (200, "no-store", b"")
    assert [is_in(each) for each in at_two_desks] == [False, True, True]
    # Without a subject, by the session alone.
    assert heard(provider.logout_token(sid="s-2")).status_code == 200
    assert [is_in(each) for each in (two, other)] == [False, True]
    [first, second] = told()
    assert first == ("done", "Asha Verma", {"count": 1, "way": "Example ID", "of": "sid"})
    assert second == first
    entry = Entry.objects.filter(action="staff.oidc_signed_out").first()
    assert (entry.actor_name, entry.actor_role) == ("Single sign-on (Example ID)", "System")


def test_without_a_session_everything_of_the_person_ends(at_two_desks, provider):
    assert heard(provider.logout_token(sub="asha-1")).status_code == 200
    assert [is_in(each) for each in at_two_desks] == [False, False, True]
    assert told() == [("done", "Asha Verma", {"count": 2, "way": "Example ID", "of": "sub"})]


def test_somebody_who_is_not_here_any_more_is_signed_out_already(at_two_desks, provider):
    for claims in ({"sub": "nobody"}, {"sid": "s-9"}, {"sid": "s-1", "sub": "nobody"}):
        assert heard(provider.logout_token(**claims)).status_code == 200
    assert all(map(is_in, at_two_desks))
    assert {outcome for outcome, _subject, _details in told()} == {"not_done"}


@pytest.mark.parametrize(
    ("claims", "more", "code"),
    [
        ({}, {"spoil": "signature"}, "logout-signature"),
        ({}, {"spoil": "none"}, "logout-signature"),
        ({}, {"spoil": "shared"}, "logout-signature"),
        ({}, {"spoil": "issuer"}, "logout-issuer"),
        ({}, {"spoil": "audience"}, "logout-audience"),
        ({}, {"spoil": "expired"}, "logout-age"),
        ({}, {"spoil": "nonce"}, "logout-type"),
        ({}, {"head": {"typ": "at+jwt"}}, "logout-type"),
        ({"events": None}, {}, "logout-events"),
        ({"events": ID_TOKEN_EVENT}, {}, "logout-events"),
        ({"events": [next(iter(ID_TOKEN_EVENT))]}, {}, "logout-events"),
        ({"iat": None}, {}, "logout-age"),
        ({"iat": int(time.time()) - 3600, "exp": None}, {}, "logout-age"),
        ({"iat": int(time.time()) + 3600, "exp": None}, {}, "logout-age"),
        ({"jti": None}, {}, "logout-id"),
        ({"sub": None}, {}, "logout-whom"),
        ({"sid": 7}, {}, "logout-whom"),
    ],
)
def test_what_is_not_to_be_believed_signs_nobody_out(agent, client, provider, claims, more, code):
    provider.sign_in(client)
    answer = heard(provider.logout_token(**{"sub": "asha-1"} | claims, **more))
    assert (answer.status_code, answer["Cache-Control"]) == (400, "no-store")
    assert answer.json() == {"error": "invalid_request", "error_description": code}
    assert is_in(client)
    assert told("staff.oidc_logout_refused") == [("refused", "Example ID", {"problem": code})]
    assert not HeardLogout.objects.exists()


def test_each_token_counts_once_and_nonsense_is_not_listened_to_for_ever(agent, client, provider):
    token = provider.logout_token(sub="asha-1")
    assert heard(token).status_code == 200
    provider.sign_in(client)
    answer = heard(token)
    assert (answer.status_code, answer.json()["error_description"]) == (400, "logout-again")
    assert is_in(client)
    HeardLogout.objects.update(until="2020-01-01T00:00Z")
    heard(provider.logout_token(sub="nobody"))
    assert HeardLogout.objects.count() == 1
    statuses = [heard("nonsense").status_code for _each in range(21)]
    assert (set(statuses[:19]), statuses[-1]) == ({400}, 429)
    assert Entry.objects.filter(action="staff.oidc_logout_refused").count() == 20


def test_a_provider_that_does_not_answer_is_asked_to_send_it_again(agent, client, provider):
    provider.sign_in(client)
    token = provider.logout_token(sub="asha-1")
    provider.steer(ill=True)
    remembered.forget()
    answer = heard(token)
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    provider.seat(more={"new_key": True})
    remembered.forget()
    # A new key is met as at a sign-in.
    remembered.public_keys()
    assert heard(provider.logout_token(sub="asha-1")).status_code == 200
    assert not is_in(client)
