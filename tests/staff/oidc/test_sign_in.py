"""Signing in at the provider: who comes in, what is checked on the way, and what is kept of it."""

import json
import logging
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from joserfc.jwk import RSAKey

from apps.audit.models import Entry
from apps.staff.demo import PASSWORD
from apps.staff.models import User
from apps.staff.oidc import matching
from apps.staff.oidc import provider as remembered
from apps.staff.oidc.problems import ProviderIll
from apps.staff.oidc.rows import LinkedAccount
from tests.staff.oidc.conftest import is_in
from tests.support.oidc.running import BACK, START


def actions():
    return list(Entry.objects.order_by("id").values_list("action", flat=True))


def test_a_verified_address_opens_the_session_and_links_the_account(client, agent, provider):
    agent.invites.create(secret_hash="h", expires_at="2099-01-01T00:00Z")
    answer = provider.sign_in(client, after="/account/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert client.get("/account/").status_code == 200
    linked = LinkedAccount.objects.get()
    assert (linked.person, linked.issuer, linked.subject) == (agent, provider.issuer, "asha-1")
    assert actions() == ["staff.oidc_linked", "staff.signed_in"]
    entry = Entry.objects.get(action="staff.signed_in")
    assert (entry.actor_name, entry.actor_role) == ("Asha Verma", "Agent")
    assert entry.content["details"]["way"] == "Example ID"
    assert agent.invites.get().ended_at


def test_once_linked_the_address_does_not_matter(client, agent, manager, provider):
    provider.sign_in(Client())
    provider.seat("rohan.mehta@example.com", email_verified=False)
    provider.sign_in(client)
    assert client.session["_auth_user_id"] == str(agent.pk)
    assert LinkedAccount.objects.count() == 1


def test_the_way_out_carries_state_nonce_and_challenge_and_no_secret(client, db, provider):
    out = urlsplit(client.get(START)["Location"])
    told = {name: value[0] for name, value in parse_qs(out.query).items()}
    assert out.geturl().startswith(f"{provider.issuer}/authorize/")
    assert (told["response_type"], told["code_challenge_method"]) == ("code", "S256")
    assert told["redirect_uri"] == f"http://testserver{BACK}"
    assert min(len(told[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    kept = json.dumps(client.session["oidc_flows"])
    assert told["state"] not in kept
    assert told["nonce"] not in kept


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ("expired", "sso-expired"),
        ("audience", "sso-audience"),
        ("nonce", "sso-nonce"),
        ("issuer", "sso-issuer"),
        ("access", "sso-token"),
        ("none", "sso-token"),
        ("shared", "sso-token"),
        ("signature", "sso-token"),
    ],
)
def test_a_spoilt_token_lets_nobody_in(client, agent, provider, refused, spoil, code):
    provider.seat(spoil=spoil)
    page = refused(client, provider.sign_in(client), code)
    assert "could not be trusted" in page
    assert not LinkedAccount.objects.exists()


def test_an_open_session_at_the_provider_is_no_way_around_the_lock(
    client, agent, provider, refused, settings
):
    asked = parse_qs(urlsplit(client.get(START)["Location"]).query)
    assert asked["max_age"] == ["900"]
    provider.seat(spoil="long ago")
    page = refused(client, provider.sign_in(client), "sso-age")
    assert "too long ago that you showed Example ID who you are" in page
    settings.CONSOLE_OIDC |= {"max_age_minutes": 0}
    assert "max_age" not in client.get(START)["Location"]
    provider.sign_in(client)
    assert is_in(client)


def test_new_keys_of_the_provider_are_fetched_when_they_are_met(client, agent, provider):
    provider.sign_in(Client())
    before = {one.kid for one in remembered.public_keys()}
    provider.seat(more={"new_key": True})
    provider.sign_in(client)
    assert is_in(client)
    assert before.isdisjoint(one.kid for one in remembered.public_keys())


def test_the_way_back_works_once_and_in_this_browser_alone(client, agent, provider, problems):
    back = provider.way_back(client)
    stranger = Client()
    assert stranger.get(back).status_code == 403
    client.get(back)
    assert is_in(client)
    client.post("/sign-out/")
    again = client.get(back)
    assert again.status_code == 403
    assert "has been used already" in again.content.decode()
    assert problems() == ["sso-state", "sso-state"]
    assert not is_in(client)
    assert not is_in(stranger)


def test_a_code_works_once_and_only_with_the_secret_of_its_own_way(agent, provider, problems):
    """Used again, or carried into another browser's sign-in, the provider refuses it: PKCE binds it to its way out."""
    first, second, third = Client(), Client(), Client()
    used = parse_qs(urlsplit(provider.way_back(first)).query)
    first.get(BACK, {name: value[0] for name, value in used.items()})
    assert is_in(first)
    fresh = parse_qs(urlsplit(provider.way_back(Client())).query)
    for client, stolen in ((second, used), (third, fresh)):
        own = parse_qs(urlsplit(client.get(START)["Location"]).query)["state"][0]
        assert (
            client.get(BACK, {"code": stolen["code"][0], "state": own, "iss": provider.issuer}).status_code
            == 403
        )
        assert not is_in(client)
    assert problems() == ["sso-code", "sso-code"]


def test_a_way_out_waits_ten_minutes(client, agent, provider, refused, monkeypatch):
    back = provider.way_back(client, "/account/sessions/")
    from apps.staff.oidc import flows

    now = flows.time.time
    monkeypatch.setattr(flows.time, "time", lambda: now() + flows.LASTS_SECONDS + 1)
    page = refused(client, client.get(back), "sso-state")
    # Whoever begins again still wants to go there.
    assert 'href="/sign-in/oidc/?next=%2Faccount%2Fsessions%2F"' in page
    assert 'href="/sign-in/?next=%2Faccount%2Fsessions%2F"' in page


@pytest.mark.parametrize("told", [None, "https://id.example.org"])
def test_an_answer_of_another_provider_is_not_handed_on(client, agent, provider, refused, told):
    query = {name: value[0] for name, value in parse_qs(urlsplit(provider.way_back(client)).query).items()}
    query = {name: value for name, value in query.items() if name != "iss"} | ({"iss": told} if told else {})
    refused(client, client.get(BACK, query), "sso-issuer")


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email": None},
        # Another mailbox there, with a first sign that counts as an a here.
        {"email": "\u1d43sha.verma@example.com"},
    ],
)
def test_an_address_nobody_vouches_for_is_nobody_s(client, agent, provider, refused, claims):
    provider.seat(**claims)
    refused(client, provider.sign_in(client), "sso-email")


def test_a_provider_that_says_nothing_of_addresses_can_be_believed(client, agent, provider, settings):
    settings.CONSOLE_OIDC["trust_email"] = True
    provider.seat(email_verified=None)
    provider.sign_in(client)
    assert is_in(client)


def test_one_that_calls_an_address_unverified_is_believed_too(client, agent, provider, settings, refused):
    settings.CONSOLE_OIDC["trust_email"] = True
    provider.seat(email_verified=False)
    refused(client, provider.sign_in(client), "sso-email")


def test_what_is_not_in_the_token_is_asked_for(client, agent, provider):
    provider.seat(more={"apart": ["email", "email_verified"]})
    provider.sign_in(client)
    assert is_in(client)


def test_a_second_factor_is_told_by_the_token_alone(client, agent, provider, settings):
    User.objects.update(second_factor_since="2026-01-01T00:00Z")
    settings.CONSOLE_OIDC |= {"second_factor_amr": ["mfa"], "second_factor_acr": ["gold"]}
    provider.seat(more={"apart": ["email_verified"], "userinfo": {"amr": ["mfa"], "acr": "gold"}})
    assert provider.sign_in(client)["Location"] == "/sign-in/factor/"
    assert not is_in(client)


@pytest.mark.parametrize(
    ("userinfo", "code"),
    [({"sub": "somebody-else"}, "sso-userinfo"), ({"email": "other@example.com"}, "sso-email")],
)
def test_what_is_asked_for_must_be_about_the_same_person(client, agent, provider, refused, userinfo, code):
    provider.seat(more={"apart": ["email_verified"], "userinfo": userinfo})
    refused(client, provider.sign_in(client), code)


@pytest.mark.parametrize("first_time", [True, False])
def test_a_deactivated_person_stays_out(client, agent, provider, refused, first_time):
    if not first_time:
        provider.sign_in(Client())
    User.objects.filter(pk=agent.pk).update(is_active=False)
    page = refused(client, provider.sign_in(client), "sso-deactivated")
    assert "deactivated" in page


def test_somebody_unknown_is_not_made_unless_the_house_says_so(client, db, provider, refused, settings):
    provider.seat("new.person@example.com", name="New Person")
    refused(client, provider.sign_in(client), "sso-unknown")
    assert not User.objects.exists()
    settings.CONSOLE_OIDC["create_people"] = True
    provider.sign_in(client)
    made = User.objects.get()
    assert (made.email, made.name, made.has_usable_password()) == (
        "new.person@example.com",
        "New Person",
        False,
    )
    assert "staff.person_added" in actions()


def test_of_two_windows_that_make_somebody_one_is_told_so(
    client, db, provider, refused, settings, monkeypatch
):
    settings.CONSOLE_OIDC["create_people"] = True
    provider.seat("new.person@example.com", name="New Person")
    make = User.objects.create_user
    # The other window writes between our look and our write.
    monkeypatch.setattr(matching, "new_person", lambda *told: [make(*told), make(*told)])
    refused(client, provider.sign_in(client), "sso-twice")


def test_another_account_does_not_take_over_somebody_s_place(client, agent, provider, refused):
    provider.sign_in(Client())
    provider.seat(sub="asha-2")
    assert "another account at Example ID" in refused(client, provider.sign_in(client), "sso-other-account")


def test_an_administrator_ends_a_link_and_the_sessions_with_it(
    client, client_as, agent, administrator, provider
):
    provider.sign_in(client)
    acting = client_as(administrator)
    path = f"/people/{agent.pk}/account/end/"
    acting.post(path)
    assert Entry.objects.get(action="staff.oidc_unlinked").content["subject"] == "Asha Verma"
    assert client.get("/account/").status_code == 302
    acting.post(path)
    assert Entry.objects.filter(action="staff.oidc_unlinked").count() == 1
    provider.seat(sub="asha-2")
    provider.sign_in(client)
    assert is_in(client)


def test_the_provider_s_no_is_told_with_its_code(client, agent, provider, refused):
    provider.seat(more={"refuse": True})
    assert "did not let you in" in refused(client, provider.sign_in(client), "sso-access_denied")


def test_a_provider_that_is_ill_is_no_refusal(client, agent, provider, refused):
    back = provider.way_back(client)
    provider.seat(more={"ill": True})
    page = refused(client, client.get(back), "sso-unreachable", 503)
    assert "does not answer as it should" in page
    assert Entry.objects.get(action="staff.oidc_refused").outcome == "not_done"


@pytest.mark.parametrize(
    ("issuer", "code"),
    [("http://127.0.0.1:9/o", "sso-unreachable"), ("{address}/o/", "sso-other-issuer")],
)
def test_only_the_named_issuer_s_own_description_counts(
    client, db, provider, settings, refused, issuer, code
):
    settings.CONSOLE_OIDC["issuer"] = issuer.format(address=provider.address)
    refused(client, client.get(START), code, 503)


def test_behind_https_nothing_is_asked_in_clear(settings):
    settings.CONSOLE_OIDC = settings.CONSOLE_OIDC | {"client_secret": ""}
    issuer = "https://id.example.com"
    names = (
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "userinfo_endpoint",
        "end_session_endpoint",
    )
    told = {"issuer": issuer} | {name: f"{issuer}/{name}" for name in names}
    assert remembered._read_metadata(issuer, told).sends_secret_by == "none"
    for name in names:
        with pytest.raises(ProviderIll):
            remembered._read_metadata(issuer, told | {name: f"http://id.example.com/{name}"})


def test_keys_that_are_not_understood_do_not_hide_the_others():
    public = RSAKey.generate_key(2048).as_dict(private=False)
    odd = [{"kty": "oct", "k": "c2VjcmV0"}, {"kty": "RSA"}, {"kty": "PQ"}, "key", public | {"use": "enc"}]
    assert len(list(remembered._read_keys({"keys": [*odd, public]}))) == 1
    with pytest.raises(ProviderIll):
        remembered._read_keys({"keys": odd})


def test_nothing_of_it_is_there_while_it_is_off(client, db):
    assert client.get(START).status_code == client.get(BACK).status_code == 404
    assert START not in client.get("/sign-in/").content.decode()


def test_the_page_offers_it_and_keeps_where_to_go(client, db, provider):
    page = client.get("/sign-in/", {"next": "/account/?a=1"}).content.decode()
    assert "Sign in with Example ID" in page
    assert 'href="/sign-in/oidc/?next=%2Faccount%2F%3Fa%3D1"' in page


def test_afterwards_only_pages_of_ours_are_opened(client, agent, provider):
    assert provider.sign_in(client, after="https://elsewhere.example.com/")["Location"] == "/"


def test_signing_out_goes_on_to_the_provider_which_knows_whom_it_is_about(client, agent, provider):
    provider.sign_in(client)
    answer = client.post("/sign-out/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not is_in(client)
    assert 'http-equiv="refresh"' in page
    assert provider.visit(answer.context["address"]) == "http://testserver/sign-in/"


def test_signing_out_waits_for_nobody(client, agent, provider):
    provider.sign_in(client)
    provider.seat(more={"ill": True})
    remembered.forget()
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert not is_in(client)


def test_who_came_by_password_leaves_as_ever(client, agent, provider):
    client.post("/sign-in/", {"username": agent.email, "password": PASSWORD})
    assert client.post("/sign-out/")["Location"] == "/sign-in/"


def test_no_token_is_kept_in_clear_or_written_down(client, agent, provider, caplog):
    with caplog.at_level(logging.DEBUG):
        provider.sign_in(client)
        address = client.post("/sign-out/").context["address"]
    token = parse_qs(urlsplit(address).query)["id_token_hint"][0]
    provider.sign_in(client)
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith("urllib3")]
    kept = [
        json.dumps(dict(client.session)),
        *ours,
        *(bytes(one.payload).decode() for one in Entry.objects.all()),
    ]
    assert token.count(".") == 2
    assert [text for text in kept if token.rpartition(".")[2] in text or "eyJ" in text] == []


@pytest.mark.parametrize(
    ("claims", "counts"),
    [({"amr": ["pwd", "mfa"]}, True), ({"acr": "gold"}, True), ({"amr": ["pwd"]}, False), ({}, False)],
)
def test_the_provider_s_second_factor_counts_by_setting(client, agent, provider, settings, claims, counts):
    settings.CONSOLE_OIDC |= {"second_factor_amr": ["mfa"], "second_factor_acr": ["gold"]}
    provider.seat(**claims)
    provider.sign_in(client)
    assert client.session["oidc"]["second_factor"] is counts
