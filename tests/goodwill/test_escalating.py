"""Requests that wait too long: to the deputy store, by each store's own time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.goodwill.escalating import AT_ONCE, escalate
from apps.goodwill.models import Escalation, GoodwillRequest, Reason

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(rules, agent):
    """``waiting(store, hours=5, count=1)``: rows that have waited so long and were due an hour later."""
    made = []

    def make(store, *, hours, count=1):
        asked_at = timezone.now() - timedelta(hours=hours)
        rows = [
            GoodwillRequest(
                tag=f"LC#{len(made) + place}",
                customer_id=7_000,
                kind="points",
                amount=500,
                reason=Reason.objects.get(code="late-delivery"),
                store=store,
                requester=agent,
                state="waiting",
                origin="console" if store else "elsewhere",
                asked_at=asked_at,
                due_at=asked_at + timedelta(hours=1),
            )
            for place in range(count)
        ]
        made.extend(GoodwillRequest.objects.bulk_create(rows))
        return rows[-1]

    return make


def test_many_late_ones_of_a_patient_store_do_not_stand_before_another_s(stores, waiting):
    Escalation.objects.create(store=stores.contact_centre, due_minutes=60, escalate_minutes=60 * 24 * 10)
    deputy = stores.store_07
    Escalation.objects.create(
        store=stores.store_12, due_minutes=60, escalate_minutes=120, deputy_store=deputy
    )
    waiting(stores.contact_centre, hours=48, count=AT_ONCE + 1)
    late = waiting(stores.store_12, hours=5)
    assert escalate() == 1
    late.refresh_from_db()
    assert late.escalated_to == deputy
    assert escalate() == 0


def test_stores_without_times_of_their_own_and_no_store_follow_those_of_all(stores, waiting):
    Escalation.objects.filter(store=None).update(escalate_minutes=120)
    Escalation.objects.create(store=stores.store_12, due_minutes=60, escalate_minutes=600)
    rows = [waiting(store, hours=3) for store in (stores.contact_centre, None, stores.store_12)]
    assert escalate() == 2
    for row in rows:
        row.refresh_from_db()
    assert [row.escalated_at is not None for row in rows] == [True, True, False]
