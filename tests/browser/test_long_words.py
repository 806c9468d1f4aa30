"""Names and tiers without a space to break at keep inside the page, wide and on a phone."""

import pytest

from apps.customers.recent import remember_opened
from tests.customers.conftest import outside

__all__ = ["outside"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_long_words_stay_inside(agent, outside, page, sign_in, look_at):
    remember_opened(user_id=agent.pk, customer_id=500000009, name="X" * 70, tier="G" * 40, tail="••1234")
    sign_in(page, agent)
    page.goto("/customers/")
    page.locator(".lc-hero summary").click()
    look_at(page, "long-words")
    page.goto("/account/")
    label = page.locator(".lc-side .lc-nav__label", has_text="XXXX")
    side, box = page.locator(".lc-side").bounding_box(), label.bounding_box()
    assert box["x"] + box["width"] <= side["x"] + side["width"]
    # What tells customers apart is whole, however long the name before it.
    tail, end = label.locator("bdi").last, side["x"] + side["width"]
    assert tail.inner_text() == "••1234"
    assert tail.bounding_box()["x"] + tail.bounding_box()["width"] <= end
