"""Roles that a house makes: made, given, changed and retired; what may not meet; and what somebody may do, and why."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.models import Entry
from apps.core.errors import BadInput, Conflict, Refused
from apps.goodwill.models import GoodwillRequest, Reason
from apps.points.models import Reversal
from apps.staff.confirming.models import ProposedChange
from apps.staff.custom_roles.making import change_role, make_role, retire_role
from apps.staff.custom_roles.rows import CustomRole
from apps.staff.demo import PASSWORD
from apps.staff.models import Membership, User
from apps.staff.people import memberships
from apps.staff.role_table import all_roles, codes_allowing, in_conflict, permissions_of
from apps.staff.services import RolesConflict, give_role
from tests.support.meanwhile import mark_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client_as, administrator):
    return client_as(administrator)


@pytest.fixture
def by(administrator):
    return Actor(user_id=administrator.pk, name=administrator.name, role="Administrator")


@pytest.fixture
def helper(by):
    """A role for the evening: looks up and reverses."""
    return make_role(
        actor=by,
        title="Evening helper",
        permissions=["reverse_redemptions", "view_customers"],
        everywhere=False,
    )


def anew(person):
    """The person as the next request reads them."""
    return User.objects.get(pk=person.pk)


def last(action):
    return Entry.objects.filter(action=action).latest("id")


def test_a_role_is_made_given_and_holds_where_it_was_given(desk, stores, client_as):
    typed = {
        "title": " Evening  helper ",
        "everywhere": "0",
        "permissions": ["view_customers", "redeem_points"],
    }
    assert desk.post(reverse("staff:role_new"), typed)["Location"] == reverse("staff:roles")
    own = CustomRole.objects.get()
    assert (own.code, own.title, own.made_by_name) == (
        "own-evening-helper",
        "Evening helper",
        "Imran Qureshi",
    )
    new = User.objects.create_user("bina.rao@example.com", "Bina Rao")
    theirs = client_as(new)
    assert theirs.get(reverse("customers:lookup")).status_code == 403
    give = {"role": own.code, "store": stores.store_12.pk, "last_day": ""}
    assert desk.post(reverse("staff:person_role_give", args=[new.pk]), give).status_code == 302
    assert theirs.get(reverse("customers:lookup")).status_code == 200
    assert anew(new).has_perm("staff.redeem_points", stores.store_12)
    assert not anew(new).has_perm("staff.redeem_points", stores.store_07)
    assert not anew(new).has_perm("staff.ask_goodwill")
    assert last("staff.role_given").content["details"]["role"] == "Evening helper"
    made = last("staff.role_made")
    assert made.subject == "Evening helper"
    assert made.content["details"]["changed"]["permissions"][1] == [
        "Look up customers and see them, masked",
        "Redeem points for a customer",
    ]
    theirs.get(reverse("customers:lookup"))
    assert "Evening helper, Store 12" in desk.get(reverse("staff:people")).content.decode().replace("\n", " ")


def test_the_page_says_which_role_allows_what(desk, helper, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        page = desk.get(reverse("staff:roles")).content.decode()
    assert page.count('<th scope="row"') >= len(all_roles()) + 22
    assert f'href="{reverse("staff:role", args=[helper.pk])}"' in page
    one = desk.get(reverse("staff:role", args=[helper.pk])).content.decode()
    for words in ("Reverse redemptions", "Nobody.", "Never held together with", "Administrator", "Made by"):
        assert words in one


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"title": ""}, "title", "Give the role a name."),
        ({"title": "auditor"}, "title", "There is or was a role of this name."),
        ({"title": "EVENING HELPER"}, "title", "There is or was a role of this name."),
        ({"permissions": []}, "permissions", "Choose at least one permission."),
        ({"permissions": ["fly"]}, "permissions", "Choose among the permissions shown."),
        ({"everywhere": ""}, "everywhere", "Say where the role is held."),
        ({"permissions": ["manage_limits"]}, "permissions", "“Change limits, budgets and reasons”"),
        ({"everywhere": "1", "permissions": ["redeem_points"]}, "permissions", "is held in stores"),
        (
            {"everywhere": "1", "permissions": ["redeem_points", "manage_staff"]},
            "permissions",
            "Here “Redeem points for a customer” (Night) meets “Invite people and give roles” (Night).",
        ),
        (
            {"everywhere": "1", "permissions": ["mark_watch", "protect_customers"]},
            "permissions",
            "Nobody both audits and changes what is audited.",
        ),
        (
            {"everywhere": "1", "permissions": ["view_trail", "ask_goodwill"]},
            "permissions",
            "Nobody who moves points reads",
        ),
    ],
)
def test_what_is_wrong_is_told_beside_the_field_and_kept(desk, helper, typed, field, words):
    given = {"title": "Night", "everywhere": "0", "permissions": ["view_customers"]} | typed
    answer = desk.post(reverse("staff:role_new"), given)
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors[field])
    if "redeem_points" in given["permissions"]:
        assert re.search(r'value="redeem_points"[^>]* checked', answer.content.decode())
    assert CustomRole.objects.count() == 1
    refused = Entry.objects.filter(action="staff.role_not_made", outcome="refused").count()
    assert refused == ("meets" in words or "Nobody" in words)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"redeem_points"}, {"manage_limits"}),
        ({"mark_watch"}, {"manage_stores"}),
        ({"view_trail"}, {"ask_goodwill"}),
    ],
)
def test_duties_that_must_be_apart_never_meet_in_one_person(agent, stores, first, second):
    Membership.objects.all().delete()
    roles = []
    for number, codes in enumerate((first, second)):
        everywhere = not codes & {"redeem_points", "ask_goodwill"}
        roles.append(
            CustomRole.objects.create(
                code=f"own-{number}", title=f"Role {number}", permissions=sorted(codes), everywhere=everywhere
            )
        )
    assert in_conflict([one.code for one in roles])
    assert permissions_of([one.code for one in roles]) == first | second
    give_role(agent, roles[0].code, None if roles[0].everywhere else stores.store_12)
    with pytest.raises(RolesConflict, match=r"Role 0.*Role 1|Role 1.*Role 0"):
        give_role(agent, roles[1].code, None if roles[1].everywhere else stores.store_12)


def test_giving_says_which_permissions_of_which_roles_collide(desk, agent, by):
    limits = make_role(actor=by, title="Guard", permissions=["protect_customers"], everywhere=True)
    answer = desk.post(reverse("staff:person_role_give", args=[agent.pk]), {"role": limits.code})
    assert answer.status_code == 422
    told = " ".join(answer.context["form"].errors["role"])
    assert "“Ask for goodwill” (Agent)" in told
    assert "“Say which customers open only for a reason” (Guard)" in told
    assert "End what they hold first: Agent." in told
    assert len(told) < 300
    assert last("staff.role_refused").content["details"]["role"] == "Guard"


def test_roles_of_stores_and_of_all_stores_are_not_mixed(desk, agent, by):
    signals = make_role(actor=by, title="Signals", permissions=["view_referral_signals"], everywhere=True)
    answer = desk.post(reverse("staff:person_role_give", args=[agent.pk]), {"role": signals.code})
    assert "what they see would reach all of them" in " ".join(answer.context["form"].errors["role"])
    page = desk.get(reverse("staff:role", args=[CustomRole.objects.get(title="Signals").pk])).content.decode()
    assert "Agent</dt>" in page
    assert "would reach all of them" in page


def test_a_change_holds_at_the_next_click_and_names_holders_it_would_bring_into_conflict(
    desk, by, stores, client_as, auditor
):
    reader = make_role(actor=by, title="Reader", permissions=["view_people"], everywhere=True)
    second = User.objects.create_user("nora.lind@example.com", "Nora Lind")
    give_role(second, reader.code, None)
    give_role(auditor, reader.code, None)
    theirs = client_as(second)
    assert theirs.get(reverse("audit:trail")).status_code == 403
    url = reverse("staff:role_change", args=[reader.pk])
    assert "Nora Lind" in desk.get(url).content.decode()
    wrong = desk.post(url, {"title": "Reader", "permissions": ["view_people", "manage_stores"]})
    told = " ".join(wrong.context["form"].errors["permissions"])
    assert "Lena Fischer: Nobody both audits and changes" in told
    assert "Nora Lind" not in told
    assert theirs.get(reverse("staff:people")).status_code == 200
    right = desk.post(url, {"title": "Trail reader", "permissions": ["view_people", "view_trail"]})
    assert right.status_code == 302
    assert theirs.get(reverse("audit:trail")).status_code == 200
    entry = last("staff.role_changed").content["details"]
    assert entry["changed"]["title"] == ["Reader", "Trail reader"]
    assert entry["holders"] == 2
    assert (
        desk.post(url, {"title": "Trail reader", "permissions": ["view_people", "view_trail"]}).status_code
        == 422
    )


def test_the_service_too_changes_no_role_that_was_saved_since_its_page_was_opened(desk, by, helper):
    address = reverse("staff:role_change", args=[helper.pk])
    opened = mark_in(desk.get(address))
    CustomRole.objects.filter(pk=helper.pk).update(permissions=["view_customers"])
    mine = {"actor": by, "pk": helper.pk, "title": "Mine", "permissions": ["view_customers", "redeem_points"]}
    with pytest.raises(Conflict, match="Somebody saved this since you opened it"):
        change_role(**mine, opened=opened)
    held = CustomRole.objects.get(pk=helper.pk)
    assert (held.title, held.permissions) == ("Evening helper", ["view_customers"])
    assert change_role(**mine, opened=mark_in(desk.get(address))).title == "Mine"


def test_auditors_read_what_a_role_allows_and_who_holds_it(helper, by, agent, stores, client_as, auditor):
    give_role(agent, helper.code, stores.store_12)
    client = client_as(auditor)
    assert reverse("staff:role_new") not in client.get(reverse("staff:roles")).content.decode()
    page = client.get(reverse("staff:role", args=[helper.pk])).content.decode()
    assert agent.name in page
    for name in ("person", "role_change", "role_retire"):
        assert reverse(f"staff:{name}", args=[agent.pk if name == "person" else helper.pk]) not in page


def test_a_role_in_use_does_not_vanish_unseen(desk, helper, agent, stores):
    give_role(agent, helper.code, stores.store_12)
    url = reverse("staff:role_retire", args=[helper.pk])
    page = desk.get(url).content.decode()
    assert "Asha Verma" in page
    held = Membership.objects.get(role=helper.code)
    for typed in ({}, {"seen": held.pk}, {"agreed": "1"}, {"agreed": "1", "seen": "x"}):
        answer = desk.post(url, typed)
        assert answer.status_code == 422
        assert "Asha Verma hold this role" in answer.content.decode()
    assert desk.post(url, {"agreed": "1", "seen": held.pk}).status_code == 302
    assert anew(agent).role_codes == ["agent"]
    assert last("staff.role_ended").subject == "Asha Verma"
    assert last("staff.role_retired").content["details"]["ended"] == 1
    assert helper.code not in all_roles()
    with pytest.raises(BadInput):
        give_role(agent, helper.code, stores.store_12)
    assert desk.get(reverse("staff:role", args=[helper.pk])).status_code == 200
    assert desk.get(reverse("staff:role_retire", args=[helper.pk])).status_code == 200
    assert desk.post(url, {}).status_code == 422


def test_a_role_that_gives_roles_ends_and_is_retired_by_two(settings, desk, by, client_as):
    own = make_role(actor=by, title="Staffing", permissions=["view_people", "manage_staff"], everywhere=True)
    nora, kim = (
        User.objects.create_user(f"{one.lower()}@example.com", one, PASSWORD) for one in ("Nora", "Kim")
    )
    held = [give_role(one, own.code, None) for one in (nora, kim)]
    second = User.objects.create_user("second@example.com", "Second Person", PASSWORD)
    give_role(second, "administrator", None)
    settings.CONSOLE_SECOND_PERSON, two = True, client_as(second)
    for act in (
        lambda: memberships.end(actor=by, pk=nora.pk, membership_pk=held[0].pk),
        lambda: retire_role(actor=by, pk=own.pk, ending=[one.pk for one in held]),
    ):
        with pytest.raises(Refused, match="One person alone"):
            act()
    retire = reverse("staff:role_retire", args=[own.pk])
    assert desk.post(retire, {}).status_code == 422
    for address, typed, done in (
        (
            reverse("staff:person_role_end", args=[nora.pk, held[0].pk]),
            {"last_day": ""},
            lambda: not nora.memberships.exists(),
        ),
        (
            retire,
            {"agreed": "1", "seen": [held[1].pk]},
            lambda: CustomRole.objects.get().retired_at and not kim.memberships.exists(),
        ),
    ):
        asked = desk.post(address, typed)["Location"]
        assert "Staffing" in desk.get(asked).content.decode()
        desk.post(f"{asked}ask/", {"reason": "Two people are enough"})
        assert not done()
        two.post(f"{asked}confirm/", {})
        assert done()
    assert last("staff.role_retired").actor_name == "Second Person"


def test_nobody_changes_a_role_they_hold(by, helper, administrator):
    own = make_role(actor=by, title="Health", permissions=["view_health"], everywhere=True)
    give_role(administrator, own.code, None)
    for act in (
        lambda: change_role(actor=by, pk=own.pk, title="Health", permissions=["view_people"]),
        lambda: retire_role(actor=by, pk=own.pk),
    ):
        with pytest.raises(Refused, match="You hold this role yourself"):
            act()


def test_codes_are_never_used_twice_and_never_those_of_fixed_roles(by, helper):
    retire_role(actor=by, pk=helper.pk)
    with pytest.raises(BadInput):
        make_role(actor=by, title="evening helper", permissions=["view_customers"], everywhere=False)
    for title, code in (("Evening-helper!", "own-evening-helper-2"), ("夜班", "own-role")):
        made = make_role(actor=by, title=title, permissions=["view_customers"], everywhere=False)
        assert made.code == code
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomRole.objects.create(code="agent", title="Other")
    assert set(codes_allowing("reverse_redemptions")) == {"agent", "store_manager", "own-evening-helper"}


def test_with_a_second_person_a_role_waits_for_one(desk, helper, settings, by, agent, stores):
    settings.CONSOLE_SECOND_PERSON = True
    with pytest.raises(Refused):
        change_role(actor=by, pk=helper.pk, title="Helper", permissions=["view_customers"])
    answer = desk.post(
        reverse("staff:role_change", args=[helper.pk]), {"title": "Helper", "permissions": ["view_customers"]}
    )
    change = ProposedChange.objects.get()
    assert answer["Location"] == reverse("staff:change", args=[change.pk])
    assert ["Name", "Evening helper", "Helper"] in [list(one) for one in change.facts]
    helper.refresh_from_db()
    assert helper.title == "Evening helper"
    # However it was typed.
    typed = {"title": "Night  helper", "everywhere": "0", "permissions": ["view_customers"]}
    assert desk.post(reverse("staff:role_new"), typed).status_code == 302
    assert ["Name", "", "Night helper"] in [list(one) for one in ProposedChange.objects.latest("pk").facts]


def test_a_role_that_only_decides_opens_what_it_decides_on(client_as, by, agent, stores):
    role = make_role(
        actor=by, title="Decider", permissions=["approve_goodwill", "approve_reversals"], everywhere=False
    )
    decider = User.objects.create_user("bina.rao@example.com", "Bina Rao")
    give_role(decider, role.code, stores.store_12)
    asked = {"customer_id": 7_000, "state": "waiting"}
    reason = Reason.objects.create(code="late-delivery", title="Late delivery")
    goodwill = {
        "requester": agent,
        "requester_name": agent.name,
        "reason": reason,
        "amount": 40,
        "tag": "LC#1",
    }
    request = GoodwillRequest.objects.create(**asked, **goodwill, kind="points", store=stores.store_12)
    points = {
        "user": agent,
        "user_name": agent.name,
        "redemption_points": 40,
        "points": 40,
        "reason": "Twice",
    }
    reversal = Reversal.objects.create(**asked, **points, redemption_id="48151623", store=stores.store_12)
    theirs = client_as(decider)
    for where, args in (
        ("goodwill:evidence_reject", [request.pk]),
        ("goodwill:request", [request.pk]),
        ("points:reversals", []),
        ("points:reversal", [reversal.pk]),
        ("points:reversal_reject", [reversal.pk]),
    ):
        assert theirs.get(reverse(where, args=args)).status_code == 200, where
    assert theirs.get(reverse("customers:lookup")).status_code == 403
    # Of another store neither is there.
    GoodwillRequest.objects.update(store=stores.store_07)
    Reversal.objects.update(store=stores.store_07)
    assert theirs.get(reverse("goodwill:evidence_reject", args=[request.pk])).status_code == 404
    assert theirs.get(reverse("points:reversal", args=[reversal.pk])).status_code == 404


def test_what_somebody_may_do_and_why(desk, by, agent, stores, helper, client_as):
    until = timezone.localdate() + timedelta(days=9)
    memberships.give(actor=by, pk=agent.pk, role=helper.code, store=stores.store_12, last_day=until)
    answer = desk.get(reverse("staff:person_permissions", args=[agent.pk]))
    found = {one.codename: one.grants for one in answer.context["allowed"]}
    assert [(str(one.store), one.given_by_name, one.ends_on) for one in found["reverse_redemptions"]] == [
        ("Contact Centre", "", None),
        ("Store 12", "Imran Qureshi", until),
    ]
    assert len(found["ask_goodwill"]) == 1
    assert "manage_staff" in {one.codename for one in answer.context["denied"]}
    page = answer.content.decode()
    for words in ("Evening helper", "Imran Qureshi", "Somebody ends it"):
        assert words in page
    own = client_as(agent).get(reverse("staff:account_permissions")).content.decode()
    assert "What you may do, and why" in own
    User.objects.filter(pk=agent.pk).update(is_active=False)
    shut = desk.get(reverse("staff:person_permissions", args=[agent.pk]))
    assert shut.context["allowed"] == []
