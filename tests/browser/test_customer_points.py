"""Redemptions and the points statement on the customer page in a real browser: looks, keys, faults, no script."""

import re

import pytest
from playwright.sync_api import expect

from tests.customers.conftest import outside, person_of_the_sandbox

__all__ = ["outside", "person_of_the_sandbox"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(page, agent, outside, sign_in):
    sign_in(page, agent)
    return page


@pytest.fixture
def address(person_of_the_sandbox):
    return f"/customers/{person_of_the_sandbox('everything')}/"


def panel(page, name):
    return page.locator(f"#panel-{name}")


def test_the_statement_by_keyboard_alone(desk, address, assert_accessible):
    desk.goto(address)
    desk.keyboard.press("3")
    expect(desk).to_have_url(re.compile("/points/$"))
    statement = panel(desk, "statement")
    year = statement.get_by_role("link", name="12 months")
    year.focus()
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile(r"/points/\?period=365$"))
    expect(statement).to_contain_text("Points expired")
    expect(year).to_be_focused()
    expect(year).to_have_attribute("aria-current", "true")
    statement.get_by_role("link", name="Expiries").focus()
    desk.keyboard.press("Enter")
    expect(statement.get_by_role("rowheader", name="Purchase")).to_have_count(0)
    expect(statement.get_by_role("rowheader", name="Points expired").first).to_be_visible()
    expect(statement.get_by_role("img", name=re.compile("^Balance of Maple Rewards from"))).to_be_visible()
    assert_accessible(desk, "#panel-statement")
    desk.go_back()
    expect(desk).to_have_url(re.compile(r"/points/\?period=365$"))
    expect(panel(desk, "statement")).to_contain_text("Purchase")


def test_reverse_opens_beside_its_row_and_leaves_no_trace_when_closed(desk, address, assert_accessible):
    desk.goto(f"{address}redemptions/")
    opener = panel(desk, "redemptions").get_by_role("link", name=re.compile("^Reverse points of")).first
    number = opener.get_attribute("aria-label").removeprefix("Reverse points of ")
    opener.focus()
    desk.keyboard.press("Enter")
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_role("heading").first).to_contain_text(number)
    assert_accessible(desk, "#dialog")
    desk.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(opener).to_be_focused()


def test_a_list_that_fails_comes_back_by_retry(desk, address, outside, watch, assert_accessible, screenshot):
    outside.add_fault(kind="status", status=500, path="/v1.1/customer/redemptions")
    desk.goto(f"{address}redemptions/")
    failed = panel(desk, "redemptions")
    expect(failed).to_contain_text("Redemptions could not be loaded.")
    expect(failed).to_contain_text(re.compile(r"Reference LC-"))
    assert_accessible(desk)
    screenshot(desk, "customer-redemptions-failed")
    outside.clear()
    failed.get_by_role("link", name="Retry").click()
    expect(panel(desk, "redemptions").get_by_role("table")).to_be_visible()


def test_both_without_script(agent, outside, address, open_page, sign_in, screenshot):
    page = open_page(script=False)
    sign_in(page, agent)
    page.goto(f"{address}redemptions/")
    page.get_by_role("link", name="Load Redemptions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Redemptions")
    expect(
        panel(page, "redemptions").get_by_role("link", name=re.compile("^Reverse points of")).first
    ).to_be_visible()
    page.goto(f"{address}points/")
    page.get_by_role("link", name="Load Points statement").click()
    page.get_by_role("link", name="12 months").click()
    expect(page).to_have_url(re.compile(r"/statement/\?period=365$"))
    expect(panel(page, "statement")).to_contain_text("Adds up")
    screenshot(page, "customer-points-no-script")
