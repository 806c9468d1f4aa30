"""Where somebody is signed in: what is kept of it, ending it, and how long it lasts."""

import json
import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Entry
from apps.staff.demo import PASSWORD
from apps.staff.models import User
from apps.staff.session_models import HeldForm, OpenSession, hash_of

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
PAGE = "/account/"


def signed_in(person, agent=FIREFOX, **extra):
    client = Client(headers={"User-Agent": agent}, **extra)
    assert client.post("/sign-in/", {"username": person.email, "password": PASSWORD}).status_code == 302
    return client


def cookie(client):
    return client.cookies["session"].value


def ago(**span):
    return timezone.now() - timedelta(**span)


def test_a_session_says_where_and_since_when_and_its_key_stands_nowhere(agent):
    client = signed_in(agent, REMOTE_ADDR="192.0.2.9")
    (row,) = OpenSession.objects.filter(person=agent)
    assert (row.browser, row.address) == ("Firefox on Windows", "192.0.2.9")
    assert timezone.now() - row.since < timedelta(minutes=1)
    assert row.mark == Entry.objects.get(action="staff.signed_in").session
    assert all(cookie(client) not in str(value) for value in OpenSession.objects.values_list().get())
    # Whoever reads the table comes in with nothing that stands in it.
    thief = Client()
    thief.cookies["session"] = row.session_key
    assert thief.get(PAGE).status_code == 302


def test_the_list_shows_one_s_own_and_ending_one_closes_it_at_once(agent, manager):
    here, there, other = signed_in(agent), signed_in(agent, "Chrome/1 Android"), signed_in(manager)
    page = here.get("/account/sessions/").content.decode()
    assert page.count("This one") == 1
    assert "Chrome on Android" in page
    mark = OpenSession.objects.get(person=agent, browser="Chrome on Android").mark
    assert other.post(f"/account/sessions/{mark}/end/").status_code == 404
    assert there.get(PAGE).status_code == 200
    assert here.post(f"/account/sessions/{mark}/end/", follow=True).status_code == 200
    assert there.get(PAGE).status_code == 302
    assert here.post(f"/account/sessions/{mark}/end/").status_code == 404
    assert (
        Entry.objects.get(action="staff.session_ended").content["details"]["browser"] == "Chrome on Android"
    )
    # An answer that was under way does not bring it back.
    assert OpenSession.objects.filter(person=agent).count() == 1


def test_ending_all_others_keeps_this_one(agent, manager):
    here, *elsewhere = [signed_in(agent) for _ in range(3)]
    other = signed_in(manager)
    answer = here.post("/account/sessions/end-others/", follow=True).content.decode()
    assert "2 other sessions are ended." in answer
    assert [one.get(PAGE).status_code for one in (here, *elsewhere, other)] == [200, 302, 302, 200]
    assert Entry.objects.get(action="staff.sessions_ended").content["details"]["count"] == 2
    assert "nowhere else" in here.post("/account/sessions/end-others/", follow=True).content.decode()


def test_a_session_that_is_kept_just_after_all_others_were_ended_opens_nothing(agent):
    """Signing in has checked the password and read the person; all others are ended; then its session is written."""
    here, late = signed_in(agent), signed_in(agent)
    row = OpenSession.objects.get(pk=hash_of(cookie(late)))
    OpenSession.objects.filter(pk=row.pk).delete()
    assert here.post("/account/sessions/end-others/").status_code == 302
    row.save(force_insert=True)
    assert [one.get(PAGE).status_code for one in (here, late)] == [200, 302]


def test_ending_this_one_is_signing_out(agent):
    client = signed_in(agent)
    mark = OpenSession.objects.get(person=agent).mark
    assert client.post(f"/account/sessions/{mark}/end/")["Location"] == "/sign-in/"
    # Who ended it knows.
    assert "You were signed out." not in client.get(PAGE, follow=True).content.decode()


@pytest.mark.parametrize("mark", ["", "0", "a" * 15, "%" * 16, "%00", "0" * 64])
def test_what_is_no_session_is_not_ended(client_as, agent, mark):
    client = client_as(agent)
    assert client.post(f"/account/sessions/{mark or 'x'}/end/").status_code == 404
    assert client.get(PAGE).status_code == 200


def test_an_administrator_sees_and_ends_somebody_s_sessions(client_as, administrator, agent, manager):
    desk, theirs = client_as(administrator), signed_in(agent)
    address = reverse("staff:person_sessions_end", args=[agent.pk])
    page = desk.get(reverse("staff:person", args=[agent.pk])).content.decode()
    assert "In 1 browser" in page
    assert address in page
    assert theirs.post(address).status_code == 403
    assert "Leave them signed in" in desk.get(address).content.decode()
    assert theirs.get(PAGE).status_code == 200
    after = desk.post(address, follow=True).content.decode()
    assert address not in after
    assert "You were signed out." in theirs.get(PAGE, follow=True).content.decode()
    assert signed_in(agent).get(PAGE).status_code == 200
    assert desk.post(reverse("staff:person_sessions_end", args=[administrator.pk])).status_code == 403
    assert Entry.objects.get(action="staff.sessions_ended").subject == "Asha Verma"


def test_deactivation_and_a_new_password_leave_no_session_behind(client_as, administrator, agent):
    here, elsewhere = signed_in(agent), signed_in(agent)
    new = {"current": PASSWORD, "new": "harbour lantern mosaic", "again": "harbour lantern mosaic"}
    assert here.post("/account/password/", new).status_code == 302
    assert [one.get(PAGE).status_code for one in (here, elsewhere)] == [200, 302]
    assert OpenSession.objects.filter(person=agent).count() == 1
    client_as(administrator).post(reverse("staff:person_deactivate", args=[agent.pk]))
    assert not OpenSession.objects.filter(person=agent).exists()


def test_a_session_from_before_a_new_round_is_not_listed(client_as, administrator, agent):
    theirs = signed_in(agent)
    User.objects.filter(pk=agent.pk).update(session_round=1)
    desk = client_as(administrator)
    assert "Nowhere" in desk.get(reverse("staff:person", args=[agent.pk])).content.decode()
    here = signed_in(agent)
    assert here.get("/account/sessions/").content.decode().count('<th scope="row"') == 1
    assert theirs.get(PAGE).status_code == 302


def test_an_ended_session_is_not_brought_back_by_an_answer_under_way(agent):
    client = signed_in(agent)
    session = client.session
    assert session["opened"]
    OpenSession.objects.all().delete()
    from django.contrib.sessions.exceptions import SessionInterrupted

    with pytest.raises(SessionInterrupted):
        session.cycle_key()
    assert not OpenSession.objects.exists()


def test_the_last_use_is_written_at_most_once_a_minute_and_never_for_polls(
    client_as, agent, django_assert_num_queries
):
    client, poll = client_as(agent), {"HX-Request": "true"}
    row = OpenSession.objects.get(person=agent)

    def used_after(path, **headers):
        OpenSession.objects.update(used_at=before)
        client.get(path, headers=headers)
        return OpenSession.objects.get(pk=row.pk).used_at > before

    before = ago(seconds=50)
    assert not used_after(PAGE)
    before = ago(minutes=5)
    assert used_after(PAGE)
    assert not used_after("/notices/", **poll)
    assert not used_after("/notices/", **poll, **{"X-Idle-Seconds": "61"})
    assert not used_after("/notices/", **poll, **{"X-Idle-Seconds": "-1"})
    assert used_after("/notices/", **poll, **{"X-Idle-Seconds": "3"})
    assert not used_after("/session/")
    OpenSession.objects.update(used_at=before)
    client.post("/session/used/")
    assert OpenSession.objects.get(pk=row.pk).used_at > before
    # What the page tells counts from the use, not from the telling; it never moves the lock nearer.
    OpenSession.objects.update(used_at=before)
    for said in (200, 250):
        client.post("/session/used/", headers=poll | {"X-Idle-Seconds": str(said)})
        assert ago(seconds=215) < OpenSession.objects.get(pk=row.pk).used_at < ago(seconds=195)


def test_a_poll_does_not_keep_a_session_awake(client_as, agent):
    client = client_as(agent)
    for minutes in (5, 10, 14):
        OpenSession.objects.update(used_at=ago(minutes=minutes))
        assert client.get("/notices/", headers={"HX-Request": "true"}).status_code != 401
    OpenSession.objects.update(used_at=ago(minutes=15))
    answer = client.get("/notices/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Trigger"], answer["HX-Reswap"]) == (401, "lc:locked", "none")
    assert "This page is locked." in answer.content.decode()
    assert len(answer.content) < 400


def test_after_its_hours_a_session_is_over_however_much_it_is_used(agent, settings):
    settings.CONSOLE_SESSION_HOURS = 2
    client = signed_in(agent)
    session = client.session
    assert "Your session is over at" not in body_of(client)
    session["opened"] |= {"since": ago(hours=1, minutes=57).isoformat()}
    session.save()
    assert "Your session is over at" in body_of(client)
    session["opened"] |= {"since": ago(hours=2, seconds=1).isoformat()}
    session.save()
    assert client.get(PAGE).status_code == 302


def body_of(client):
    """The page without what waits in templates."""
    return client.get(PAGE).content.decode().split('<template id="session-ending')[0]


def test_reading_goes_on_when_the_last_use_cannot_be_written(client_as, agent, monkeypatch, caplog):
    from django.db import OperationalError
    from django.db.models import QuerySet

    client = client_as(agent)
    OpenSession.objects.update(used_at=ago(minutes=3))
    update = QuerySet.update

    def fail(self, **values):
        if self.model is OpenSession:
            raise OperationalError("read-only")
        return update(self, **values)

    monkeypatch.setattr(QuerySet, "update", fail)
    with caplog.at_level(logging.WARNING):
        assert client.get(PAGE).status_code == 200
    assert "last use" in caplog.text


def test_signing_out_tells_the_browser_to_forget(client_as, agent):
    client = client_as(agent)
    answer = client.post("/sign-out/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not OpenSession.objects.filter(person=agent).exists()


def test_the_state_tells_what_a_page_must_know(client_as, agent):
    client = client_as(agent)
    state = json.loads(client.get("/session/").content)
    assert (state["locked"], state["person"]) == (False, str(agent.pk))
    assert 14 * 60 < state["left"] <= 15 * 60
    OpenSession.objects.update(used_at=ago(minutes=16))
    locked = json.loads(client.get("/session/").content)
    assert (locked["locked"], locked["left"]) == (True, 0)
    assert Client().get("/session/").status_code == 302


def test_signing_out_takes_along_what_waits(client_as, agent):
    client = client_as(agent)
    OpenSession.objects.update(used_at=ago(minutes=16))
    client.post("/account/preferences/", {"theme": "dark"})
    assert HeldForm.objects.count() == 1
    client.post("/sign-out/")
    assert HeldForm.objects.count() == 0
    assert User.objects.get(pk=agent.pk).theme == "auto"
