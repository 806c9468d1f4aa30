"""The role table keeps its rules, and the backend reads it and nothing else."""

import pytest
from django.contrib.auth.models import AnonymousUser

from apps.core.errors import BadInput, Conflict
from apps.staff import roles
from apps.staff.access import permission_required
from apps.staff.custom_roles.rows import PREFIX
from apps.staff.models import Store, User
from apps.staff.services import give_role

# Written out again on purpose: a permission added to the table without being placed here fails.
MOVES_POINTS = {
    "ask_goodwill",
    "approve_goodwill",
    "redeem_points",
    "reverse_redemptions",
    "approve_reversals",
    "invite_referrals",
}
GOVERNS = {"manage_staff", "manage_stores", "manage_limits", "protect_customers"}
REVIEWS = {"review_access"}
CHANGES_ELSE = {"add_notes", "verify_callers", "run_operations", "mark_referral_signals"}
SAYS_OF_THE_TRAIL = {"mark_watch"}
ANSWERS_PEOPLE = {"handle_subject_requests"}
ONLY_LOOKS = {
    "view_customers",
    "reveal_identifiers",
    "view_trail",
    "view_health",
    "check_connection",
    "view_people",
    "view_referral_signals",
}


def test_every_permission_is_placed_under_one_rule():
    placed = MOVES_POINTS | GOVERNS | REVIEWS | CHANGES_ELSE | SAYS_OF_THE_TRAIL | ANSWERS_PEOPLE | ONLY_LOOKS
    assert set(roles.PERMISSIONS) == placed
    assert roles.MOVES_POINTS == MOVES_POINTS
    assert roles.GOVERNS == GOVERNS
    assert roles.SAYS_OF_THE_TRAIL == SAYS_OF_THE_TRAIL
    assert roles.ANSWERS_PEOPLE == ANSWERS_PEOPLE
    assert roles.REVIEWS == REVIEWS
    assert roles.CHANGES_SOMETHING == MOVES_POINTS | GOVERNS | REVIEWS | CHANGES_ELSE


def test_administrator_moves_no_points():
    assert not roles.ROLES["administrator"].permissions & MOVES_POINTS


def test_auditor_changes_nothing():
    assert not roles.ROLES["auditor"].permissions & (MOVES_POINTS | GOVERNS | REVIEWS | CHANGES_ELSE)


def test_only_auditors_say_what_was_found_in_the_trail():
    may = {role.code for role in roles.ROLES.values() if role.permissions & SAYS_OF_THE_TRAIL}
    assert may == {"auditor"}


def test_who_answers_people_moves_no_points_and_opens_no_customer():
    may = {role.code for role in roles.ROLES.values() if role.permissions & ANSWERS_PEOPLE}
    assert may == {"auditor", "administrator"}
    for code in may:
        assert not roles.ROLES[code].permissions & (MOVES_POINTS | {"view_customers", "reveal_identifiers"})


def test_no_role_both_moves_points_and_governs():
    for role in roles.ROLES.values():
        assert not (role.permissions & MOVES_POINTS and role.permissions & GOVERNS), role.code


def test_roles_name_only_known_permissions_and_begin_with_none_that_houses_make():
    for role in roles.ROLES.values():
        assert role.permissions <= set(roles.PERMISSIONS)
        assert not role.code.startswith(PREFIX)
        assert not role.permissions & (roles.ONLY_IN_A_STORE if role.everywhere else roles.ONLY_EVERYWHERE)


@pytest.mark.parametrize("codename", sorted(roles.PERMISSIONS))
def test_each_person_may_exactly_what_their_role_says(codename, agent, manager, auditor, administrator):
    for person in (agent, manager, auditor, administrator):
        expected = codename in roles.ROLES[person.role_codes[0]].permissions
        assert person.has_perm(f"staff.{codename}") is expected


def test_unknown_permissions_and_strangers_are_refused(agent):
    assert not agent.has_perm("staff.fly")
    assert not agent.has_perm("view_customers")
    assert not agent.has_perm("audit.view_customers")
    assert not AnonymousUser().has_perm("staff.view_customers")


def test_an_inactive_person_may_nothing(agent):
    agent.is_active = False
    assert not agent.has_perm("staff.view_customers")


def test_a_role_counts_only_in_its_store(manager, stores):
    assert manager.has_perm("staff.approve_goodwill", stores.store_12)
    assert not manager.has_perm("staff.approve_goodwill", stores.store_07)
    assert manager.has_perms(["staff.approve_goodwill", "staff.add_notes"], stores.store_12)


def test_a_role_held_everywhere_counts_in_every_store(auditor, stores):
    assert auditor.has_perm("staff.view_trail", stores.store_07)


@pytest.mark.parametrize(
    ("held", "added"), [("agent", "administrator"), ("administrator", "store_manager"), ("auditor", "agent")]
)
def test_duties_that_must_be_apart_never_meet_in_one_person(held, added, stores):
    person = User.objects.create_user("meera.nair@example.com", "Meera Nair")
    place = {code: None if role.everywhere else stores.store_12 for code, role in roles.ROLES.items()}
    give_role(person, held, place[held])
    with pytest.raises(Conflict):
        give_role(person, added, place[added])
    assert person.role_codes == [held]


def test_roles_of_a_store_need_one_and_roles_of_all_stores_take_none(agent, auditor, stores):
    with pytest.raises(BadInput):
        give_role(agent, "store_manager", None)
    with pytest.raises(BadInput):
        give_role(auditor, "auditor", stores.store_12)


def test_a_view_cannot_ask_for_a_permission_that_does_not_exist():
    with pytest.raises(LookupError):
        permission_required("staff.fly")


def test_people_see_their_own_stores(agent, manager, auditor, stores):
    assert list(Store.objects.visible_to(agent)) == [stores.contact_centre]
    assert list(Store.objects.visible_to(manager)) == [stores.store_12]
    assert Store.objects.visible_to(auditor).count() == 3


def test_people_see_those_they_share_a_store_with(agent, manager, other_manager, auditor, stores):
    give_role(agent, "agent", stores.store_12)
    assert set(User.objects.visible_to(manager)) == {manager, agent}
    assert set(User.objects.visible_to(other_manager)) == {other_manager}
    assert User.objects.visible_to(auditor).count() == 4


def test_somebody_without_a_role_sees_only_themselves(agent):
    newcomer = User.objects.create_user("new.comer@example.com", "New Comer")
    assert list(User.objects.visible_to(newcomer)) == [newcomer]
    assert not Store.objects.visible_to(newcomer).exists()
