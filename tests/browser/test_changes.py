"""A change of a role on a phone in the dark: one asks, the other reads before and after, and confirms."""

import pytest
from playwright.sync_api import expect

from tests.support.people import person

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_asks_and_the_other_confirms(
    settings,
    administrator,
    agent,
    stores,
    open_page,
    sign_in,
    assert_accessible,
    screenshot,
    watch,
):
    settings.CONSOLE_SECOND_PERSON = True
    watch.expect("status of 422")
    other = person(stores, "Sara Lindholm")
    page = open_page(phone=True, dark=True)
    sign_in(page, administrator)
    page.goto(f"/people/{agent.pk}/roles/give/")
    page.get_by_label("Role").select_option("Store manager")
    page.get_by_label("Store", exact=True).select_option("Store 12")
    page.get_by_role("button", name="Give the role").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Give a role")
    expect(page.get_by_role("cell", name="Agent, Contact Centre; Store manager, Store 12")).to_be_visible()
    page.get_by_role("button", name="Ask a second person").click()
    expect(page.get_by_text("Say why: the second person decides by it.")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "change-asking-phone-dark")
    page.get_by_label("Why").fill("They lead the store from Monday")
    page.get_by_role("button", name="Ask a second person").click()
    expect(page.get_by_text("It waits for a second person. Nothing has changed yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm the change")).to_have_count(0)
    screenshot(page, "change-asked-phone-dark")
    second = open_page(phone=True, dark=True)
    sign_in(second, other)
    second.goto("/changes/")
    assert_accessible(second)
    screenshot(second, "changes-phone-dark")
    second.get_by_role("link", name="Give a role, Asha Verma").click()
    expect(second.get_by_text("They lead the store from Monday")).to_be_visible()
    assert_accessible(second)
    screenshot(second, "change-confirming-phone-dark")
    second.get_by_role("button", name="Confirm the change").click()
    expect(second.get_by_text("Sara Lindholm confirmed it.")).to_be_visible()
    assert agent.memberships.filter(role="store_manager", store=stores.store_12).exists()
    second.goto("/changes/?ended=1")
    expect(second.get_by_text("Imran Qureshi")).to_be_visible()
    screenshot(second, "changes-ended-phone-dark")
