"""Customers who open only for a reason, in a real browser: every width and look, by keys, without script, axe."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.audit.models import Entry
from apps.customers.models import OpenedForReason, ProtectedCustomer
from tests.customers.conftest import outside, person_of_the_sandbox

__all__ = ["outside", "person_of_the_sandbox"]

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Ticket 4417, parcel came late"


@pytest.fixture
def person(person_of_the_sandbox):
    return person_of_the_sandbox("everything")


@pytest.fixture
def protected(administrator, person):
    return ProtectedCustomer.objects.create(
        customer_id=person,
        kind="vip",
        reason="Member of the board",
        marked_by=administrator,
        marked_by_name=administrator.name,
    )


def test_the_question_and_the_customer_behind_it(
    agent, outside, person, protected, open_page, sign_in, watch, look_at
):
    watch.expect("status of 4(03|22)")
    page = open_page()
    sign_in(page, agent)
    page.goto(f"/customers/{person}/notes/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This customer is protected")
    expect(page.get_by_label("Why do you open this customer?")).to_be_focused()
    look_at(page, "glass")
    page.keyboard.type("ok")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Write the reason in a few words.")
    expect(page.get_by_label("Why do you open this customer?")).to_have_value("ok")
    look_at(page, "glass-refused")
    page.get_by_label("Why do you open this customer?").fill(REASON)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/customers/{person}/notes/$"))
    expect(page.get_by_text("Protected: VIP")).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    look_at(page, "glass-opened")
    assert Entry.objects.get(action="customer.glass_broken").reason == REASON


def test_a_part_whose_reason_ran_out_shows_the_way(
    agent, outside, person, protected, page, sign_in, watch, assert_accessible, screenshot
):
    watch.expect("status of 403")
    sign_in(page, agent)
    page.goto(f"/customers/{person}/notes/")
    page.get_by_label("Why do you open this customer?").fill(REASON)
    page.get_by_role("button", name="Open the customer").click()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    OpenedForReason.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    page.get_by_label("New note").fill("Promised a call back.")
    page.get_by_role("button", name="Add note").click()
    way = page.get_by_role("link", name="Give a reason")
    expect(way).to_be_visible()
    expect(page.get_by_label("New note")).to_have_value("Promised a call back.")
    screenshot(page, "glass-part")
    page.get_by_role("button", name="Reveal").first.or_(page.get_by_role("link", name="Reveal").first).click()
    expect(page.get_by_role("dialog", name="A reason first")).to_contain_text("This customer is protected")
    assert_accessible(page)
    screenshot(page, "glass-dialog")
    page.locator("#dialog").get_by_role("link", name="Give a reason").click()
    expect(page.get_by_label("Why do you open this customer?")).to_be_focused()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_an_administrator_protects_and_ends(
    administrator, stores, open_page, sign_in, watch, assert_accessible, screenshot, script
):
    watch.expect("status of 422")
    page = open_page(script=script)
    sign_in(page, administrator)
    page.goto("/customers/protected/")
    page.get_by_role("button", name="Protect", exact=True).click()
    expect(page.get_by_text("Write the customer's internal id.")).to_be_visible()
    screenshot(page, f"protected-refused-{script}")
    page.get_by_label("Internal customer id").fill("500000001")
    page.get_by_label("VIP").check()
    page.get_by_label("Why", exact=True).fill("Member of the board")
    page.get_by_role("button", name="Protect", exact=True).click()
    expect(page.get_by_text("Customer 500000001 is protected.")).to_be_visible()
    screenshot(page, f"protected-added-{script}")
    page.get_by_role("link", name="End the protection of 500000001").click()
    page.get_by_label("Why they are no longer protected").fill("Left the board")
    if script:
        assert_accessible(page)
    screenshot(page, f"protection-end-{script}")
    page.get_by_role("button", name="End the protection").click()
    expect(page.get_by_text("Customer 500000001 is no longer protected.")).to_be_visible()
    page.get_by_role("link", name="No longer protected").click()
    expect(page.get_by_text("Left the board")).to_be_visible()


def test_the_list_is_for_everybody(administrator, stores, protected, open_page, sign_in, look_at):
    page = open_page()
    sign_in(page, administrator)
    page.goto("/customers/protected/")
    expect(page.get_by_role("rowheader")).to_have_text(re.compile("50000000"))
    look_at(page, "protected")


def test_without_script_the_reason_opens_the_customer(
    agent, outside, person, protected, open_page, sign_in, watch
):
    watch.expect("status of 403")
    page = open_page(script=False)
    sign_in(page, agent)
    page.goto("/customers/")
    page.locator("#id_q").fill("915550000001")
    page.keyboard.press("Enter")
    page.get_by_label("Why do you open this customer?").fill(REASON)
    page.get_by_role("button", name="Open the customer").click()
    expect(page.get_by_text("Protected: VIP")).to_be_visible()
