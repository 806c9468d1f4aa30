"""Redeeming and reversing in a real browser: the whole story, each family of refusals, no answer, a second person,
by keyboard alone, on a phone, in the dark, without script, with axe."""

import re

import pytest
from playwright.sync_api import expect

from apps.operations.switches import turn_off
from apps.points.models import CodeSending, PointsRules, Redemption, Reversal
from tests.points.conftest import (
    LONG_AGO,
    REDEEM,
    again,
    customer_id,
    desk,
    lead,
    outside,
    rules,
    several,
)

__all__ = ["customer_id", "desk", "lead", "outside", "rules", "several"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at(page, sign_in, agent, desk):
    """The agent's browser, on the page of redeeming."""
    sign_in(page, agent)
    page.goto(f"/points/customers/{desk.customer_id}/redeem/")
    return page


def code_of(outside, desk):
    """The code as the customer reads it out."""
    return outside.last_code(desk.customer_id)["code"]


def check(page, points):
    """The first step."""
    page.get_by_label("Points to redeem").fill(str(points))
    page.get_by_role("button", name="Check").click()


def send_code(page, points=100):
    """The first two steps, as far as the code."""
    check(page, points)
    page.get_by_role("button", name="Send code to").click()
    expect(page.get_by_label("Code read out by the customer")).to_be_focused()


def reverse_url(desk, act):
    return f"/points/customers/{desk.customer_id}/redemptions/{act.listed_id}/reverse/"


def test_by_keyboard_alone_from_the_customers_page_to_the_proof(
    page, sign_in, agent, desk, outside, assert_accessible, screenshot
):
    sign_in(page, agent)
    page.goto(f"/customers/{desk.customer_id}/")
    page.locator("#main").focus()
    page.keyboard.press("e")
    expect(page.get_by_role("heading", level=1, name="Redeem points")).to_be_visible()
    expect(page.get_by_label("Points to redeem")).to_be_focused()
    assert_accessible(page)
    screenshot(page, "redeem-empty")
    page.keyboard.type("400")
    page.keyboard.press("Tab")
    page.keyboard.type("INV-20611")
    page.keyboard.press("Enter")
    send = page.get_by_role("button", name="Send code to •••••• ")
    expect(send).to_be_focused()
    expect(page.get_by_text("Capillary says these 400 points can be redeemed.")).to_be_visible()
    expect(page.get_by_role("group", name="Balance before and after")).to_contain_text("−400")
    expect(page.get_by_text("Worth 100.00 INR.")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "redeem-checked")
    page.keyboard.press("Enter")
    code = page.get_by_label("Code read out by the customer")
    expect(code).to_be_focused()
    expect(page.get_by_role("button", name=re.compile(r"Send again in 0:\d\d"))).to_have_attribute(
        "aria-disabled", "true"
    )
    assert_accessible(page)
    screenshot(page, "redeem-code")
    page.keyboard.type(code_of(outside, desk))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="400 points redeemed for")).to_be_visible()
    expect(page.locator("#result")).to_contain_text("Booked")
    made = Redemption.objects.get()
    expect(page.locator("main")).to_contain_text(made.outside_id)
    assert_accessible(page)
    screenshot(page, "redeem-redeemed")
    desk.prove()
    expect(page.locator("#result")).to_contain_text("Capillary's books show it since")
    expect(page.locator("#result")).to_contain_text("Done")
    assert again(made).state == "done"
    assert len(outside.requests(path=REDEEM)) == 1


def test_each_family_of_refusals_says_what_to_do_and_keeps_what_was_typed(
    at, desk, outside, watch, assert_accessible, screenshot
):
    watch.expect("status of [45]..")
    points = at.get_by_label("Points to redeem")
    at.get_by_label("Bill number").fill("INV-20612")
    check(at, 405)
    expect(at.get_by_role("alert").first).to_contain_text("405 points cannot be redeemed.")
    expect(at.locator("#redeem_points_error")).to_contain_text(
        "Points can only be redeemed in certain steps."
    )
    expect(points).to_be_focused()
    expect(at.locator("#redeem")).to_contain_text("807")
    assert_accessible(at)
    screenshot(at, "redeem-multiple")
    check(at, 90_000)
    expect(at.locator("#redeem_points_error")).to_contain_text("This is more than may be redeemed at once")
    outside.switch(redeemable="804")
    check(at, 500)
    expect(at.locator("#redeem_points_error")).to_contain_text("The customer has too few points for this.")
    outside.switch(redeemable="on")
    check(at, "many")
    expect(at.locator("#redeem_points_error")).to_contain_text("Write the points in digits")
    expect(points).to_have_value("many")
    outside.switch(redeemable="809")
    check(at, 400)
    expect(at.get_by_role("alert").first).to_contain_text("marked for fraud")
    expect(at.get_by_role("alert").first).to_contain_text("Ask a store manager to look at the fraud mark.")
    outside.switch(redeemable="on")
    send_code(at, 400)
    at.get_by_label("Code read out by the customer").fill("1234")
    at.keyboard.press("Enter")
    code = at.get_by_label("Code read out by the customer")
    expect(at.locator("#redeem_code_error")).to_contain_text("The one-time code is not right.")
    expect(code).to_be_focused()
    expect(code).to_have_value("")
    assert_accessible(at)
    screenshot(at, "redeem-wrong-code")
    assert "1234" not in at.content().replace(code_of(outside, desk), "")
    at.get_by_role("button", name="Back").click()
    expect(at.get_by_label("Bill number")).to_have_value("INV-20612")
    expect(points).to_have_value("400")
    points.fill("500")
    at.get_by_role("button", name="Check").click()
    expect(at.get_by_text("Capillary says these 500 points can be redeemed.")).to_be_visible()
    assert {one.state for one in Redemption.objects.all()} == {"not_done"}


def test_no_answer_is_not_known_yet_not_repeated_and_settles_on_the_page(
    at, desk, outside, assert_accessible, screenshot
):
    send_code(at)
    outside.add_fault(kind="drop_after", path=REDEEM, count=1)
    at.get_by_label("Code read out by the customer").fill(code_of(outside, desk))
    at.keyboard.press("Enter")
    expect(at.get_by_role("heading", name="Not known yet: the console is checking")).to_be_visible()
    expect(at.get_by_text("Do not repeat this redemption.")).to_be_visible()
    assert_accessible(at)
    screenshot(at, "redeem-unknown")
    made = Redemption.objects.get()
    other = at.context.new_page()
    other.goto(f"/points/customers/{desk.customer_id}/redeem/")
    expect(other.get_by_text(f"{made.number} is not known yet.")).to_be_visible()
    expect(other.get_by_role("button", name="Check")).to_have_attribute("aria-disabled", "true")
    assert_accessible(other)
    screenshot(other, "redeem-blocked")
    desk.settle()
    expect(other.get_by_role("button", name="Check")).not_to_have_attribute("aria-disabled", "true")
    expect(other.get_by_text(f"{made.number} is not known yet.")).to_have_count(0)
    other.close()
    expect(at.get_by_role("heading", name="100 points redeemed for")).to_be_visible(timeout=20_000)
    assert len(outside.requests(path=REDEEM)) == 1


def test_another_way_needs_the_role_and_the_caller_and_off_is_off(
    at, desk, agent, administrator, assert_accessible, screenshot
):
    PointsRules.objects.update(skip_code_roles=["agent"], redeem_level="number_matched")
    at.reload()
    at.get_by_label("Without a code").check()
    check(at, 100)
    expect(at.get_by_text("The caller has to be verified first.")).to_be_visible()
    expect(at.get_by_text("Needed: Number matched.")).to_be_visible()
    expect(at.get_by_role("button", name="Redeem 100 points")).to_have_attribute("aria-disabled", "true")
    assert_accessible(at)
    screenshot(at, "redeem-verify")
    at.locator("#redeem").get_by_role("link", name="Verify caller").click()
    expect(at.get_by_role("dialog", name="Verify who is calling")).to_be_visible()
    PointsRules.objects.update(redeem_level="")
    at.reload()
    at.get_by_label("Without a code").check()
    check(at, 100)
    at.get_by_role("button", name="Redeem 100 points").click()
    expect(at.get_by_role("heading", name="100 points redeemed for")).to_be_visible()
    turn_off(
        act="redeem", actor=desk.actor(administrator), user=administrator, store=None, reason="Stock-taking."
    )
    at.goto(f"/points/customers/{desk.customer_id}/redeem/")
    expect(at.get_by_text("Stock-taking.").first).to_be_visible()
    expect(at.get_by_role("button", name="Check")).to_have_attribute("aria-disabled", "true")
    screenshot(at, "redeem-off")


def test_without_script_the_three_steps_and_a_reversal_are_pages(
    open_page, sign_in, agent, desk, outside, watch
):
    watch.expect("status of 409")
    page = open_page(script=False)
    sign_in(page, agent)
    page.goto(f"/points/customers/{desk.customer_id}/redeem/")
    check(page, 100)
    page.get_by_role("button", name="Send code to").click()
    page.get_by_role("button", name="Send again, from").click()
    expect(page.get_by_role("alert")).to_contain_text("It can be sent again in")
    CodeSending.objects.update(at=LONG_AGO)
    page.get_by_role("button", name="Send again").click()
    page.get_by_label("Code read out by the customer").fill(code_of(outside, desk))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="100 points redeemed for")).to_be_visible()
    page.goto(reverse_url(desk, Redemption.objects.get()))
    page.get_by_label("Points to reverse").fill("40")
    page.get_by_label("Reason").select_option(label="Item returned")
    page.get_by_role("button", name="Reverse 100 points").click()
    expect(page.get_by_role("alert")).to_contain_text("Reverse 40 points")
    page.get_by_role("button", name="Reverse 40 points").click()
    expect(page.get_by_role("heading", name="40 points given back to")).to_be_visible()


def test_a_reversal_alone_from_the_list_in_a_dialog(
    page, sign_in, agent, desk, watch, assert_accessible, screenshot
):
    watch.expect("status of 422")
    act = desk.redeem(150)
    sign_in(page, agent)
    page.goto(f"/customers/{desk.customer_id}/redemptions/")
    opener = page.get_by_role("link", name=re.compile("Reverse")).first
    badge = page.locator(".lc-statecell .lc-badge").first.bounding_box()
    assert badge["x"] + badge["width"] <= opener.bounding_box()["x"]
    opener.click()
    dialog = page.get_by_role("dialog", name=f"Reverse 150 points of redemption {act.listed_id}")
    expect(dialog.get_by_role("button", name="Keep the redemption")).to_be_focused()
    assert_accessible(page, "#dialog")
    screenshot(page, "reverse-dialog")
    dialog.get_by_label("Points to reverse").fill("50")
    dialog = page.get_by_role("dialog", name=f"Reverse 50 points of redemption {act.listed_id}")
    expect(dialog.get_by_role("group", name="Balance before and after")).to_contain_text("+50")
    dialog.get_by_role("button", name="Reverse 50 points").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Choose a reason.")
    dialog.get_by_label("Reason").select_option(label="Wrong bill")
    expect(dialog.get_by_text("Choose a reason.")).to_have_count(0)
    dialog.get_by_label("Points to reverse").fill("400")
    dialog = page.get_by_role("dialog", name=f"Reverse points of redemption {act.listed_id}")
    expect(dialog.get_by_role("alert")).to_have_text("Only 150 points of this redemption remain.")
    expect(dialog.get_by_role("button", name="Check")).to_be_visible()
    assert_accessible(page, "#dialog")
    screenshot(page, "reverse-wrong")
    dialog.get_by_role("button", name="Check").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Points to reverse")).to_be_focused()
    expect(dialog.locator("#reverse_points_error")).to_contain_text(
        "Only 150 points of this redemption remain."
    )
    expect(dialog.get_by_role("button", name="Check")).to_be_visible()
    dialog.get_by_label("Points to reverse").fill("abc")
    expect(dialog.locator("#reverse_points_error")).to_contain_text("Write the points in digits")
    expect(dialog.get_by_role("button", name="Reverse")).to_have_count(0)
    page.get_by_label("Points to reverse").fill("50")
    expect(dialog.locator("#reverse_points_error")).to_have_count(0)
    expect(dialog.get_by_role("button", name="Reverse 50 points")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    opener.click()
    expect(dialog.get_by_label("Reason")).to_have_value("bill")
    dialog.get_by_role("button", name="Reverse 50 points").click()
    expect(page.get_by_role("heading", name="50 points given back to")).to_be_visible()
    made = Reversal.objects.get()
    expect(page.locator("main")).to_contain_text(made.outside_id)
    assert_accessible(page)
    screenshot(page, "reversal-done")
    desk.prove()
    expect(page.locator("#result")).to_contain_text("Capillary's books show it since")
    assert again(made).reason == "Wrong bill"


def test_above_the_limit_a_second_person_approves_on_a_phone(
    open_page, sign_in, agent, lead, desk, assert_accessible, screenshot
):
    act = desk.redeem(300)
    page = open_page()
    sign_in(page, agent)
    page.goto(reverse_url(desk, act))
    expect(page.get_by_role("button", name="Send for approval")).to_be_visible()
    page.get_by_label("Points to reverse").fill("200")
    expect(page.get_by_role("button", name="Reverse 200 points")).to_be_visible()
    page.get_by_label("Points to reverse").fill("300")
    page.get_by_label("Reason").select_option(label="Item returned")
    assert_accessible(page)
    screenshot(page, "reverse-page-asks")
    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_text("Nothing is given back before somebody else approves it.")).to_be_visible()
    expect(page.get_by_role("link", name="Withdraw")).to_be_visible()
    screenshot(page, "reversal-waiting")
    page.goto("/points/reversals/")
    assert_accessible(page)
    screenshot(page, "reversals-mine")
    phone = open_page(phone=True)
    sign_in(phone, lead)
    phone.goto("/points/reversals/")
    expect(phone.get_by_text("1 waits for you.")).to_be_visible()
    assert_accessible(phone)
    screenshot(phone, "reversals-phone")
    phone.get_by_role("link", name="Look and approve").click()
    dialog = phone.get_by_role("dialog", name=f"Reverse 300 points of redemption {act.listed_id}")
    expect(dialog.get_by_role("button", name="Keep waiting")).to_be_focused()
    expect(dialog).to_contain_text("Remaining now")
    assert_accessible(phone, "#dialog")
    screenshot(phone, "reversal-approve-phone")
    dialog.get_by_role("button", name="Approve, reverse 300 points").click()
    expect(phone.get_by_text("Nothing waits for you.")).to_be_visible()
    assert Reversal.objects.get().state == "done"
    theirs = open_page(phone=True)
    sign_in(theirs, agent)
    theirs.goto(f"/points/customers/{desk.customer_id}/redeem/")
    notice = theirs.locator("#notices .lc-alert")
    expect(notice).to_contain_text("was approved and given back: 300 points.")
    button = theirs.get_by_role("button", name="Check")
    assert notice.bounding_box()["y"] + notice.bounding_box()["height"] < button.bounding_box()["y"]
    assert_accessible(theirs)
    screenshot(theirs, "redeem-notice-phone")


def test_every_page_on_a_phone_and_in_the_dark(open_page, sign_in, agent, administrator, desk, look_at):
    act = desk.redeem(100)
    CodeSending.objects.update(at=LONG_AGO)
    page = open_page()
    sign_in(page, agent)
    page.goto(f"/points/customers/{desk.customer_id}/redeem/")
    send_code(page)
    look_at(page, "redeem-code")
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("button", name="Send code to")).to_be_visible()
    for name, address in (
        ("redemption", f"/points/redemptions/{act.pk}/"),
        ("reverse", reverse_url(desk, act)),
    ):
        page.goto(address)
        look_at(page, f"points-{name}")
    sign_in(page, administrator)
    for name, address in (("rules", "/points/rules/"), ("rules-set", "/points/rules/0/")):
        page.goto(address)
        look_at(page, f"points-{name}")
