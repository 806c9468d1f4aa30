"""One's own account: preferences, password, and the store one acts for."""

import pytest
from django.test import Client

from apps.audit.models import Entry
from apps.staff.demo import PASSWORD
from apps.staff.models import User
from apps.staff.services import give_role

NEW = "harbour lantern mosaic"


def change(client, **values):
    return client.post("/account/password/", {"current": PASSWORD, "new": NEW, "again": NEW} | values)


def test_the_page_shows_who_one_is(client_as, manager):
    page = client_as(manager).get("/account/").content.decode()
    for words in ("Rohan Mehta", "rohan.mehta@example.com", "Store manager, Store 12"):
        assert words in page


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_preferences_are_kept_and_used(client_as, agent, theme):
    client = client_as(agent)
    assert client.post("/account/preferences/", {"theme": theme}, follow=True).status_code == 200
    agent.refresh_from_db()
    assert (agent.theme, agent.shortcuts) == (theme, False)
    page = client.get("/account/").content.decode()
    assert f'data-look="{theme}"' in page
    assert 'data-single-keys="off"' in page


def test_the_menu_keeps_a_theme_without_drawing_the_page_again(client_as, agent):
    answer = client_as(agent, htmx=True).post("/account/preferences/", {"theme": "dark", "shortcuts": "on"})
    agent.refresh_from_db()
    assert answer.status_code == 204
    assert (agent.theme, agent.shortcuts) == ("dark", True)


def test_an_unknown_theme_is_refused_in_words(client_as, agent):
    answer = client_as(agent).post("/account/preferences/", {"theme": "<b>pink</b>"})
    assert answer.status_code == 422
    assert "Choose one of the themes shown." in answer.content.decode()
    agent.refresh_from_db()
    assert agent.theme == "auto"


def test_a_new_password_works_and_ends_other_sessions(agent):
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.post("/sign-in/", {"username": agent.email, "password": PASSWORD})
    assert change(here)["Location"] == "/account/"
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    agent.refresh_from_db()
    assert agent.check_password(NEW)
    entry = Entry.objects.get(action="staff.password_changed")
    assert entry.actor_name == "Asha Verma"
    assert NEW.encode() not in bytes(entry.payload)


def test_the_current_password_is_not_guessed_here_either(client_as, agent):
    client = client_as(agent)
    for _ in range(4):
        assert change(client, current="wrong").status_code == 422
    assert change(client, current="wrong").status_code == 429
    assert change(client).status_code == 429
    agent.refresh_from_db()
    assert agent.check_password(PASSWORD)
    assert Entry.objects.filter(action="staff.password_refused").count() == 6


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"current": "wrong"}, "This is not your current password."),
        ({"current": ""}, "Type the password you have now."),
        ({"new": "", "again": ""}, "Type a new password."),
        ({"new": PASSWORD, "again": PASSWORD}, "This is the password you have now."),
        ({"again": "something else here"}, "The two new passwords differ."),
        ({"new": "short", "again": "short"}, "at least 12 characters"),
        ({"new": "q1w2e3r4t5y6", "again": "q1w2e3r4t5y6"}, "too common"),
        ({"new": "asha.verma@example", "again": "asha.verma@example"}, "too similar"),
        ({"new": "x" * 10_000, "again": "x" * 10_000}, "longer than 128 characters"),
        ({"new": "four words\x00 more", "again": "four words\x00 more"}, "no keyboard types"),
    ],
)
def test_a_password_that_cannot_be_used_is_refused_in_words(client_as, agent, values, says):
    answer = change(client_as(agent), **values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert NEW not in page
    agent.refresh_from_db()
    assert agent.check_password(PASSWORD)


def test_not_knowing_the_current_password_leaves_an_entry(client_as, agent):
    change(client_as(agent), current="wrong")
    entry = Entry.objects.get()
    assert (entry.action, entry.outcome) == ("staff.password_refused", "refused")


def test_without_a_trail_the_password_stays(client_as, agent, broken_trail):
    assert change(client_as(agent)).status_code == 503
    assert User.objects.get(pk=agent.pk).check_password(PASSWORD)


def test_somebody_with_two_stores_switches_between_them(client_as, agent, stores):
    give_role(agent, "store_manager", stores.store_07)
    client = client_as(agent)
    assert "Agent, Contact Centre" in client.get("/account/").content.decode()
    answer = client.post("/account/store/", {"store": stores.store_07.pk, "next": "/account/"})
    assert answer["Location"] == "/account/"
    page = client.get("/account/").content.decode()
    assert "Store manager, Store 07" in page
    entry = Entry.objects.get(action="staff.store_switched")
    assert (entry.store_code, entry.subject) == ("CC", "Store 07")
    assert entry.content["details"] == {"changed": {"acts_for": ["CC", "007"]}}
    client.post("/sign-out/")
    assert Entry.objects.get(action="staff.signed_out").store_code == "007"


@pytest.mark.parametrize("wanted", ["", "0", "999999", "x", "1 OR 1=1"])
def test_nobody_switches_to_a_store_that_is_not_theirs(client_as, agent, wanted):
    assert client_as(agent).post("/account/store/", {"store": wanted}).status_code == 404


def test_another_person_s_store_does_not_exist_for_one(client_as, agent, stores):
    client = client_as(agent)
    assert client.post("/account/store/", {"store": stores.store_12.pk}).status_code == 404
    assert "store" not in client.session


def test_after_the_switch_only_pages_of_ours_are_opened(client_as, agent, stores):
    answer = client_as(agent).post(
        "/account/store/", {"store": stores.contact_centre.pk, "next": "https://elsewhere.example.com/"}
    )
    assert answer["Location"] == "/"
