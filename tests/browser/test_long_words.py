"""Names and tiers without a space to break at keep inside the page, wide and on a phone."""

import pytest

from apps.customers.recent import remember_opened
from tests.customers.conftest import outside, sandbox, sandbox_process

__all__ = ["outside", "sandbox", "sandbox_process"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("phone", [False, True])
def test_long_words_stay_inside(agent, outside, open_page, sign_in, assert_accessible, screenshot, phone):
    remember_opened(user_id=agent.pk, customer_id=500000009, name="X" * 70, tier="G" * 40, tail="••1234")
    page = open_page(phone=phone)
    sign_in(page, agent)
    page.goto("/customers/")
    page.locator(".lc-hero summary").click()
    assert_accessible(page)
    screenshot(page, f"long-words-{'phone' if phone else 'wide'}")
    page.goto("/account/")
    label = page.locator(".lc-side .lc-nav__label", has_text="XXXX")
    if not phone:
        side = page.locator(".lc-side").bounding_box()
        box = label.bounding_box()
        assert box["x"] + box["width"] <= side["x"] + side["width"]
