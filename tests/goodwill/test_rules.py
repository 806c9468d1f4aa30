"""The rules themselves: changed by administrators only, with what was and what is; the demo's, each once."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.core.errors import BadInput, Refused
from apps.goodwill.budgets import budget_left
from apps.goodwill.limits import left_to_give
from apps.goodwill.models import Budget, Escalation, LimitRule, Reason
from apps.goodwill.ruling import remove_rule, save_rule
from apps.staff.services import give_role
from tests.goodwill.conftest import actor_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(administrator, stores):
    return {"actor": actor_for(administrator, stores.store_12), "user": administrator}


def test_only_who_keeps_the_rules_changes_them(stores, manager, keeper):
    rule = LimitRule(role="agent", purpose="give", kind="points", per_request=Decimal(100))
    with pytest.raises(Refused):
        save_rule(actor=actor_for(manager, stores.store_12), user=manager, rule=rule)
    save_rule(**keeper, rule=rule)
    rule.per_request = Decimal(150)
    save_rule(**keeper, rule=rule)
    entry = Entry.objects.filter(action="goodwill.rule.saved").order_by("-id").first()
    assert entry.content["details"]["changed"]["per_request"] == ["100", "150"]
    remove_rule(**keeper, rule=rule)
    assert not LimitRule.objects.exists()


@pytest.mark.parametrize("field", ["per_request", "per_day", "per_month"])
def test_a_limit_is_not_below_nothing(keeper, field):
    rule = LimitRule(role="agent", purpose="give", kind="points", **{field: Decimal(-1)})
    with pytest.raises(BadInput) as caught:
        save_rule(**keeper, rule=rule)
    assert caught.value.field == field


def test_a_rule_has_one_scope_and_each_scope_one_rule(stores, agent):
    for scope in ({}, {"role": "agent", "user": agent}, {"user": agent, "store": stores.store_12}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LimitRule.objects.create(purpose="give", kind="points", **scope)
    LimitRule.objects.create(purpose="give", kind="points", role="agent")
    with pytest.raises(IntegrityError), transaction.atomic():
        LimitRule.objects.create(purpose="give", kind="points", role="agent")


def test_there_is_one_row_of_times_for_everybody():
    Escalation.objects.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        Escalation.objects.create()


def test_a_month_without_a_budget_takes_the_last_one_set(stores):
    store = stores.store_12
    assert budget_left(store, "points").left is None
    Budget.objects.create(store=store, kind="points", month=date(2020, 1, 17), amount=Decimal(700))
    assert budget_left(store, "points").left == 700
    Budget.objects.create(store=store, kind="points", month=date(2999, 1, 1), amount=Decimal(1))
    assert budget_left(store, "points").left == 700


def test_somebody_with_two_roles_has_the_wider_limit(stores, agent):
    LimitRule.objects.create(role="agent", purpose="give", kind="points", per_request=Decimal(100))
    LimitRule.objects.create(role="store_manager", purpose="give", kind="points", per_request=Decimal(900))
    assert left_to_give(agent, "points").request == 100
    give_role(agent, "store_manager", stores.store_07)
    assert left_to_give(agent, "points").request == 900
    assert left_to_give(agent, "coupon").granted is False


def test_the_demos_rules_are_added_once_and_never_to_live(stores, settings):
    call_command("seed_goodwill", stdout=io.StringIO())
    Reason.objects.filter(code="other").update(title="Something else")
    before = LimitRule.objects.count(), Budget.objects.count(), Escalation.objects.count()
    out = io.StringIO()
    call_command("seed_goodwill", stdout=out)
    assert out.getvalue() == "0 new.\n"
    assert before == (LimitRule.objects.count(), Budget.objects.count(), Escalation.objects.count())
    assert Reason.objects.get(code="other").title == "Something else"
    settings.CONSOLE_ENVIRONMENT = "live"
    with pytest.raises(CommandError):
        call_command("seed_goodwill")
