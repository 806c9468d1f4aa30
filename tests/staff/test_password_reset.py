"""A new password by mail, and what a password must be: alike for everybody who asks, once, and nobody is locked out."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from apps.audit.models import Entry
from apps.staff.demo import PASSWORD
from apps.staff.letters import posting
from apps.staff.models import User
from apps.staff.session_models import Letter, OpenSession, ResetLink

pytestmark = pytest.mark.django_db

GOOD = "harbour lantern mosaic"
LINK = re.compile(r"/password/reset/[\w.-]+/")
ASK = "/password/forgotten/"


@pytest.fixture(autouse=True)
def _mail_server(settings):
    settings.CONSOLE_MAIL_IS_SENT = True
    cache.clear()


def asked(client, email):
    """The answer, without what is another each time."""
    answer = client.post(ASK, {"email": email})
    words = re.sub(r'value="[^"]*"|LC-[0-9A-Z-]+|hx-headers=\S+ \S+', "", answer.content.decode())
    return answer.status_code, words


def link_for(client, email):
    """The path of the link in the mail."""
    asked(client, email)
    mail.outbox.clear()
    assert posting.send_due() == 1
    return LINK.search(mail.outbox[0].body)[0]


def new(password=GOOD, again=None):
    return {"new": password, "again": password if again is None else again}


def signs_in(email, password, client=None):
    return (client or Client()).post(
        "/sign-in/", {"username": email, "password": password}
    ).status_code == 302


def test_whoever_asks_gets_a_link_that_works_once_and_signs_nobody_in(client, agent):
    visitor = Client()
    visitor.force_login(agent, backend="apps.staff.backends.RoleBackend")
    link = link_for(client, f" {agent.email.upper()} ")
    assert mail.outbox[0].to == [agent.email]
    page = client.get(link).content.decode()
    assert "Asha Verma, you sign in with asha.verma@example.com." in page
    other_link = link_for(client, agent.email)
    assert client.post(link, new(), follow=True).request["PATH_INFO"] == "/sign-in/"
    assert "_auth_user_id" not in client.session
    for dead in (link, other_link):
        for answer in (client.get(dead), client.post(dead, new("another lantern mosaic"))):
            assert answer.status_code == 410
            assert "Asha" not in answer.content.decode()
    # Sessions from before are closed, the new password works, the old one does not.
    assert visitor.get("/account/").status_code == 302
    assert not OpenSession.objects.filter(person=agent).exists()
    assert not signs_in(agent.email, PASSWORD)
    assert signs_in(agent.email, GOOD)
    posting.send_due()
    assert "was changed" in mail.outbox[-1].body or "new browser" in mail.outbox[-1].subject
    done = Entry.objects.get(action="staff.reset_used")
    assert (done.actor_name, done.actor_role) == ("Asha Verma", "Agent")
    secret = link.split("/")[3].split(".")[0]
    for entry in Entry.objects.all():
        assert secret not in bytes(entry.payload).decode()
    assert secret not in str(list(Letter.objects.values_list())) + str(list(ResetLink.objects.values_list()))


def test_unknown_and_closed_accounts_get_the_same_answer_by_the_same_steps(
    client, agent, django_assert_num_queries
):
    User.objects.create_user("gone@example.com", "Gone Away", PASSWORD, is_active=False)
    User.objects.create_user("new@example.com", "New Comer")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    answers, steps = [], []
    asked(client, "warm@example.com")
    for email in (agent.email, "gone@example.com", "new@example.com", "nobody@example.com"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answers.append(asked(client, email))
        steps.append([re.sub(r"\d+|'[^']*'", "", one["sql"])[:60] for one in queries])
    assert answers[0][0] == 200
    assert all(one == answers[0] for one in answers)
    assert all(one == steps[0] for one in steps)
    assert posting.send_due() == 1
    assert [one.to for one in mail.outbox] == [[agent.email]]
    assert not Letter.objects.exists()
    assert Entry.objects.filter(action="staff.reset_asked").count() == 5


def test_nobody_is_locked_out_or_flooded_by_somebody_who_asks_for_them(agent):
    for number in range(6):
        asked(Client(REMOTE_ADDR=f"192.0.2.{number}"), agent.email)
    posting.send_due()
    assert len(mail.outbox) == 3
    assert Entry.objects.filter(action="staff.reset_refused").count() == 3
    # Each of the three works, and so does the password all the while.
    assert signs_in(agent.email, PASSWORD)
    first = LINK.search(mail.outbox[0].body)[0]
    assert Client().post(first, new()).status_code == 302
    assert signs_in(agent.email, GOOD)


def test_one_network_asks_only_so_often(client, agent):
    codes = [asked(client, f"somebody{number}@example.com")[0] for number in range(12)]
    assert codes == [200] * 10 + [429] * 2
    assert Entry.objects.filter(action="staff.reset_refused").count() == 1
    assert asked(Client(REMOTE_ADDR="192.0.2.77"), agent.email)[0] == 200


def test_a_link_runs_out_after_an_hour_and_with_the_password(client, agent):
    link = link_for(client, agent.email)
    left = ResetLink.objects.get().expires_at - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    ResetLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = client.post(link, new())
    assert (answer.status_code, "has run out" in answer.content.decode()) == (410, True)
    ResetLink.objects.update(expires_at=timezone.now() + timedelta(hours=1), made_at=timezone.now())
    signed = Client()
    signs_in(agent.email, PASSWORD, signed)
    signed.post("/account/password/", {"current": PASSWORD, **new("quiet window harvest")})
    answer = client.get(link)
    assert (answer.status_code, "was changed since" in answer.content.decode()) == (410, True)
    assert client.get("/password/reset/nonsense/").status_code == 404
    assert Entry.objects.filter(action="staff.reset_link_refused").count() == 2


def test_second_factors_stay_and_are_asked_for(client, agent):
    User.objects.filter(pk=agent.pk).update(second_factor_since=timezone.now())
    link = link_for(client, agent.email)
    assert client.post(link, new())["Location"] == "/sign-in/"
    agent.refresh_from_db()
    assert agent.second_factor_since
    answer = client.post("/sign-in/", {"username": agent.email, "password": GOOD})
    assert "_auth_user_id" not in client.session
    assert answer.status_code == 302


def test_a_new_password_ends_the_pause_where_it_was_set(client, agent):
    for _ in range(5):
        signs_in(agent.email, "wrong", client)
    assert not signs_in(agent.email, PASSWORD, client)
    assert client.post(link_for(client, agent.email), new()).status_code == 302
    assert signs_in(agent.email, GOOD, client)


def test_a_bad_password_uses_nothing_up_and_the_page_needs_an_address(client, agent):
    link = link_for(client, agent.email)
    assert client.post(link, new("short")).status_code == 422
    assert client.post(link, new(GOOD, "another")).status_code == 422
    assert client.post(ASK, {"email": " "}).status_code == 422
    assert client.post(link, new()).status_code == 302


def test_a_link_does_not_tell_which_password_was_the_old_one(client, agent):
    """Whoever has the link could try out one after the other: the one of before is taken like any other."""
    assert client.post(link_for(client, agent.email), new(PASSWORD)).status_code == 302
    assert signs_in(agent.email, PASSWORD, client)


def test_the_link_is_shown_only_in_the_demo_on_one_s_own_machine(settings, agent):
    settings.CONSOLE_MAIL_IS_SENT = False
    shown = Client().post(ASK, {"email": agent.email}).content.decode()
    assert Client().post(LINK.search(shown)[0], new()).status_code == 302
    assert not LINK.search(Client(REMOTE_ADDR="192.0.2.7").post(ASK, {"email": agent.email}).content.decode())
    assert not LINK.search(Client().post(ASK, {"email": "nobody@example.com"}).content.decode())
    for name, value in (("CONSOLE_ENVIRONMENT", "live"), ("CONSOLE_PROXIES", 1)):
        before = getattr(settings, name)
        setattr(settings, name, value)
        assert not LINK.search(Client().post(ASK, {"email": agent.email}).content.decode())
        setattr(settings, name, before)


def test_without_the_trail_nothing_is_sent(client, agent, broken_trail):
    assert client.post(ASK, {"email": agent.email}).status_code == 503
    assert not Letter.objects.exists()


def test_a_new_browser_is_told_once_and_never_holds_up_the_sign_in(client, agent, manager, monkeypatch):
    assert signs_in(agent.email, PASSWORD, client)
    client.post("/sign-out/")
    assert signs_in(agent.email, PASSWORD, client)
    client.post("/sign-out/")
    # A browser that knows somebody else is new for this person, and still knows the first one afterwards.
    assert signs_in(manager.email, PASSWORD, client)
    client.post("/sign-out/")
    assert signs_in(agent.email, PASSWORD, client)
    assert mail.outbox == []
    assert posting.send_due() == 2
    assert [one.to for one in mail.outbox] == [[agent.email], [manager.email]]
    assert "Address: 127.0.0.1" in mail.outbox[0].body
    assert mail.outbox[0].body.startswith(f"Hello {agent.name},")
    signs = [
        one.content["details"].get("new_browser")
        for one in Entry.objects.filter(action="staff.signed_in").order_by("id")
    ]
    assert signs == [True, None, True, None]
    forged = Client()
    forged.cookies["browser"] = client.cookies["browser"].value[:-3] + "abc"
    assert signs_in(agent.email, PASSWORD, forged)
    assert Letter.objects.count() == 1


def test_a_mail_server_that_is_away_is_tried_again_and_then_given_up(agent, monkeypatch, caplog):
    def fail(*_args, **_options):
        raise OSError("away")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
    posting.post(posting.Kind.RESET_ASKED, email=agent.email, base="http://testserver")
    for tries in range(1, 5):
        assert posting.send_due() == 0
        assert posting.send_due() == 0
        assert Letter.objects.get().tries == tries
        assert not ResetLink.objects.exists()
        Letter.objects.update(due_at=timezone.now())
    posting.send_due()
    assert not Letter.objects.exists()
    assert Entry.objects.get(action="staff.letter_not_sent").outcome == "not_done"
    assert agent.email not in caplog.text


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("short", True),
        ("passwordpassword", True),
        ("qwertyuiop12", True),
        ("123456789012", True),
        ("aaaaaaaaaaaa", True),
        ("Password1234", True),
        ("Asha Verma 12", True),
        ("asha.verma@example.com", True),
        ("maplethread1", True),
        (GOOD, False),
        ("  spaces around it  too ", False),
        ("пароль для кассы", False),
        ("靴下 傘 望遠鏡 海 橋 時計", False),
        ("🦔 lamp 🚲 tin 🪁 moss", False),
        ("only lower case letters here", False),
        ("w" * 3 + "orn leather suitcase " * 5, False),
    ],
)
def test_what_a_password_must_be(agent, password, refused):
    try:
        validate_password(password, agent)
    except ValidationError:
        assert refused
    else:
        assert not refused
