"""Campaigns and rules: kept by administrators, traced with what was and is."""

import pytest

from apps.audit.actor import Actor
from apps.audit.models import Entry
from apps.core.errors import BadInput, Refused
from apps.referrals.models import Campaign, InviteRules
from apps.referrals.ruling import remove_rules, rules_for, save_campaign, save_rules
from apps.referrals.seeding import seed_rules


@pytest.fixture
def may(administrator):
    return {
        "actor": Actor(user_id=administrator.pk, name="Imran", role="Administrator"),
        "user": administrator,
    }


def test_a_store_without_rules_has_those_for_all_and_without_any_the_defaults(stores, may):
    assert rules_for(stores.store_12).per_person_a_day == 200
    save_rules(rules=InviteRules(per_person_a_day=50), **may)
    own = save_rules(rules=InviteRules(store=stores.store_12, per_person_a_day=5), **may)
    assert [rules_for(one).per_person_a_day for one in (stores.store_12, stores.store_07, None)] == [
        5,
        50,
        50,
    ]
    assert rules_for(stores.store_12.pk).per_person_a_day == 5
    remove_rules(rules=own, **may)
    assert rules_for(stores.store_12).per_person_a_day == 50
    told = list(Entry.objects.filter(action__startswith="referrals.rules").values_list("subject", flat=True))
    assert told[-1] == "the rules of inviting of Store 12"


def test_only_what_changed_is_traced(may, rules):
    kept = InviteRules.objects.get()
    before = Entry.objects.count()
    save_rules(rules=kept, **may)
    assert Entry.objects.count() == before
    kept.burst_count = 7
    save_rules(rules=kept, **may)
    assert b'"burst_count":["20","7"]' in bytes(Entry.objects.latest("id").payload)


@pytest.mark.parametrize(
    "values", [{"per_call_most": 0}, {"per_call_most": 201}, {"burst_minutes": 0}, {"shared_by": 1}]
)
def test_what_makes_no_sense_is_refused(may, db, values):
    with pytest.raises(BadInput):
        save_rules(rules=InviteRules(**values), **may)


def test_a_campaign_is_named_once_and_taken_off_the_list_rather_than_removed(may, rules):
    with pytest.raises(BadInput) as caught:
        save_campaign(campaign=Campaign(token=" MAPLEFRIENDS ", title="Again"), **may)
    assert caught.value.field == "token"
    with pytest.raises(BadInput):
        save_campaign(campaign=Campaign(token="NEW", title=" "), **may)
    kept = Campaign.objects.get(token="MAPLEFRIENDS")
    kept.is_active = False
    save_campaign(campaign=kept, **may)
    assert list(Campaign.objects.offered().values_list("token", flat=True)) == ["THREADCIRCLE"]


def test_nobody_else_changes_them(agent, auditor, db):
    for user in (agent, auditor):
        actor = Actor(user_id=user.pk, name=user.name, role="Agent")
        for change in (
            lambda: save_rules(actor=actor, user=user, rules=InviteRules()),  # noqa: B023
            lambda: save_campaign(actor=actor, user=user, campaign=Campaign(token="A", title="A")),  # noqa: B023
        ):
            with pytest.raises(Refused):
                change()
    assert not InviteRules.objects.exists()


def test_the_demo_is_seeded_once(rules, stores):
    assert rules == 3
    assert seed_rules(actor=Actor(user_id=None, name="Set-up", role="System")) == 0
