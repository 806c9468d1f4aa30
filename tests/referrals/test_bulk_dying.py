"""Workers that die with a row's invitation kept and nothing sent: the row invites anew, and exactly once."""

import pytest
from django.utils import timezone

from apps.operations.acts.settling import settle_due
from apps.operations.work import services
from apps.referrals.models import Invitation
from apps.referrals.sending import INVITING
from tests.referrals.conftest import MAPLE, fresh
from tests.referrals.test_bulk import HEADER, KIND, invited
from tests.support.bulk import Clerk
from tests.support.dying import worker_dies_before_sending
from tests.support.referrals import REFERRER

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("read_back", [False, True])
def test_the_row_of_a_worker_killed_before_sending_invites_anew(desk, lead, stores, outside, read_back):
    clerk, mobile = Clerk(lead, stores.contact_centre), fresh()
    operation = clerk.checked(KIND, HEADER, f"{REFERRER},+{mobile},,{MAPLE}")
    services.run(actor=clerk.actor, user=lead, operation=operation)
    worker_dies_before_sending(operation, outside.url)
    if read_back:
        Invitation.objects.update(next_look_at=timezone.now())
        assert settle_due(INVITING) == 1
    [item] = clerk.work(operation)
    assert (item.state, len(invited(outside, mobile))) == ("done", 1)
    assert [one.state for one in Invitation.objects.order_by("pk")] == ["not_done", "done"]
