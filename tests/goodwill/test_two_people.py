"""Two people above the second threshold: what the first one's word takes, holds and voids."""

from decimal import Decimal

import pytest

from apps.capillary import circuit
from apps.core.errors import Conflict, Refused
from apps.goodwill.answering import answer
from apps.goodwill.deciding import approve, open_evidence, send_back
from apps.goodwill.limits import left_to_decide
from apps.goodwill.models import GoodwillRequest, LimitRule
from apps.goodwill.queue import waiting_for
from apps.goodwill.telling import told

pytestmark = pytest.mark.django_db(transaction=True)


def say_yes(desk, who, request):
    """Somebody looks and approves."""
    seen = open_evidence(actor=desk.actor(who), user=who, request=request).fingerprint
    return approve(actor=desk.actor(who), user=who, request=request, seen=seen)


def ask_back(desk, who, agent, request):
    """Somebody sends it back with a question, and it is answered."""
    send_back(actor=desk.actor(who), user=who, request=request, reason="Which order?")
    answer(actor=desk.actor(agent), user=agent, request=request, words="The last one.")
    return GoodwillRequest.objects.get(pk=request.pk)


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


class TestAfterTheFirst:
    def test_it_leaves_the_first_one_s_queue_and_count_and_stays_in_the_other_s(
        self, desk, lead, second_lead, client_as
    ):
        request = desk.ask(2600)
        say_yes(desk, lead, request)
        assert not waiting_for(lead).filter(pk=request.pk).exists()
        assert waiting_for(second_lead).filter(pk=request.pk).exists()
        [approvals] = [
            one
            for one in client_as(lead).get("/account/").context["navigation"]
            if one.url == "/goodwill/approvals/"
        ]
        assert approvals.count == 0

    def test_a_first_approval_that_is_void_brings_it_back(self, desk, lead, second_lead, agent):
        request = desk.ask(2600)
        say_yes(desk, lead, request)
        ask_back(desk, second_lead, agent, request)
        assert waiting_for(lead).filter(pk=request.pk).exists()

    def test_one_that_still_holds_does_not(self, desk, lead, second_lead, outside):
        request = desk.ask(2600)
        say_yes(desk, lead, request)
        outside.add_fault(path="/v1.1/request/approve", count=3, kind="status", status=429)
        with pytest.raises(Conflict):
            say_yes(desk, second_lead, request)
        assert not waiting_for(lead).filter(pk=request.pk).exists()
        assert waiting_for(second_lead).filter(pk=request.pk).exists()

    def test_the_card_tells_the_first_one_that_somebody_else_gives_the_second(self, desk, lead, client_as):
        request = desk.ask(2600)
        say_yes(desk, lead, request)
        page = client_as(lead).get(f"/goodwill/approvals/{request.pk}/").content.decode()
        assert "You gave the first approval. Above this amount another person decides too." in page
        assert f'href="/goodwill/approvals/{request.pk}/approve/' not in page
        assert f'href="/goodwill/approvals/{request.pk}/reject/' in page

    def test_what_became_of_it_is_told_where_the_page_opens(self, desk, lead, client_as, several):
        """A jump to the next request's title would leave the sentence behind, under the bar."""
        asked = [desk.ask(2600, customer_id=customer) for customer in several(2)]
        seen = open_evidence(actor=desk.actor(), user=lead, request=asked[0]).fingerprint
        data = {"amount": "2600", "shown": "2600", "seen": seen}
        client = client_as(lead)
        reply = client.post(f"/goodwill/approvals/{asked[0].pk}/approve/", data)
        assert reply["Location"] == f"/goodwill/approvals/{asked[1].pk}/"
        assert "is recorded as the first of two" in client.get(reply["Location"]).content.decode()


class TestAfterAQuestion:
    def test_the_card_shows_question_and_answer(self, desk, lead, second_lead, agent, client_as):
        request = desk.ask(2600)
        ask_back(desk, second_lead, agent, request)
        page = client_as(lead).get(f"/goodwill/approvals/{request.pk}/").content.decode()
        assert "Jonas Weber asked: “Which order?”" in page
        assert "Asha Verma answered: “The last one.”" in page
        assert "It was nothing and is 2" not in page

    def test_nobody_is_told_of_a_first_approval_that_is_void(self, desk, lead, second_lead, agent):
        request = desk.ask(2600)
        say_yes(desk, lead, request)
        request.refresh_from_db()
        assert told(request).text.startswith("Approved by one person")
        request = ask_back(desk, second_lead, agent, request)
        assert told(request).text == "Decided by a manager of Contact Centre."
