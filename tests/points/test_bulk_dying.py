"""Workers that die with a row's reversal kept and nothing sent: the row asks anew, and gives back exactly once."""

import pytest
from django.utils import timezone

from apps.operations.acts.settling import settle_due
from apps.operations.work import services
from apps.points.giving_back import REVERSING
from apps.points.models import Reversal, ReversalAct
from tests.points.test_bulk import HEADER, KIND, given_back
from tests.support.bulk import Clerk
from tests.support.dying import worker_dies_before_sending

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clerk(desk, lead, stores):
    return Clerk(lead, stores.contact_centre)


@pytest.mark.parametrize("points", [80, 600])
@pytest.mark.parametrize("read_back", [False, True])
def test_the_row_of_a_worker_killed_before_sending_asks_anew(
    clerk, desk, outside, second_lead, stores, points, read_back
):
    redemption = desk.redeem(points)
    operation = clerk.checked(KIND, HEADER, f"{redemption.outside_id},,,Billed twice")
    if operation.why:
        services.request_approval(actor=clerk.actor, user=clerk.user, operation=operation)
        Clerk(second_lead, stores.contact_centre).approve(operation)
    services.run(actor=clerk.actor, user=clerk.user, operation=operation)
    worker_dies_before_sending(operation, outside.url)
    if read_back:
        ReversalAct.objects.update(next_look_at=timezone.now())
        assert settle_due(REVERSING) == 1
    [item] = clerk.work(operation)
    assert (item.state, item.words, given_back(outside, desk.customer_id)) == ("done", "", [points])
    ended = list(Reversal.objects.order_by("pk").values_list("state", flat=True))
    assert ended == ["refused", "done"]
    assert Reversal.objects.get(state="done").decided_by == (second_lead if operation.why else None)
