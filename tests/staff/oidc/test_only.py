"""Passwords switched off, and the operator's link for one sign-in."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Entry
from apps.core.errors import Refused
from apps.staff import once
from apps.staff.demo import PASSWORD
from apps.staff.models import User
from apps.staff.oidc.rows import LinkedAccount
from apps.staff.people.guarding import check_one_is_left
from apps.staff.people.invites import invite
from apps.staff.session_models import OpenSession
from apps.staff.sessions import known
from console import env_oidc
from tests.core.test_env import GOOD, LIVE
from tests.staff.oidc.conftest import is_in


@pytest.fixture
def only(provider, settings):
    settings.CONSOLE_OIDC["only"] = True
    return provider


def made_link(email="imran.qureshi@example.com", **more):
    out = StringIO()
    call_command("sign_in_link", email=email, reason="The provider is away.", stdout=out, **more)
    return out.getvalue()


def path_in(text):
    return "/" + text.strip().split("/", 3)[3]


def test_without_passwords_the_right_one_opens_nothing(client, agent, only):
    page = client.get("/sign-in/").content.decode()
    assert 'type="password"' not in page
    assert "Sign in with Example ID" in page
    answer = client.post("/sign-in/", {"username": agent.email, "password": PASSWORD})
    assert answer.status_code == 422
    assert "switched off" in answer.content.decode()
    assert not is_in(client)
    assert Entry.objects.get().action == "staff.sign_in_refused"


def test_no_password_is_changed_or_set(client, agent, administrator, only, rf):
    only.sign_in(client)
    page = client.get("/account/").content.decode()
    assert 'name="current"' not in page
    answer = client.post(
        "/account/password/",
        {"current": PASSWORD, "new": "four unrelated words", "again": "four unrelated words"},
    )
    assert answer.status_code == 403
    assert User.objects.get(pk=agent.pk).check_password(PASSWORD)

    from apps.staff.actors import actor_of

    request = rf.get("/")
    request.user, request.session = administrator, client.session
    _person, token = invite(
        actor=actor_of(request), email="new@example.com", name="New Person", role="auditor"
    )
    answer = Client().get(f"/welcome/{token}/", follow=True)
    assert answer.redirect_chain == [("/sign-in/", 302)]
    assert "You are invited. Sign in with Example ID" in answer.content.decode()


def test_an_administrator_without_an_account_there_does_not_count_as_left(administrator, only, settings):
    with pytest.raises(Refused):
        check_one_is_left()
    LinkedAccount.objects.create(person=administrator, issuer=only.issuer, subject="imran")
    check_one_is_left()
    settings.CONSOLE_OIDC["issuer"] = "https://id.example.org"
    with pytest.raises(Refused):
        check_one_is_left()


def test_the_operator_s_link_signs_in_once(client, administrator, only):
    path = path_in(made_link())
    made = Entry.objects.get(action="staff.sign_in_link_made")
    assert (made.actor_role, made.content["subject"], made.reason) == (
        "Operator",
        "Imran Qureshi",
        "The provider is away.",
    )
    for _look in range(2):
        assert "Sign in as Imran Qureshi" in client.get(path).content.decode()
    assert client.post(path)["Location"] == "/"
    assert is_in(client)
    assert Entry.objects.get(action="staff.signed_in").content["details"]["way"] == "a link for one sign-in"
    other = Client()
    assert (other.get(path).status_code, other.post(path).status_code) == (410, 410)
    assert not is_in(other)
    assert Entry.objects.filter(action="staff.sign_in_link_refused").count() == 1
    assert path not in "".join(bytes(one.payload).decode() for one in Entry.objects.all())


@pytest.mark.parametrize("way", ["the provider", "a link"])
def test_no_way_in_goes_around_a_second_factor(client, administrator, provider, settings, way):
    User.objects.update(second_factor_since=timezone.now())
    provider.seat(administrator.email, sub="imran", amr=["mfa"])
    answer = provider.sign_in(client) if way == "the provider" else client.post(path_in(made_link()))
    assert answer["Location"] == reverse("staff:factor")
    assert not is_in(client)
    settings.CONSOLE_OIDC |= {"second_factor_amr": ["mfa"]}
    provider.sign_in(client)
    assert is_in(client)


def test_a_mail_that_cannot_be_kept_keeps_nobody_out(client, administrator, monkeypatch):
    def twice(*_kind, **_about):
        for _time in range(2):
            OpenSession.objects.create(session_key="same", expire_date=timezone.now())

    monkeypatch.setattr(known, "post", twice)
    assert client.post(path_in(made_link()))["Location"] == "/"
    assert is_in(client)
    assert not OpenSession.objects.filter(pk="same").exists()


@pytest.mark.parametrize("second_step", [True, False])
def test_a_link_opens_no_locked_session_of_somebody_else(client_as, agent, administrator, second_step):
    client = client_as(agent)
    OpenSession.objects.update(used_at=timezone.now() - timedelta(minutes=16))
    if second_step:
        User.objects.filter(pk=administrator.pk).update(second_factor_since=timezone.now())
    answer = client.post(path_in(made_link()))
    assert answer["Location"] == ("/sign-in/factor/" if second_step else "/")
    who = None if second_step else str(administrator.pk)
    assert client.session.get("_auth_user_id") == who
    assert not OpenSession.objects.filter(person=agent).exists()
    last = "staff.first_step" if second_step else "staff.signed_in"
    said = list(Entry.objects.order_by("id").values_list("action", "actor_name"))
    assert said[1][0] == "staff.signed_out"
    assert said[1][1] == agent.name
    assert said[-1][0] == last


@pytest.mark.parametrize("what", ["time", "sessions ended", "deactivated", "touched"])
def test_a_link_dies(client, administrator, monkeypatch, what):
    path = path_in(made_link(address="https://console.example.com/"))
    if what == "time":
        monkeypatch.setattr(once, "LASTS", timedelta(seconds=-1))
    if what == "sessions ended":
        User.objects.update(session_round=1)
    if what == "deactivated":
        User.objects.update(is_active=False)
    if what == "touched":
        path = path[:-2] + "/"
    assert client.post(path).status_code == 410
    assert not is_in(client)


@pytest.mark.parametrize(
    ("email", "reason"), [("nobody@example.com", "x"), ("imran.qureshi@example.com", " ")]
)
def test_no_link_for_nobody_or_without_a_reason(administrator, email, reason):
    with pytest.raises(CommandError):
        call_command("sign_in_link", email=email, reason=reason)
    assert not Entry.objects.exists()


ON = GOOD | {"CONSOLE_OIDC_ISSUER": "https://id.example.com", "CONSOLE_OIDC_CLIENT_ID": "console"}


@pytest.mark.parametrize(
    ("base", "name", "value"),
    [
        (ON, "CONSOLE_OIDC_ISSUER", "id.example.com"),
        (ON, "CONSOLE_OIDC_CLIENT_ID", ""),
        (ON, "CONSOLE_OIDC_SCOPES", "email"),
        (ON, "CONSOLE_OIDC_ALGORITHMS", "RS256,HS256"),
        (ON, "CONSOLE_OIDC_ALGORITHMS", "none"),
        (ON, "CONSOLE_OIDC_GROUPS", "shop=agent"),
        (ON, "CONSOLE_OIDC_GROUPS", "audit=auditor@012"),
        (ON, "CONSOLE_OIDC_GROUPS", "shop=boss@012"),
        (ON, "CONSOLE_OIDC_GROUPS_RULE", "true"),
        (ON, "CONSOLE_OIDC_TIMEOUT_SECONDS", "0"),
        (ON, "CONSOLE_OIDC_MAX_AGE_MINUTES", "-1"),
        (GOOD, "CONSOLE_OIDC_ONLY", "true"),
        (LIVE | {"CONSOLE_OIDC_CLIENT_ID": "console"}, "CONSOLE_OIDC_ISSUER", "http://id.example.com"),
    ],
)
def test_settings_that_make_no_sense_are_refused_and_named(base, name, value):
    from console import env

    with pytest.raises(SystemExit, match=name):
        env.read(base | {name: value})


def test_groups_are_read_as_people_write_them():
    text = "CN=a,OU=b=agent@012; a@example.com=own-lead; shop=agent@012;shop=agent@007;"
    assert env_oidc.groups(text) == text
    assert env_oidc.roles_by_group(text) == {
        "CN=a,OU=b": [("agent", "012")],
        "a@example.com": [("own-lead", "")],
        "shop": [("agent", "012"), ("agent", "007")],
    }
