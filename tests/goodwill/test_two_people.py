"""Two people above the second threshold: what the first one's word takes, holds and voids."""

from decimal import Decimal

import pytest

from apps.capillary import circuit
from apps.core.errors import Conflict, Refused
from apps.goodwill.deciding import approve, open_evidence, send_back
from apps.goodwill.limits import left_to_decide
from apps.goodwill.models import LimitRule

pytestmark = pytest.mark.django_db(transaction=True)


def say_yes(desk, who, request):
    """Somebody looks and approves."""
    seen = open_evidence(actor=desk.actor(who), user=who, request=request).fingerprint
    return approve(actor=desk.actor(who), user=who, request=request, seen=seen)


@pytest.fixture
def day_of_3000(lead):
    """Mira may approve 3,000 points in 24 hours."""
    return LimitRule.objects.create(
        user=lead, purpose="decide", kind="points", per_request=Decimal(3000), per_day=Decimal(3000)
    )


class TestOneSOwnDay:
    def test_a_first_approval_counts(self, desk, lead, day_of_3000, several):
        one, two = (desk.ask(2600, customer_id=customer) for customer in several(2))
        say_yes(desk, lead, one)
        with pytest.raises(Refused, match="you can approve 400 now"):
            say_yes(desk, lead, two)

    def test_it_goes_on_counting_when_the_second_approved(self, desk, lead, second_lead, day_of_3000):
        request = desk.ask(2600)
        say_yes(desk, lead, request)
        assert say_yes(desk, second_lead, request).state == "approved"
        assert left_to_decide(lead, "points").day == 400
        assert left_to_decide(second_lead, "points").used_day == 2600

    def test_it_is_given_back_when_the_request_is_sent_back(self, desk, lead, second_lead, day_of_3000):
        request = desk.ask(2600)
        say_yes(desk, lead, request)
        send_back(actor=desk.actor(second_lead), user=second_lead, request=request, reason="Which order?")
        assert left_to_decide(lead, "points").day == 3000

    def test_it_holds_when_the_second_approval_did_not_take_place(
        self, desk, lead, second_lead, day_of_3000, outside
    ):
        request = desk.ask(2600)
        say_yes(desk, lead, request)
        outside.add_fault(path="/v1.1/request/approve", count=3, kind="status", status=429)
        with pytest.raises(Conflict):
            say_yes(desk, second_lead, request)
        outside.clear()
        circuit._circuits.clear()
        assert left_to_decide(lead, "points").day == 400
        assert left_to_decide(second_lead, "points").used_day == 0
        request.refresh_from_db()
        assert say_yes(desk, second_lead, request).state == "approved"
