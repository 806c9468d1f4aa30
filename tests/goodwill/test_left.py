"""What is left of a person's limits: whose rule holds, what counts, and that all kinds cost two queries."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.goodwill.limits import left_of_each, left_to_give
from apps.goodwill.models import GoodwillRequest, Kind, LimitRule, Reason, State, Taking

pytestmark = pytest.mark.django_db


def rule(**values):
    return LimitRule.objects.create(**{"purpose": "give", "kind": Kind.POINTS, "role": "agent"} | values)


@pytest.fixture
def took(agent, stores):
    """``took("points", 40, hours=2)``: the agent gave so much, so long ago."""
    reason = Reason.objects.create(code="late-delivery", title="Late delivery")

    def take(kind, amount, hours):
        request = GoodwillRequest.objects.create(
            tag=f"LC#{kind}{amount}",
            customer_id=7_000,
            kind=kind,
            amount=Decimal(amount),
            reason=reason,
            reason_words=reason.title,
            store=stores.contact_centre,
            requester=agent,
            requester_name=agent.name,
            state=State.DONE,
        )
        at = timezone.now() - timedelta(hours=hours)
        Taking.objects.create(request=request, account="give", user=agent, kind=kind, amount=amount, at=at)

    return take


def test_all_kinds_cost_two_queries_and_say_what_each_alone_says(agent, took, django_assert_num_queries):
    rule(per_day=Decimal(500), per_month=Decimal(900))
    rule(kind=Kind.COUPON, per_day=Decimal(3))
    for kind, amount, hours in (
        ("points", 40, 2),
        ("points", 60, 48),
        ("points", 7, 24 * 31),
        ("coupon", 1, 1),
    ):
        took(kind, amount, hours)
    _ = agent.role_codes
    with django_assert_num_queries(2):
        found = left_of_each(agent, [Kind.POINTS, Kind.COUPON])
    assert (found["points"].day, found["points"].month, found["coupon"].day) == (460, 800, 2)
    assert found == {kind: left_to_give(agent, kind) for kind in (Kind.POINTS, Kind.COUPON)}


def test_a_rule_of_ones_own_comes_before_a_wider_one_of_the_role(agent):
    rule(per_day=None)
    rule(role="", user=agent, per_day=Decimal(50))
    left = left_of_each(agent, [Kind.POINTS, Kind.COUPON])
    assert (left["points"].source, left["points"].day) == ("person", 50)
    assert not left["coupon"].granted
