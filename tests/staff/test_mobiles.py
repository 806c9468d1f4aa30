"""Whose mobile is whose: told from the shell, by an administrator, and in the demo; kept as a hash alone."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from apps.audit.models import Entry
from apps.staff import demo
from apps.staff.models import User

GOOD = "harbour lantern mosaic"


def run(monkeypatch, password="", **values):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    call_command("add_person", stdout=io.StringIO(), **values)


def test_a_mobile_is_kept_as_a_hash_and_belongs_to_nobody_s_entry(stores, monkeypatch):
    person = {"email": "bina.rao@example.com", "name": "Bina Rao", "password_stdin": True}
    run(monkeypatch, GOOD, **person, role="agent", store="CC", mobile="+91 55599 90009")
    bina = User.objects.get(name="Bina Rao")
    same = User(email="somebody@example.com")
    same.set_mobile("915559990009")
    assert bina.mobile_digest == same.mobile_digest != ""
    entry = Entry.objects.get(action="staff.mobile_set")
    assert (entry.subject, b"5559990009" in bytes(entry.payload)) == ("Bina Rao", False)
    assert entry.content["details"] == {"changed": {"own_number_known": [False, True]}}


def test_somebody_who_is_there_can_be_given_a_mobile_later(agent, monkeypatch):
    person = {"email": agent.email, "name": agent.name}
    run(monkeypatch, **person, role="agent", store="CC", mobile="915559990009")
    assert User.objects.get(pk=agent.pk).mobile_digest != ""


def test_what_is_no_mobile_makes_nobody(stores, monkeypatch):
    person = {"email": "bina.rao@example.com", "name": "Bina Rao", "password_stdin": True}
    with pytest.raises(CommandError, match="not a mobile number"):
        run(monkeypatch, GOOD, **person, role="agent", store="CC", mobile="call me")
    assert not User.objects.exists()
    assert not Entry.objects.exists()


def test_everybody_of_the_demo_has_a_mobile_of_their_own(db):
    call_command("seed_demo", stdout=io.StringIO())
    digests = set(User.objects.values_list("mobile_digest", flat=True))
    assert "" not in digests
    assert len(digests) == len(demo.PEOPLE)


def test_an_administrator_tells_whose_mobile_is_whose(client_as, administrator, agent):
    client = client_as(administrator)
    unknown = '<span class="lc-muted">Not known</span>'
    assert client.get("/people/").content.decode().count(unknown) == 2
    assert client.post(f"/people/{agent.pk}/mobile/", {"mobile": "+91 55599 90009"}).status_code == 302
    assert client.get("/people/").content.decode().count(unknown) == 1
    assert client.post(f"/people/{agent.pk}/mobile/", {"mobile": ""}).status_code == 302
    agent.refresh_from_db()
    assert agent.mobile_digest == ""
    told = Entry.objects.filter(action__startswith="staff.mobile").order_by("id")
    assert list(told.values_list("action", "subject")) == [
        ("staff.mobile_set", agent.name),
        ("staff.mobile_removed", agent.name),
    ]


def test_what_is_no_mobile_is_said_beside_the_field(client_as, administrator, agent):
    answer = client_as(administrator).post(f"/people/{agent.pk}/mobile/", {"mobile": "12"})
    assert answer.status_code == 422
    assert "not a mobile number" in answer.content.decode()
    agent.refresh_from_db()
    assert agent.mobile_digest == ""
