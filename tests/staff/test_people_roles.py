"""Giving, ending and moving roles on a person's page: who may, what may not meet, and what is written down."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Entry
from apps.staff.models import Membership, User
from apps.staff.services import give_role
from tests.support.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture
def desk(client_as, administrator):
    return client_as(administrator)


@pytest.fixture
def second(stores):
    """Another administrator."""
    made = User.objects.create_user("nora.lind@example.com", "Nora Lind", "harbour lantern mosaic")
    give_role(made, "administrator", None)
    return made


def url(act, who, held=None):
    return reverse(f"staff:person_{act}", args=[who.pk, held.pk] if held else [who.pk])


def held_by(who):
    return [
        (one.role, one.store.code if one.store else "") for one in User.objects.get(pk=who.pk).memberships_now
    ]


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def test_the_page_tells_who_somebody_is(desk, agent):
    page = desk.get(reverse("staff:person", args=[agent.pk])).content.decode()
    for words in (
        "Asha Verma",
        agent.email,
        "Agent",
        "Contact Centre",
        "Active",
        "Never",
        f"/trail/people/{agent.pk}/",
    ):
        assert words in page
    assert f'href="/people/{agent.pk}/"' in desk.get("/people/").content.decode()
    assert desk.get(reverse("staff:person", args=[999_999])).status_code == 404


def test_a_role_is_given_and_holds_from_the_next_click(desk, agent, stores, client_as):
    theirs = client_as(agent)
    assert theirs.get(reverse("goodwill:approvals")).status_code == 403
    typed = {"role": "store_manager", "store": stores.store_12.pk, "last_day": in_days(3).isoformat()}
    answer = desk.post(url("role_give", agent), typed)
    assert answer["Location"] == reverse("staff:person", args=[agent.pk])
    assert theirs.get(reverse("goodwill:approvals")).status_code == 200
    entry = Entry.objects.get(action="staff.role_given")
    assert (entry.subject, entry.actor_name) == ("Asha Verma", "Imran Qureshi")
    until = f"Store manager, 012, until {in_days(3)}"
    assert entry.content["details"]["changed"] == {"roles": [["Agent, CC"], ["Agent, CC", until]]}


@pytest.mark.parametrize(
    ("typed", "words", "beside"),
    [
        ({"role": ""}, "Choose a role.", "role"),
        ({"role": "owner"}, "Choose one of the roles shown.", "role"),
        ({"role": "store_manager", "store": ""}, "This role needs a store.", "store"),
        ({"role": "store_manager", "store": "999999"}, "Choose one of the stores shown.", "store"),
        ({"role": "store_manager", "store": "x\0"}, "no keyboard types", "store"),
        ({"last_day": "soon"}, "Write a day such as", "last_day"),
        ({"last_day": "2020-01-01"}, "This day has passed.", "last_day"),
        ({}, "has this role already", "role"),
        ({"role": "administrator", "store": ""}, "Nobody both moves points and decides who may", "role"),
        ({"role": "auditor", "store": ""}, "Nobody both audits and changes", "role"),
        ({"role": "auditor", "store": "CC"}, "This role is held in all stores.", "store"),
    ],
)
def test_what_is_wrong_is_told_beside_the_field_and_kept(desk, agent, stores, typed, words, beside):
    given = {"role": "agent", "store": "CC", "last_day": ""} | typed
    if given["store"] == "CC":
        given["store"] = stores.contact_centre.pk
    answer = desk.post(url("role_give", agent), given)
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors[beside])
    assert f'id="id_{beside}_error"' in answer.content.decode()
    if given["role"] in {"agent", "store_manager", "auditor"}:
        assert f'<option value="{given["role"]}" selected>' in answer.content.decode()
    assert held_by(agent) == [("agent", "CC")]
    assert not Entry.objects.filter(outcome="done").exists()


def test_a_conflict_is_an_entry_and_says_what_is_in_the_way(desk, agent):
    answer = desk.post(url("role_give", agent), {"role": "administrator"})
    assert "End what they hold first: Agent." in answer.content.decode()
    entry = Entry.objects.get(action="staff.role_refused")
    assert (entry.outcome, entry.subject) == ("refused", "Asha Verma")


def test_an_ended_role_is_in_nobody_s_way(desk, agent, stores):
    Membership.objects.filter(user=agent).update(ends_on=in_days(-1))
    assert desk.post(url("role_give", agent), {"role": "auditor"}).status_code == 302
    assert held_by(agent) == [("auditor", "")]
    assert "Has ended" in desk.get(reverse("staff:person", args=[agent.pk])).content.decode()


def test_a_role_that_ended_can_be_given_again(desk, agent, stores):
    Membership.objects.filter(user=agent).update(ends_on=in_days(-1))
    assert held_by(agent) == []
    desk.post(url("role_give", agent), {"role": "agent", "store": stores.contact_centre.pk})
    assert held_by(agent) == [("agent", "CC")]


def test_a_role_ends_now(desk, agent, client_as):
    theirs, held = client_as(agent), agent.memberships.get()
    assert theirs.get(reverse("customers:lookup")).status_code == 200
    assert desk.get(url("role_end", agent, held)).status_code == 200
    assert desk.post(url("role_end", agent, held), {"last_day": ""}).status_code == 302
    assert theirs.get(reverse("customers:lookup")).status_code == 403
    entry = Entry.objects.get(action="staff.role_ended")
    assert entry.content["details"]["changed"] == {"roles": [["Agent, CC"], []]}
    assert desk.post(url("role_end", agent, held), {"last_day": ""}).status_code == 404


def test_a_role_ends_with_a_day(desk, agent):
    held = agent.memberships.get()
    for day, status in ((in_days(-1), 422), (in_days(0), 302), (in_days(2), 302), (in_days(2), 422)):
        answer = desk.post(url("role_end", agent, held), {"last_day": day.isoformat()})
        assert answer.status_code == status
    held.refresh_from_db()
    assert held.ends_on == in_days(2)
    changed = Entry.objects.filter(action="staff.role_ended").latest("id").content["details"]["changed"]
    today, later = f"Agent, CC, until {in_days(0)}", f"Agent, CC, until {in_days(2)}"
    assert changed == {"roles": [[today], [later]]}


def test_somebody_is_moved_with_their_last_day(desk, agent, stores):
    held = agent.memberships.get()
    Membership.objects.filter(pk=held.pk).update(ends_on=in_days(5))
    Membership.objects.create(user=agent, store=stores.store_07, role="agent", ends_on=in_days(-30))
    assert desk.get(url("role_move", agent, held)).status_code == 200
    assert desk.post(url("role_move", agent, held), {"store": stores.store_07.pk}).status_code == 302
    assert held_by(agent) == [("agent", "007")]
    assert agent.memberships.get().ends_on == in_days(5)
    entry = Entry.objects.get(action="staff.person_moved")
    assert entry.content["details"]["changed"] == {"store": ["CC", "007"]}


@pytest.mark.parametrize("typed", ["", "999999", "here"])
def test_nobody_is_moved_to_nowhere_or_to_where_they_are(desk, agent, stores, typed):
    store = stores.contact_centre.pk if typed == "here" else typed
    answer = desk.post(url("role_move", agent, agent.memberships.get()), {"store": store})
    assert answer.status_code == 422
    assert 'id="id_store_error"' in answer.content.decode()
    assert held_by(agent) == [("agent", "CC")]


def test_a_role_held_everywhere_is_moved_nowhere(desk, auditor, stores):
    answer = desk.post(url("role_move", auditor, auditor.memberships.get()), {"store": stores.store_07.pk})
    assert answer.status_code == 422
    assert "nowhere to move it" in answer.content.decode()


@pytest.mark.parametrize("act", ["role_end", "role_move"])
def test_the_role_of_somebody_else_is_not_found_by_this_address(desk, agent, manager, act):
    assert desk.get(url(act, agent, manager.memberships.get())).status_code == 404
    assert desk.post(url(act, agent, manager.memberships.get()), {}).status_code == 404


def test_nobody_changes_their_own_roles(desk, administrator, second, stores):
    own = administrator.memberships.get()
    page = desk.get(reverse("staff:person", args=[administrator.pk])).content.decode()
    assert "This is you." in page
    assert "Give a role" not in page
    for act, held, typed in (
        ("role_give", None, {"role": "administrator", "last_day": in_days(1).isoformat()}),
        ("role_end", own, {"last_day": ""}),
        ("role_move", own, {"store": stores.store_07.pk}),
        ("deactivate", None, {}),
        ("reactivate", None, {}),
    ):
        assert desk.post(url(act, administrator, held), typed).status_code == 403
    assert held_by(administrator) == [("administrator", "")]
    assert list(Entry.objects.values_list("action", "outcome").distinct()) == [("staff.refused", "refused")]
    assert Entry.objects.count() == 5


def test_one_administrator_without_a_last_day_is_left(desk, administrator, second):
    administrator.memberships.update(ends_on=in_days(9))
    refused = (
        ("role_end", second.memberships.get(), {"last_day": ""}),
        ("role_end", second.memberships.get(), {"last_day": in_days(20).isoformat()}),
        ("role_give", None, {"role": "administrator", "last_day": in_days(20).isoformat()}),
        ("deactivate", None, {}),
    )
    for act, held, typed in refused:
        answer = desk.post(url(act, second, held), typed)
        assert answer.status_code == 403
        assert "Nobody would be left" in answer.content.decode()
    second.refresh_from_db()
    assert second.is_active
    assert second.memberships.get().ends_on is None
    assert Entry.objects.filter(action="staff.refused").count() == 4


def test_an_administrator_who_has_set_no_password_does_not_count(desk, administrator, second):
    administrator.memberships.update(ends_on=in_days(9))
    give_role(User.objects.create_user("kim.berg@example.com", "Kim Berg"), "administrator", None)
    assert desk.post(url("deactivate", second)).status_code == 403


def test_with_two_one_can_go(desk, second):
    assert desk.post(url("role_end", second, second.memberships.get()), {"last_day": ""}).status_code == 302
    assert held_by(second) == []


@pytest.mark.parametrize("role", ["agent", "manager", "auditor"])
def test_others_change_nobody(request, client_as, administrator, stores, role):
    somebody = person(stores, "Tomas Berg")
    client = client_as(request.getfixturevalue(role))
    held = somebody.memberships.get()
    for act, target in (("role_give", None), ("role_end", held), ("role_move", held), ("deactivate", None)):
        assert client.post(url(act, somebody, target), {"role": "agent"}).status_code == 403
    assert client.get(reverse("staff:person", args=[somebody.pk])).status_code == 403
    assert held_by(somebody) == [("store_manager", "007")]


def test_without_the_trail_nothing_changes(broken_trail, client_as, administrator, agent, stores):
    desk, held = client_as(administrator), agent.memberships.get()
    for act, target, typed in (
        ("role_give", None, {"role": "store_manager", "store": stores.store_12.pk}),
        ("role_end", held, {"last_day": ""}),
        ("role_move", held, {"store": stores.store_12.pk}),
        ("deactivate", None, {}),
    ):
        assert desk.post(url(act, agent, target), typed).status_code == 503
    agent.refresh_from_db()
    assert agent.is_active
    assert held_by(agent) == [("agent", "CC")]
