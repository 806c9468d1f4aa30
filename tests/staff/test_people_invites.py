"""Inviting: a link that works once and for 72 hours, that nothing but the mail and one page ever holds."""

import io
import logging
import re
import smtplib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from pythonjsonlogger.json import JsonFormatter

from apps.audit.models import Entry
from apps.core.addresses import AddressFilter, address_of
from apps.staff.models import Invite, User
from apps.staff.people import invites
from tests.staff.test_people_standing import acting, at_once

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

GOOD = "harbour lantern mosaic"
LINK = re.compile(r"/welcome/[\w.-]+/")
EMAIL = "bina.rao@example.com"


@pytest.fixture
def desk(client_as, administrator):
    return client_as(administrator)


@pytest.fixture
def mail_server(settings):
    settings.CONSOLE_MAIL_IS_SENT = True
    return settings


def typed(stores, /, **changes):
    given = {"name": "Bina Rao", "email": EMAIL, "role": "agent", "stores": [stores.contact_centre.pk]}
    return given | {"last_day": ""} | changes


def invited(desk, stores, /, **changes):
    """The path of the link as the page shows it."""
    page = desk.post(reverse("staff:person_invite"), typed(stores, **changes))
    assert page.status_code == 200, page.content.decode()
    return LINK.search(page.content.decode())[0]


def passwords(new=GOOD, again=None):
    return {"new": new, "again": new if again is None else again}


def test_somebody_is_invited_sets_a_password_and_signs_in(desk, stores, client):
    link = invited(desk, stores, stores=[stores.contact_centre.pk, stores.store_12.pk])
    bina = User.objects.get(email=EMAIL)
    assert (bina.name, bina.has_usable_password()) == ("Bina Rao", False)
    assert [one.store.code for one in bina.memberships_now] == ["CC", "012"]
    page = client.get(link).content.decode()
    assert "Bina Rao, you sign in with bina.rao@example.com." in page
    answer = client.post(link, passwords(), follow=True)
    assert "Your password is set. Sign in with it." in answer.content.decode()
    assert client.post("/sign-in/", {"username": EMAIL, "password": GOOD}).status_code == 302
    assert client.get("/customers/").status_code == 200
    made, set_ = Entry.objects.filter(action__in=["staff.person_invited", "staff.invite_accepted"])
    assert {made.actor_name, set_.actor_name} == {"Imran Qureshi", "Bina Rao"}


def test_the_link_is_in_the_mail_and_on_that_page_and_nowhere_else(desk, stores, caplog, rf):
    caplog.set_level(logging.DEBUG)
    link = invited(desk, stores)
    token = link.split("/")[2]
    secret = token.split(".")[0]
    (sent,) = mail.outbox
    assert sent.to == [EMAIL]
    assert f"http://testserver{link}" in sent.body
    assert (
        secret
        not in desk.get(reverse("staff:person", args=[User.objects.get(email=EMAIL).pk])).content.decode()
    )
    assert Invite.objects.get().secret_hash != secret
    for entry in Entry.objects.all():
        assert secret not in bytes(entry.payload).decode()
        assert EMAIL not in bytes(entry.payload).decode()
    assert secret not in caplog.text
    request = rf.get(link)
    request.resolver_match = object()
    assert address_of(request) == "/welcome/…"


def test_no_line_of_the_log_holds_a_link_that_was_refused(desk, stores, client):
    link = invited(desk, stores)
    lines = logging.StreamHandler(stream := io.StringIO())
    lines.setFormatter(JsonFormatter("{levelname}{message}", style="{"))
    lines.addFilter(AddressFilter())
    logging.getLogger("django.request").addHandler(lines)
    try:
        for given in (passwords("short"), passwords(), passwords()):
            client.post(link, given)
    finally:
        logging.getLogger("django.request").removeHandler(lines)
    assert stream.getvalue().count(r"POST /welcome/\u2026") == 2
    assert link.split("/")[2][:20] not in stream.getvalue()


def test_with_a_mail_server_the_administrator_never_sees_the_link(mail_server, desk, stores):
    page = desk.post(reverse("staff:person_invite"), typed(stores), follow=True).content.decode()
    assert "The link for Bina Rao is on its way." in page
    assert not LINK.search(page)
    assert LINK.search(mail.outbox[0].body)


def test_without_a_mail_server_the_mail_is_a_file(desk, stores, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    link = invited(desk, stores)
    (file,) = Path(tmp_path / "mail").iterdir()
    assert link.split("/")[2][:30] in file.read_text()


@pytest.mark.parametrize("error", [smtplib.SMTPRecipientsRefused({EMAIL: (550, b"no")}), OSError("away")])
def test_a_mail_server_that_takes_nothing_is_told(mail_server, desk, stores, monkeypatch, caplog, error):
    def fail(*_args, **_options):
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
    page = desk.post(reverse("staff:person_invite"), typed(stores), follow=True).content.decode()
    assert "could not be sent" in page
    assert Entry.objects.get(action="staff.invite_not_sent").outcome == "not_done"
    assert EMAIL not in caplog.text
    assert "Send a new link" in page


def test_a_link_works_once(desk, stores, client):
    link = invited(desk, stores)
    assert client.post(link, passwords()).status_code == 302
    for answer in (client.get(link), client.post(link, passwords("another lantern mosaic"))):
        assert answer.status_code == 410
        assert "works once" in answer.content.decode()
        assert "Bina" not in answer.content.decode()
    assert User.objects.get(email=EMAIL).check_password(GOOD)


def test_a_link_runs_out(desk, stores, client):
    link = invited(desk, stores)
    left = Invite.objects.get().expires_at - timezone.now()
    assert timedelta(hours=71, minutes=59) < left <= timedelta(hours=72)
    Invite.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = client.post(link, passwords())
    assert answer.status_code == 410
    assert "has run out" in answer.content.decode()
    assert not User.objects.get(email=EMAIL).has_usable_password()
    page = desk.get(reverse("staff:person", args=[User.objects.get(email=EMAIL).pk])).content.decode()
    assert "Has run out" in page


def test_sending_again_kills_the_old_link(desk, stores, client):
    old = invited(desk, stores)
    bina = User.objects.get(email=EMAIL)
    page = desk.post(reverse("staff:person_invite_again", args=[bina.pk])).content.decode()
    new = LINK.search(page)[0]
    assert new != old
    assert "newer one has taken its place" in client.get(old).content.decode()
    assert client.post(new, passwords()).status_code == 302
    assert desk.post(reverse("staff:person_invite_again", args=[bina.pk])).status_code == 409
    entry = Entry.objects.get(action="staff.invite_sent_again")
    assert all(entry.content["details"]["changed"]["link_works_until"])


def test_a_withdrawn_link_is_dead_and_can_be_made_anew(desk, stores, client):
    link = invited(desk, stores)
    bina = User.objects.get(email=EMAIL)
    address = reverse("staff:person_invite_withdraw", args=[bina.pk])
    assert "Withdrawn" in desk.post(address, follow=True).content.decode()
    assert desk.post(address).status_code == 409
    assert client.post(link, passwords()).status_code == 410
    assert desk.post(reverse("staff:person_invite_again", args=[bina.pk])).status_code == 200
    assert Entry.objects.filter(action="staff.invite_withdrawn").count() == 1


def test_deactivating_kills_the_link(desk, stores, client):
    link = invited(desk, stores)
    bina = User.objects.get(email=EMAIL)
    desk.post(reverse("staff:person_deactivate", args=[bina.pk]))
    assert client.post(link, passwords()).status_code == 410
    assert desk.post(reverse("staff:person_invite_again", args=[bina.pk])).status_code == 409
    desk.post(reverse("staff:person_reactivate", args=[bina.pk]))
    assert client.get(link).status_code == 410


@pytest.mark.parametrize(
    "change", [lambda token: token[:-1], lambda token: "x" + token, lambda _token: "nonsense"]
)
def test_a_link_that_was_never_made_is_answered_alike(desk, stores, client, change):
    token = invited(desk, stores).split("/")[2]
    answer = client.get(reverse("staff:welcome", args=[change(token)]))
    assert answer.status_code == 404
    assert "This link is not whole" in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (passwords("short"), "too short"),
        (passwords("bina.rao@example.com"), "too similar"),
        (passwords("password1234"), "too common"),
        (passwords(GOOD, "another"), "The two new passwords differ."),
        (passwords(""), "Type a new password."),
    ],
)
def test_a_bad_password_uses_nothing_up(desk, stores, client, given, words):
    link = invited(desk, stores)
    answer = client.post(link, given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert 'value="short"' not in answer.content.decode()
    assert client.post(link, passwords()).status_code == 302


@pytest.mark.parametrize(
    ("changes", "beside", "words"),
    [
        ({"name": " "}, "name", "Type their name."),
        ({"name": "n" * 121}, "name", "longer than 120"),
        ({"email": ""}, "email", "Type their work e-mail."),
        ({"email": "nobody"}, "email", "Write an e-mail address such as"),
        (
            {"email": "IMRAN.QURESHI@example.com"},
            "email",
            "There is a person with this e-mail address already.",
        ),
        ({"role": ""}, "role", "Choose a role."),
        ({"role": "owner"}, "role", "Choose one of the roles"),
        ({"stores": []}, "stores", "choose at least one"),
        ({"role": "auditor"}, "stores", "choose none"),
        ({"stores": ["999999"]}, "stores", "Choose one of the stores"),
        ({"stores": ["x"]}, "stores", "Choose one of the stores"),
        ({"last_day": "soon"}, "last_day", "Write a day such as"),
        ({"last_day": "2020-01-01"}, "last_day", "This day has passed."),
    ],
)
def test_bad_input_is_told_beside_the_field_and_kept(desk, stores, changes, beside, words):
    answer = desk.post(reverse("staff:person_invite"), typed(stores, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors[beside])
    assert f'id="id_{beside}_error"' in page
    if beside != "name":
        assert 'value="Bina Rao"' in page
    assert User.objects.count() == 1
    assert (mail.outbox, Entry.objects.count()) == ([], 0)


def test_names_stand_in_the_mail_as_they_are(desk, stores):
    invited(desk, stores, name="Aoife O'Neill & <Co>")
    assert "Hello Aoife O'Neill & <Co>," in mail.outbox[0].body


@pytest.mark.parametrize("role", ["agent", "manager", "auditor"])
def test_others_invite_nobody(request, client_as, stores, role):
    client = client_as(request.getfixturevalue(role))
    assert client.post(reverse("staff:person_invite"), typed(stores)).status_code == 403
    assert not User.objects.filter(email=EMAIL).exists()


def test_without_the_trail_nobody_is_invited_and_no_link_is_used(
    broken_trail, client_as, administrator, stores
):
    answer = client_as(administrator).post(reverse("staff:person_invite"), typed(stores))
    assert answer.status_code == 503
    assert not User.objects.filter(email=EMAIL).exists()
    assert not Invite.objects.exists()
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_one_link_used_twice_at_once_sets_one_password(administrator, stores):
    who, token = invites.invite(
        actor=acting(administrator),
        email=EMAIL,
        name="Bina Rao",
        role="agent",
        stores=[stores.contact_centre],
    )
    invite, done = invites.invite_of(token), []
    use = [
        lambda word=word: done.append(
            invites.accept(actor=acting(administrator), invite=invite, password=word)
        )
        for word in ("first lantern mosaic", "second lantern mosaic")
    ]
    assert at_once(*use) == [None, None]
    assert sorted(done) == [False, True]
    assert Entry.objects.get(action="staff.invite_accepted").actor_id == who.pk
