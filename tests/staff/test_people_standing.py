"""Deactivating signs somebody out everywhere at once; two administrators at once cannot remove each other."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from apps.audit.actor import Actor
from apps.audit.models import Entry
from apps.core.errors import Refused
from apps.staff import demo
from apps.staff.models import User
from apps.staff.people import memberships, standing
from apps.staff.services import RolesConflict, give_role

PASSWORD = {"password": demo.PASSWORD}


def acting(user):
    return Actor(user_id=user.pk, name=user.name, role="Administrator")


@pytest.fixture
def second(stores):
    made = User.objects.create_user("nora.lind@example.com", "Nora Lind", "harbour lantern mosaic")
    give_role(made, "administrator", None)
    return made


@pytest.mark.alike
def test_a_deactivated_person_is_out_everywhere_and_old_sessions_stay_dead(client_as, administrator, agent):
    desk, here, there = client_as(administrator), client_as(agent), client_as(agent)
    address = reverse("staff:person_deactivate", args=[agent.pk])
    assert "signed out everywhere" in desk.get(address).content.decode()
    page = desk.post(address, follow=True).content.decode()
    assert "Deactivated" in page
    for client in (here, there):
        assert client.get("/account/")["Location"].startswith("/sign-in/")
    stranger = client_as()
    answer = stranger.post("/sign-in/", {"username": agent.email, **PASSWORD})
    assert answer.status_code == 422
    again = client_as(administrator).post(reverse("staff:person_reactivate", args=[agent.pk]), follow=True)
    assert "Active" in again.content.decode()
    for client in (here, there):
        assert client.get("/account/").status_code == 302
    assert stranger.post("/sign-in/", {"username": agent.email, **PASSWORD}).status_code == 302
    assert stranger.get("/account/").status_code == 200
    told = Entry.objects.filter(action__startswith="staff.person_").order_by("id")
    assert [(one.action, one.content["details"]["changed"]) for one in told] == [
        ("staff.person_deactivated", {"state": ["active", "deactivated"]}),
        ("staff.person_reactivated", {"state": ["deactivated", "active"]}),
    ]


@pytest.mark.alike
def test_a_session_nobody_looked_at_meanwhile_stays_dead_too(client_as, administrator, agent):
    desk, theirs = client_as(administrator), client_as(agent)
    desk.post(reverse("staff:person_deactivate", args=[agent.pk]))
    desk.post(reverse("staff:person_reactivate", args=[agent.pk]))
    assert theirs.get("/account/").status_code == 302


@pytest.mark.alike
def test_a_second_click_says_what_is_true(client_as, administrator, agent):
    desk = client_as(administrator)
    address = reverse("staff:person_deactivate", args=[agent.pk])
    assert desk.post(address).status_code == 302
    assert desk.post(address).status_code == 409
    assert desk.post(reverse("staff:person_reactivate", args=[agent.pk])).status_code == 302
    assert desk.post(reverse("staff:person_reactivate", args=[agent.pk])).status_code == 409


def at_once(*acts):
    """Run them in threads of their own that start together; what each raised, or None."""
    gate = threading.Barrier(len(acts))

    def run(act):
        gate.wait(timeout=10)
        try:
            act()
        except (Refused, RolesConflict) as error:
            return type(error)
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result(timeout=30) for one in [pool.submit(run, act) for act in acts]]


@pytest.mark.parametrize("act", ["deactivate", "end"])
@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_leave_one(administrator, second, act):
    def remove(actor, other):
        if act == "deactivate":
            return lambda: standing.deactivate(actor=acting(actor), pk=other.pk)
        held = other.memberships.get().pk
        return lambda: memberships.end(actor=acting(actor), pk=other.pk, membership_pk=held)

    raised = at_once(remove(administrator, second), remove(second, administrator))
    assert sorted(map(str, raised)) == sorted(map(str, [None, Refused]))
    able = [one for one in User.objects.filter(is_active=True) if one.has_perm("staff.manage_staff")]
    assert len(able) == 1
    assert Entry.objects.filter(outcome="done").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_roles_that_may_not_meet_given_at_once(administrator, second, stores):
    newcomer = User.objects.create_user("new.comer@example.com", "New Comer", demo.PASSWORD)
    raised = at_once(
        lambda: memberships.give(actor=acting(administrator), pk=newcomer.pk, role="auditor"),
        lambda: memberships.give(
            actor=acting(second), pk=newcomer.pk, role="agent", store=stores.contact_centre
        ),
    )
    assert sorted(map(str, raised)) == sorted(map(str, [None, RolesConflict]))
    assert newcomer.memberships.count() == 1
