"""Roles that the provider's groups give: at each sign-in, beside those given by hand, or instead of them."""

import pytest
from django.test import Client

from apps.audit.actor import system_actor
from apps.audit.models import Entry
from apps.staff.custom_roles.making import make_role, retire_role
from apps.staff.models import Membership, User
from apps.staff.oidc.groups import groups_in
from apps.staff.services import give_role
from apps.staff.stores_admin.closing import close_store
from console.env_oidc import roles_by_group
from tests.staff.oidc.conftest import is_in

GROUPS = "shop 7=agent@007;leads=store_manager@012;audit=auditor;ops=administrator;ghosts=agent@999"


@pytest.fixture
def mapped(provider, settings):
    settings.CONSOLE_OIDC |= {"groups": roles_by_group(GROUPS)}
    return provider


def held(person):
    return sorted(
        (one.role, one.store.code if one.store else "", hasattr(one, "given_by_group"))
        for one in person.memberships.select_related("store", "given_by_group")
    )


def come(provider, client, *groups, **more):
    provider.seat(groups=list(groups), **more)
    return provider.sign_in(client)


def test_groups_give_roles_and_take_them_again_and_hands_off_the_others(client, agent, mapped):
    come(mapped, client, "shop 7", "everybody")
    assert held(agent) == [("agent", "007", True), ("agent", "CC", False)]
    given = Entry.objects.get(action="staff.role_given")
    assert (given.actor_name, given.actor_role) == ("Single sign-on (Example ID)", "System")
    assert given.content["details"]["store"] == "007"

    come(mapped, Client(), "leads")
    assert held(agent) == [("agent", "CC", False), ("store_manager", "012", True)]
    assert Entry.objects.filter(action="staff.role_ended").count() == 1

    written = Entry.objects.count()
    come(mapped, Client(), "leads")
    # Nothing to do is nothing to write: only the sign-in.
    assert Entry.objects.count() == written + 1

    come(mapped, Client())
    assert held(agent) == [("agent", "CC", False)]


def test_a_role_that_was_given_by_hand_stays_a_hand_s_own(agent, mapped):
    mapped.seat(groups=["shop 7"])
    give_role(agent, "agent", agent.memberships.get().store.__class__.objects.get(code="007"))
    mapped.sign_in(Client())
    come(mapped, Client())
    assert held(agent) == [("agent", "007", False), ("agent", "CC", False)]


def test_groups_rule_when_the_house_says_so(agent, mapped, settings):
    settings.CONSOLE_OIDC["groups_rule"] = True
    come(mapped, Client(), "shop 7")
    assert held(agent) == [("agent", "007", True)]


def test_roles_that_may_not_meet_let_nobody_in_and_change_nothing(client, agent, mapped, refused):
    page = refused(client, come(mapped, client, "shop 7", "ops"), "sso-roles")
    assert "Nobody both moves points and decides who may" in page
    assert held(agent) == [("agent", "CC", False)]


def test_the_last_administrator_is_not_taken_away_by_a_group(
    client, administrator, mapped, settings, refused
):
    settings.CONSOLE_OIDC["groups_rule"] = True
    answer = come(mapped, client, "shop 7", email="imran.qureshi@example.com", sub="imran")
    assert "Nobody would be left who administers" in refused(client, answer, "sso-roles")
    assert held(administrator) == [("administrator", "", False)]


def test_a_store_that_is_not_there_is_told_and_does_not_keep_people_out(client, agent, mapped):
    come(mapped, client, "ghosts")
    assert held(agent) == [("agent", "CC", False)]
    details = Entry.objects.get(action="staff.signed_in").content["details"]
    assert details["stores_not_there"] == ["999"]


def test_a_closed_store_and_a_retired_role_keep_nobody_out(client, agent, stores, mapped, settings):
    shell = system_actor("The shell")
    role = make_role(
        actor=shell, title="Caller", permissions=["view_customers", "redeem_points"], everywhere=False
    )
    settings.CONSOLE_OIDC |= {"groups": roles_by_group(f"{GROUPS};calls={role.code}@012")}
    retire_role(actor=shell, pk=role.pk)
    close_store(actor=shell, pk=stores.store_07.pk, reason="The lease ended.")
    come(mapped, client, "shop 7", "calls")
    assert is_in(client)
    assert held(agent) == [("agent", "CC", False)]
    details = Entry.objects.get(action="staff.signed_in").content["details"]
    assert details["stores_not_there"] == ["007"]


def test_somebody_new_is_made_only_with_a_role(client, stores, mapped, settings, refused):
    settings.CONSOLE_OIDC["create_people"] = True
    new = {"email": "new.person@example.com", "sub": "new-1"}
    refused(client, come(mapped, client, "everybody", **new), "sso-unknown")
    come(mapped, client, "shop 7", **new)
    assert is_in(client)
    assert held(User.objects.get()) == [("agent", "007", True)]


@pytest.mark.parametrize(
    ("claim", "claims", "found"),
    [
        ("groups", {"groups": ["a", "b"]}, ["a", "b"]),
        ("groups", {"groups": "a"}, ["a"]),
        ("groups", {}, []),
        ("groups", {"groups": {"a": 1}}, []),
        ("realm_access.roles", {"realm_access": {"roles": ["a"]}}, ["a"]),
        ("realm_access.roles", {"realm_access": "a"}, []),
        ("https://example.com/groups", {"https://example.com/groups": ["a"]}, ["a"]),
    ],
)
def test_where_groups_stand(settings, claim, claims, found):
    settings.CONSOLE_OIDC = settings.CONSOLE_OIDC | {"groups_claim": claim}
    assert groups_in(claims) == found


def test_too_many_groups_to_be_sent_are_not_taken_for_none(client, agent, mapped, refused):
    mapped.seat(_claim_names={"groups": "src1"})
    refused(client, mapped.sign_in(client), "sso-groups")


def test_the_person_s_page_tells_which_group_gave_a_role(client_as, agent, administrator, mapped):
    come(mapped, Client(), "shop 7")
    page = client_as(administrator).get(f"/people/{agent.pk}/").content.decode()
    assert "From the group shop 7" in page
    assert "Example ID, since" in page
    assert Membership.objects.filter(user=agent).count() == 2
