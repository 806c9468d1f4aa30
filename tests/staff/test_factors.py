"""Second factors: known answers, codes that work once, the second step of signing in, who needs one."""

import base64
import re
import threading
import time
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from environs import Env, EnvError

from apps.audit.actor import system_actor
from apps.audit.models import Entry
from apps.staff.demo import PASSWORD
from apps.staff.factor_models import Authenticator, RecoveryCode
from apps.staff.factors import keeping, recovery, totp
from apps.staff.models import User
from apps.staff.once import make_link
from apps.staff.roles import ROLES
from console import env_factors

NOW = 1_800_000_000
RFC = base64.b32encode(b"12345678901234567890").decode()


@pytest.fixture
def clock(monkeypatch):
    """A clock that tests set; `clock.at` in seconds since 1970."""

    class Clock:
        at = float(NOW)

        def code(self, secret):
            return pyotp.TOTP(secret).at(int(self.at))

    made = Clock()
    real = time.time
    monkeypatch.setattr(time, "time", lambda: made.at + (real() % 1))
    return made


def first_step(client, person, **more):
    return client.post("/sign-in/", {"username": person.email, "password": PASSWORD, **more})


def second_step(client, code):
    return client.post("/sign-in/factor/", {"code": code})


def set_up_app(client, clock):
    """Through the page; the secret as the page shows it, and the recovery codes."""
    page = client.get("/account/factors/authenticator/").content.decode()
    secret = re.search(r'<code class="lc-mono lc-break">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)[1]
    answer = client.post(
        "/account/factors/authenticator/", {"sealed": sealed, "code": clock.code(secret), "next": ""}
    )
    codes = re.findall(r'<code class="lc-mono">([^<]+)</code>', answer.content.decode())
    if codes:
        assert 'data-copy="' + "\n".join(codes) + '"' in answer.content.decode()
    # Loaded again, the page makes nothing a second time.
    again = client.post(
        "/account/factors/authenticator/", {"sealed": sealed, "code": clock.code(secret), "next": ""}
    )
    assert again.headers.get("Location") == "/account/"
    return secret, codes


@pytest.fixture
def with_app(agent, clock):
    """The agent with an authenticator app that was set up a minute ago."""
    agent.secret = totp.new_secret()
    agent.codes = keeping.add_authenticator(
        actor=system_actor("Test"), person=agent, secret=agent.secret, typed=clock.code(agent.secret)
    )
    agent.refresh_from_db()
    clock.at += 60
    return agent


def actions():
    return list(Entry.objects.order_by("id").values_list("action", flat=True))


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_known_answers_of_the_rfc(at, answer):
    """Appendix B of RFC 6238, SHA-1: ours are the last six of its eight figures."""
    step = at // 30
    assert totp.step_of(RFC, answer[2:], at) == step
    assert totp.step_of(RFC, f" {answer[2:5]} {answer[5:]} ", at) == step
    assert totp.step_of(RFC, answer[2:], at + 30) == totp.step_of(RFC, answer[2:], at - 30) == step
    assert totp.step_of(RFC, answer[2:], at + 60) is totp.step_of(RFC, answer[2:], at, after=step) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "٠٨١٨٠٤", "08180\x00", "-81804"])
def test_what_is_no_code_is_none(typed):
    assert totp.step_of(RFC, typed, 1111111109) is None


def test_the_first_step_alone_opens_nothing(client, with_app):
    answer = first_step(client, with_app, next="/account/")
    assert answer["Location"] == "/sign-in/factor/"
    assert "_auth_user_id" not in client.session
    # A passkey is bound to the console's name: at an address of figures they read where it works.
    with_app.passkeys.create(name="Laptop", key_id="k", handle="h", public=b"")
    figures = client.get("/sign-in/factor/", headers={"host": "127.0.0.1"}).content.decode()
    assert "open the console at localhost instead" in figures
    assert client.get("/account/")["Location"].startswith("/sign-in/")


def test_password_and_code_sign_in_and_lead_on(client, with_app, clock):
    first_step(client, with_app, next="/account/")
    answer = second_step(client, clock.code(with_app.secret))
    assert answer["Location"] == "/account/"
    assert "Last used" in client.get("/account/").content.decode()
    entry = Entry.objects.get(action="staff.signed_in")
    assert entry.content["details"]["way"] == "password and authenticator app"


def test_a_code_works_once(with_app, clock):
    code = clock.code(with_app.secret)
    one, two = Client(), Client()
    for client in (one, two):
        first_step(client, with_app)
    assert second_step(one, code).status_code == 302
    again = second_step(two, code)
    assert again.status_code == 422
    assert "_auth_user_id" not in two.session
    clock.at += 30
    assert second_step(two, clock.code(with_app.secret)).status_code == 302


def test_wrong_codes_pause_that_address_alone(client, with_app, clock):
    first_step(client, with_app)
    for _ in range(4):
        assert second_step(client, "000000").status_code == 422
    assert second_step(client, "000000").status_code == 429
    assert second_step(client, clock.code(with_app.secret)).status_code == 429
    assert first_step(Client(), with_app).status_code == 429
    assert actions().count("staff.factor_refused") == 6
    owner = Client(REMOTE_ADDR="192.0.2.8")
    first_step(owner, with_app)
    assert second_step(owner, clock.code(with_app.secret)).status_code == 302


def test_the_right_password_does_not_forget_wrong_codes(client, with_app):
    first_step(client, with_app)
    for _ in range(4):
        second_step(client, "000000")
    first_step(client, with_app)
    assert second_step(client, "000000").status_code == 429


def test_the_limiter_keeps_no_code(client, with_app):
    first_step(client, with_app)
    second_step(client, "ab12-not-a-code")
    kept = AccessAttempt.objects.get()
    assert "not-a-code" not in f"{kept.post_data}{kept.get_data}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["password", "code"])
def test_of_many_wrong_tries_sent_at_once_no_more_are_read_than_one_after_the_other(with_app, step):
    clients = [Client(headers={"user-agent": f"Browser {one}"}) for one in range(12)]
    for client in clients if step == "code" else ():
        first_step(client, with_app)
    ready, statuses = threading.Barrier(len(clients)), []

    def go(client):
        try:
            ready.wait(30)
            wrong = {"username": with_app.email, "password": "harbour lantern"}
            answer = second_step(client, "000000") if step == "code" else client.post("/sign-in/", wrong)
            statuses.append(answer.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(client,)) for client in clients]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    # The fifth is read, and answered by the pause as all after it are.
    assert sorted(statuses)[4:] == [429] * 8
    refused = Entry.objects.filter(action__in=["staff.factor_refused", "staff.sign_in_refused"])
    if step == "code":
        assert sum(not one.content["details"]["paused"] for one in refused) == 5
    else:
        assert refused.count() < 5
    assert AccessAttempt.objects.get().failures_since_start == 5


@pytest.mark.parametrize("after", ["waiting", "a new password", "deactivation", "nothing"])
def test_the_second_step_waits_only_so_long(client, with_app, clock, after):
    if after != "nothing":
        first_step(client, with_app, next="/account/")
    if after == "waiting":
        clock.at += 601
    if after == "a new password":
        with_app.set_password("harbour lantern mosaic")
        with_app.save()
    if after == "deactivation":
        User.objects.filter(pk=with_app.pk).update(is_active=False)
    answer = second_step(client, clock.code(with_app.secret))
    assert answer["Location"] == ("/sign-in/" if after == "nothing" else "/sign-in/?next=%2Faccount%2F")
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_works_once_however_it_is_typed(client, with_app):
    first_step(client, with_app)
    assert second_step(client, with_app.codes[3].upper().replace("-", " ")).status_code == 302
    assert Entry.objects.get(action="staff.recovery_used").content["details"]["left"] == 9
    other = Client()
    first_step(other, with_app)
    assert second_step(other, with_app.codes[3]).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_one_recovery_code_one_comes_in(with_app):
    clients = [Client(), Client()]
    for client in clients:
        first_step(client, with_app)
    ready, statuses = threading.Barrier(2), []

    def go(client):
        try:
            ready.wait(10)
            statuses.append(second_step(client, with_app.codes[0]).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(client,)) for client in clients]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(statuses) == [302, 422]
    assert RecoveryCode.objects.exclude(used_at=None).count() == 1


def test_new_recovery_codes_end_the_old_ones(client_as, with_app):
    client = client_as(User.objects.get(pk=with_app.pk))
    page = client.post("/account/factors/recovery/").content.decode()
    new = re.findall(r'<code class="lc-mono">([^<]+)</code>', page)
    assert len(set(new)) == 10
    assert recovery.take(with_app, with_app.codes[0]) is False
    assert recovery.take(with_app, new[0]) is True
    assert "New recovery codes" in mail.outbox[-1].body
    assert not any(code in mail.outbox[-1].body for code in new)


def test_secret_and_codes_are_not_kept_in_clear(with_app):
    app = Authenticator.objects.get()
    assert with_app.secret not in app.sealed_secret
    assert app.secret == with_app.secret
    kept = " ".join(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert not any(code.replace("-", "") in kept for code in with_app.codes)


def test_the_picture_is_svg_without_style_and_the_address_names_the_person(client_as, agent):
    page = client_as(agent).get("/account/factors/authenticator/").content.decode()
    picture = re.search(r"<svg.*?</svg>", page, re.DOTALL)[0]
    assert "style" not in picture
    address = urlsplit(totp.address_of(RFC, agent.email))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert parse_qs(address.query)["secret"] == [RFC]


def test_a_wrong_code_sets_nothing_up_and_keeps_the_picture(client_as, agent, clock):
    client = client_as(agent)
    page = client.get("/account/factors/authenticator/").content.decode()
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)[1]
    secret = re.search(r'<code class="lc-mono lc-break">([A-Z2-7 ]+)</code>', page)[1]
    answer = client.post("/account/factors/authenticator/", {"sealed": sealed, "code": "000000"})
    assert answer.status_code == 422
    assert secret in answer.content.decode()
    assert not Authenticator.objects.exists()
    assert actions()[-1] == "staff.factor_not_added"


def test_a_secret_sealed_for_somebody_else_is_none(client_as, agent, manager, clock):
    page = client_as(agent).get("/account/factors/authenticator/").content.decode()
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)[1]
    secret = re.search(r'<code class="lc-mono lc-break">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    answer = client_as(manager).post(
        "/account/factors/authenticator/", {"sealed": sealed, "code": clock.code(secret)}
    )
    assert answer.status_code == 422
    assert secret not in answer.content.decode().replace(" ", "")


def test_the_first_factor_ends_sessions_that_a_password_opened(client_as, agent, clock):
    here, elsewhere = client_as(agent), client_as(agent)
    set_up_app(here, clock)
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert "was set up" in mail.outbox[-1].body


def test_removing_the_last_factor_takes_the_codes_along(client_as, with_app, client):
    mine = client_as(User.objects.get(pk=with_app.pk))
    assert mine.post("/account/factors/authenticator/remove/")["Location"] == "/account/"
    assert not RecoveryCode.objects.exists()
    assert first_step(client, with_app)["Location"] == "/"


def test_who_needs_a_factor_reaches_nothing_before(client, agent, clock, settings):
    settings.CONSOLE_SECOND_FACTOR_ROLES = ["agent"]
    assert first_step(client, agent, next="/account/").status_code == 302
    assert client.get("/account/")["Location"] == "/account/factors/?next=%2Faccount%2F"
    assert client.get("/customers/", headers={"HX-Request": "true"})["HX-Redirect"] == "/account/factors/"
    typed = {"name": "Neha Banerjee", "next": "/account/"}
    led = client.post("/account/store/", typed | {"store": agent.memberships.get().store_id})
    assert Entry.objects.get(action="staff.refused").subject == "staff:store_switch"
    figures = client.get("/account/factors/", headers={"host": "127.0.0.1"}).content.decode()
    assert "No passkey can be made here" in figures
    page = client.get("/account/factors/", {"next": "/account/"}).content.decode()
    assert "No passkey can be made here" not in page
    assert "Your role needs one." in page
    assert 'href="/customers/"' not in page
    after = parse_qs(urlsplit(led["Location"]).query)["next"][0]
    assert "What you sent was not done." in client.get(led["Location"]).content.decode()
    assert client.get(after)["Location"].startswith("/account/factors/?next=")
    for made_up in ("a/b", "a\0b", "nonsense"):
        sent = {"lock-whose": str(agent.pk), "lock-held": made_up}
        assert client.post("/account/store/", sent)["Location"] == "/account/factors/"
    secret, codes = set_up_app(client, clock)
    assert len(codes) == 10
    # What was sent before goes on from its own page, once.
    waits = client.get(after).content.decode()
    assert 'action="/account/store/"' in waits
    sent = dict(re.findall(r'name="(lock-\w+)" value="([^"]*)"', waits))
    assert client.post("/account/store/", sent)["Location"] == "/account/"
    assert client.get(after)["Location"] == client.post("/account/store/", sent)["Location"] == "/"
    assert Entry.objects.filter(action="staff.store_switched").count() == 1
    assert client.get("/account/").status_code == 200
    refused = client.post("/account/factors/authenticator/remove/")
    assert refused.status_code == 409
    assert "your role needs one" in refused.content.decode()
    assert Authenticator.objects.count() == 1
    client.post("/sign-out/")
    clock.at += 60
    first_step(client, agent)
    assert second_step(client, clock.code(secret)).status_code == 302


def test_roles_that_are_not_named_need_none(client, manager, settings):
    settings.CONSOLE_SECOND_FACTOR_ROLES = ["agent", "administrator"]
    first_step(client, manager)
    assert client.get("/account/").status_code == 200


def test_an_administrator_resets_what_is_lost(client, client_as, administrator, with_app, settings):
    theirs = client_as(User.objects.get(pk=with_app.pk))
    admin = client_as(administrator)
    path = f"/people/{with_app.pk}/factors/reset/"
    assert admin.post(path, {"reason": ""}).status_code == 422
    assert Authenticator.objects.exists()
    assert "no role of theirs needs a factor" in admin.get(path).content.decode()
    answer = admin.post(path, {"reason": "Phone lost, spoke to her in person"}, follow=True)
    assert "signs in with the password alone now" in answer.content.decode()
    assert not Authenticator.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert theirs.get("/account/").status_code == 302
    entry = Entry.objects.get(action="staff.factors_reset")
    assert (entry.subject, entry.actor_name) == (with_app.name, administrator.name)
    assert entry.content["reason"] == "Phone lost, spoke to her in person"
    assert mail.outbox[-1].to == [with_app.email]
    assert "set up a new one" not in mail.outbox[-1].body
    assert first_step(client, with_app)["Location"] == "/"
    assert admin.post(path, {"reason": "Again"}).status_code == 422


def test_nobody_resets_their_own(client_as, administrator, clock):
    admin = client_as(administrator)
    set_up_app(admin, clock)
    answer = admin.post(f"/people/{administrator.pk}/factors/reset/", {"reason": "Mine"})
    assert answer.status_code == 403
    assert Authenticator.objects.exists()
    assert "staff.refused" in actions()


def test_the_shell_resets_for_the_only_administrator(administrator, client_as, clock):
    set_up_app(client_as(administrator), clock)
    call_command("reset_factors", email=administrator.email, reason="Phone lost", stdout=StringIO())
    administrator.refresh_from_db()
    assert administrator.second_factor_since is None
    entry = Entry.objects.get(action="staff.factors_reset")
    assert entry.actor_name.startswith("Shell (")
    assert mail.outbox[-1].to == [administrator.email]


@pytest.mark.parametrize(
    ("said", "environment", "roles"),
    [
        (None, "live", ["agent", "store_manager", "auditor", "administrator", "own"]),
        (None, "sandbox", []),
        ("", "live", ["agent", "store_manager", "auditor", "administrator", "own"]),
        ("none", "live", []),
        ("all", "training", ["agent", "store_manager", "auditor", "administrator", "own"]),
        ("administrator, auditor", "sandbox", ["administrator", "auditor"]),
    ],
)
def test_who_needs_one_is_a_setting(monkeypatch, said, environment, roles):
    monkeypatch.setenv("CONSOLE_ENVIRONMENT", environment)
    monkeypatch.delenv("CONSOLE_SECOND_FACTOR_ROLES", raising=False)
    if said is not None:
        monkeypatch.setenv("CONSOLE_SECOND_FACTOR_ROLES", said)
    assert env_factors.read(Env())["CONSOLE_SECOND_FACTOR_ROLES"] == roles
    monkeypatch.setenv("CONSOLE_SECOND_FACTOR_ROLES", "boss")
    with pytest.raises(EnvError):
        env_factors.read(Env())


def test_the_setting_knows_every_role():
    assert {*env_factors.ROLES} == {*ROLES, "own"}


def test_a_sign_in_that_something_else_began_asks_for_the_factor_too(client, with_app, clock):
    """Whatever opens the session goes through `let_in`: without a factor shown it opens none."""
    _person, path = make_link(actor=system_actor("Test"), email=with_app.email, reason="Test")
    assert client.post(path)["Location"] == "/sign-in/factor/"
    assert "_auth_user_id" not in client.session
    assert second_step(client, clock.code(with_app.secret)).status_code == 302
