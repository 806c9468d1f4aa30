"""Making the first administrator and the people of the demo from the shell."""

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

from apps.audit.models import Entry
from apps.staff import demo
from apps.staff.models import Membership, Store, User

GOOD = "harbour lantern mosaic"


def create(monkeypatch, password=GOOD, email="meera.nair@example.com", name="Meera Nair"):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    out = io.StringIO()
    call_command("create_administrator", email=email, name=name, password_stdin=True, stdout=out)
    return out.getvalue()


def test_the_first_administrator_can_sign_in(db, monkeypatch, client):
    assert "Meera Nair can sign in" in create(monkeypatch, email=" Meera.Nair@Example.com")
    answer = client.post("/sign-in/", {"username": "meera.nair@example.com", "password": GOOD})
    assert answer.status_code == 302
    assert User.objects.get().role_codes == ["administrator"]


def test_making_an_administrator_leaves_an_entry_without_secrets(db, monkeypatch):
    create(monkeypatch)
    entry = Entry.objects.get()
    kept = json.loads(bytes(entry.payload))
    assert (kept["action"], kept["channel"], kept["subject"]) == (
        "staff.administrator_created",
        "command",
        "Meera Nair",
    )
    assert kept["reference"].startswith("LC-")
    assert "meera.nair@" not in json.dumps(kept)
    assert GOOD not in json.dumps(kept)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"password": "short"}, "at least 12 characters"),
        ({"password": "q1w2e3r4t5y6"}, "too common"),
        ({"password": "meera.nair@example"}, "too similar"),
        ({"email": "no address"}, "an e-mail address such as"),
        ({"name": " "}, "Fill this in."),
        ({"name": "x" * 200}, "at most 120 characters"),
    ],
)
def test_what_cannot_be_used_makes_nothing(db, monkeypatch, values, says):
    with pytest.raises(CommandError, match=says):
        create(monkeypatch, **values)
    assert not User.objects.exists()
    assert not Entry.objects.exists()


def test_a_taken_address_makes_nothing(agent, monkeypatch):
    with pytest.raises(CommandError, match="already"):
        create(monkeypatch, email="ASHA.VERMA@example.com")
    assert agent.role_codes == ["agent"]


def test_without_a_terminal_the_password_must_come_from_standard_input(db, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(CommandError, match="--password-stdin"):
        call_command("create_administrator", email="meera.nair@example.com", name="Meera Nair")


def test_the_demo_is_added_once(db, client):
    out = io.StringIO()
    call_command("seed_demo", stdout=out)
    call_command("seed_demo", stdout=out)
    assert (Store.objects.count(), User.objects.count(), Membership.objects.count()) == (3, 8, 8)
    assert Entry.objects.count() == 1
    assert demo.PASSWORD in out.getvalue()
    for who in demo.PEOPLE:
        assert who.email in out.getvalue()
        answer = client.post("/sign-in/", {"username": who.email, "password": demo.PASSWORD})
        assert answer.status_code == 302
        client.post("/sign-out/")


def test_the_demo_leaves_a_changed_password_alone(db):
    call_command("seed_demo", stdout=io.StringIO())
    asha = User.objects.get(email="asha.verma@example.com")
    asha.set_password(GOOD)
    asha.save()
    call_command("seed_demo", stdout=io.StringIO())
    asha.refresh_from_db()
    assert asha.check_password(GOOD)


def test_the_demo_is_refused_where_customers_are_real(db, settings):
    settings.CONSOLE_ENVIRONMENT = "live"
    with pytest.raises(CommandError, match="not added to live"):
        call_command("seed_demo")
    assert not User.objects.exists()


def run(monkeypatch, command, password="", **values):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    out = io.StringIO()
    call_command(command, stdout=out, **values)
    return out.getvalue()


def test_a_store_and_its_agent_are_made_and_traced(db, monkeypatch):
    run(monkeypatch, "add_store", code="031", name="Store 31", till_code="till.031.01")
    person = {"email": "bina.rao@example.com", "name": "Bina Rao", "password_stdin": True}
    said = run(monkeypatch, "add_person", GOOD, **person, role="agent", store="031")
    assert "Bina Rao can sign in" in said
    assert [one.store.code for one in User.objects.get().memberships_now] == ["031"]
    actions = ["staff.store_added", "staff.person_added", "staff.role_given"]
    assert list(Entry.objects.order_by("id").values_list("action", flat=True)) == actions
    changed = Entry.objects.get(action="staff.role_given").content["details"]["changed"]
    assert changed == {"roles": [[], ["Agent, 031"]]}


def test_somebody_who_is_there_gets_one_more_role_without_a_password(agent, stores, monkeypatch):
    person = {"email": agent.email, "name": agent.name}
    assert "has the role now" in run(monkeypatch, "add_person", **person, role="store_manager", store="012")
    assert User.objects.get(pk=agent.pk).role_codes == ["agent", "store_manager"]


@pytest.mark.parametrize(
    ("role", "store", "says"),
    [
        ("agent", "999", "no store with the code 999"),
        ("agent", "", "needs a store"),
        ("auditor", "012", "held in all stores"),
        ("own-nothing", "012", "no such role"),
    ],
)
def test_a_role_that_does_not_fit_makes_nobody(stores, monkeypatch, role, store, says):
    person = {"email": "bina.rao@example.com", "name": "Bina Rao", "password_stdin": True}
    with pytest.raises(CommandError, match=says):
        run(monkeypatch, "add_person", GOOD, **person, role=role, store=store)
    assert not User.objects.filter(email="bina.rao@example.com").exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("values", [{"code": "012"}, {"code": " "}, {"till_code": "till.012.01"}])
def test_a_store_that_is_there_or_has_no_code_is_refused(stores, monkeypatch, values):
    with pytest.raises(CommandError, match=r"Nothing was made\."):
        run(monkeypatch, "add_store", **({"code": "031", "name": "Store 31"} | values))
    assert not Store.objects.filter(name="Store 31").exists()
