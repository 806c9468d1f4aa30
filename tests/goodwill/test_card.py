"""What the evidence card says, and what it does not claim."""

import re

import pytest

from apps.staff.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def card(client_as, lead):
    """The card of a request as Mira Kapoor reads it, in plain words."""
    return lambda request: text_of(client_as(lead).get(f"/goodwill/approvals/{request.pk}/"))


class TestOwnData:
    def test_without_any_mobile_of_staff_it_says_that_none_was_compared(self, desk, card):
        words = card(desk.ask(500))
        assert "mobiles not compared: none of staff is known" in words
        assert "No match with staff phone" not in words

    def test_it_says_of_how_many_the_mobile_was_compared(self, desk, agent, card):
        agent.set_mobile("+91 55599 90001")
        agent.save()
        assert "nor with the mobiles of 1 of 2 colleagues" in card(desk.ask(500))

    def test_with_everybody_s_it_says_that_phones_do_not_match(self, desk, card):
        for place, one in enumerate(User.objects.all()):
            one.set_mobile(f"+91 55599 9000{place}")
            one.save()
        assert "No match with staff phone or e-mail" in card(desk.ask(500))


class TestNumbers:
    def test_a_coupon_is_no_act_of_points(self, desk, outside, client_as, lead):
        desk.ask(120)
        desk.ask(kind="coupon")
        request = desk.ask(500)
        page = client_as(lead).get(f"/goodwill/approvals/{request.pk}/year/")
        assert "120 points in 1 act and 1 coupon." in text_of(page)

    def test_the_record_names_coupons_beside_points(self, desk, card):
        desk.ask(120)
        assert "1 time, 120 points Approved" in card(last := desk.ask(500))
        desk.ask(kind="coupon")
        assert "2 times, 120 points and 1 coupon" in card(last)
