"""Strangers fill the trail with nothing: up to so many a minute stand there one by one, the rest as one count."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.audit.identifiers import search_digests
from apps.audit.models import Entry, WatchItem
from apps.audit.watch.looking import look
from apps.staff import strangers
from apps.staff.stranger_models import StrangerTries

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture
def minute(monkeypatch):
    """All of it within one minute; `minute.later(...)` moves on."""
    noon = timezone.now().replace(second=5, microsecond=0)

    class Clock:
        at = noon

        def later(self, **span):
            self.at += timedelta(**span)

    made = Clock()
    monkeypatch.setattr(timezone, "now", lambda: made.at)
    return made


def entries(action):
    return Entry.objects.filter(action=f"staff.{action}")


def test_beyond_so_many_a_minute_they_are_counted_and_found_by_whom_they_were_about(agent, minute):
    client, most = Client(REMOTE_ADDR="198.51.100.7"), strangers.MOST_A_MINUTE
    for number in range(most + 6):
        # Each is somebody else, but for the last ones: no pause stands before the count.
        email = agent.email if number > most + 3 else f"nobody.{number}@example.com"
        client.post("/sign-in/", {"username": email, "password": "harbour lantern"})
    assert entries("sign_in_refused").count() == most
    # From elsewhere, and of another sort, each stands by itself.
    Client(REMOTE_ADDR="198.51.100.8").post("/sign-in/", {"username": "a@example.com", "password": "harbour"})
    client.post("/sign-in/once/nonsense/")
    assert (entries("sign_in_refused").count(), entries("sign_in_link_refused").count()) == (most + 1, 1)
    assert strangers.tell() == 0
    minute.later(minutes=4)
    assert strangers.tell() == 2
    assert strangers.tell() == 0
    for told, email, each, count, accounts in zip(
        entries("tries_counted").order_by("id"),
        (f"nobody.{most}@example.com", agent.email),
        (1, 2),
        (4, 2),
        (4, 1),
        strict=True,
    ):
        details = told.content["details"]
        assert (details["each"], details["count"], details["accounts"]) == (each, count, accounts)
        assert (told.outcome, told.ip, details["kind"]) == (
            "refused",
            "198.51.100.7",
            "staff.sign_in_refused",
        )
        found = Entry.objects.filter(identifiers__digest__in=search_digests(email), action=told.action)
        assert found.get() == told
    assert not StrangerTries.objects.exists()
    # A new minute begins anew.
    client.post("/sign-in/", {"username": "b@example.com", "password": "harbour lantern"})
    assert entries("sign_in_refused").count() == most + 2


def test_nobody_hides_tries_at_an_account_behind_many_others_from_the_watch(
    agent, minute, settings, monkeypatch
):
    """Both sorts are filled with invented names first, and then as many more as are known by their account."""
    settings.CONSOLE_WATCH = settings.CONSOLE_WATCH | {"refusals_in_a_row": 10}
    monkeypatch.setattr(strangers, "MOST_ACCOUNTS", 5)
    look()
    client, most = Client(REMOTE_ADDR="198.51.100.7"), strangers.MOST_A_MINUTE

    def tries(email, times=1):
        for _time in range(times):
            client.post("/sign-in/", {"username": email, "password": "harbour lantern"})

    tries("locked@example.com", most + settings.AXES_FAILURE_LIMIT)
    for number in range(most + 5):
        tries(f"nobody.{number}@example.com")
    tries(agent.email, 12)
    assert entries("sign_in_refused").count() + entries("locked_out").count() == 2 * most
    assert not Entry.objects.filter(identifiers__digest__in=search_digests(agent.email)).exists()
    minute.later(minutes=4)
    strangers.tell()
    look()
    item = WatchItem.objects.get(actor_id=agent.pk)
    # Four before the pause and eight within it, which are told as seven at least.
    assert (item.rule, item.about, item.evidence["counts"]["in_a_row"]) == ("sign_ins", "Asha Verma", 11)


def test_without_the_trail_a_try_is_told_as_any_other(broken_trail):
    answer = Client().post("/sign-in/", {"username": "a@example.com", "password": "harbour lantern"})
    assert answer.status_code == 503
    assert Client().post("/sign-in/once/nonsense/").status_code == 503
