"""Asking for goodwill in a real browser: drawer and page, keyboard, phone, dark, without script, with axe."""

import re

import pytest
from playwright.sync_api import expect

from apps.core.context import new_reference, use_reference
from apps.goodwill.deciding import send_back
from apps.goodwill.models import GoodwillRequest
from apps.goodwill.proving import prove_credits
from apps.operations.switches import turn_off
from tests.goodwill.conftest import (
    customer_id,
    desk,
    lead,
    outside,
    rules,
    several,
)

__all__ = ["customer_id", "desk", "lead", "outside", "rules", "several"]

pytestmark = pytest.mark.django_db(transaction=True)
DRAWER = "#drawer"


@pytest.fixture
def at(page, sign_in, agent, desk):
    """The agent's browser, on the customer's page."""
    sign_in(page, agent)
    page.goto(f"/customers/{desk.customer_id}/")
    return page


def fill(page, amount, reason="Late delivery"):
    """Type an amount and choose a reason; the button follows."""
    page.get_by_label("Amount").fill(str(amount))
    page.get_by_label("Reason", exact=True).select_option(label=reason)


def differ(page):
    """Earlier tests may have given the same customer something alike."""
    tick = page.get_by_label("It is a different matter. I have checked.")
    if tick.is_visible():
        tick.check()


def test_asked_in_the_drawer_approved_by_policy_and_proved(at, desk, assert_accessible, screenshot):
    at.locator("#main").focus()
    at.keyboard.press("w")
    drawer = at.locator(DRAWER)
    expect(drawer.get_by_role("heading", name="Raise goodwill")).to_be_visible()
    expect(drawer.get_by_label("Amount")).to_be_focused()
    expect(drawer.get_by_role("button", name="Check")).to_be_visible()
    fill(at, 200)
    give = drawer.get_by_role("button", name="Give 200 points")
    expect(give).to_be_visible()
    expect(drawer.get_by_role("group", name="Balance before and after")).to_contain_text("+200")
    assert_accessible(at)
    screenshot(at, "goodwill-within")
    differ(at)
    at.get_by_label("Comment for colleagues").fill("Order came nine days late.")
    at.keyboard.press("Control+Enter")
    expect(drawer.get_by_text("The ledger is being read until it shows 200 points.")).to_be_visible()
    assert_accessible(at, DRAWER)
    screenshot(at, "goodwill-result-approved")
    desk.overdue()
    prove_credits()
    expect(drawer.get_by_text("The ledger shows it since")).to_be_visible()
    assert GoodwillRequest.objects.get().state == "done"


def test_over_the_limit_it_goes_for_approval_and_a_duplicate_is_looked_at(
    at, desk, assert_accessible, screenshot
):
    first = desk.ask(480, bill="INV-20233")
    at.get_by_role("link", name="Raise goodwill").click()
    fill(at, 500)
    drawer = at.locator(DRAWER)
    expect(drawer.get_by_text("200 points over your own limit of 300.")).to_be_visible()
    expect(drawer.get_by_text("This may be a duplicate.")).to_be_visible()
    expect(drawer.get_by_role("link", name=f"See {first.number}")).to_be_visible()
    assert_accessible(at)
    screenshot(at, "goodwill-over")
    drawer.get_by_label("It is a different matter. I have checked.").check()
    drawer.get_by_role("button", name="Send for approval").click()
    expect(drawer.locator("#result")).to_contain_text("Decided by a manager of Contact Centre.")
    drawer.get_by_role("link", name="Open GR-").click()
    expect(at.get_by_role("heading", level=1)).to_contain_text("500 points for")
    assert_accessible(at)
    screenshot(at, "goodwill-request")


def test_a_closed_drawer_keeps_the_draft_and_a_bad_amount_is_said_beside_it(at, watch, assert_accessible):
    watch.expect("status of 422")
    opener = at.get_by_role("link", name="Raise goodwill")
    opener.click()
    fill(at, "many")
    at.keyboard.press("Escape")
    expect(opener).to_be_focused()
    opener.click()
    amount = at.get_by_label("Amount")
    expect(amount).to_have_value("many")
    at.keyboard.press("Control+Enter")
    expect(at.get_by_role("alert")).to_contain_text("Write how many points.")
    expect(amount).to_have_value("many")
    expect(amount).to_be_focused()
    assert_accessible(at, DRAWER)


def test_a_drawer_closed_while_it_is_checked_stays_closed_and_keys_go_on(at):
    drawer, opener = at.locator(DRAWER), at.get_by_role("link", name="Raise goodwill")
    closers = (lambda: at.keyboard.press("Escape"), drawer.get_by_label("Close, keep the draft").click)
    for typed, close in zip(("320", "45"), closers, strict=True):
        at.keyboard.press("w")
        expect(drawer.get_by_label("Amount")).to_be_visible()
        with at.expect_response(re.compile("/ask/check/")) as checked:
            drawer.get_by_label("Amount").fill(typed)
            close()
        checked.value.finished()
        expect(drawer.locator("input[name=agreed]")).to_have_value(re.compile(f"points:{typed}:"))
        expect(drawer).to_be_hidden()
        expect(opener).to_be_focused()
    at.keyboard.press("w")
    expect(drawer.get_by_role("button", name="Give 45 points")).to_be_visible()


def test_a_coupon_and_other_show_their_own_fields(at, screenshot, assert_accessible):
    at.get_by_role("link", name="Raise goodwill").click()
    drawer = at.locator(DRAWER)
    expect(drawer.get_by_label("Coupon series")).to_be_hidden()
    drawer.get_by_text("Coupon", exact=True).click()
    expect(drawer.get_by_label("Amount")).to_be_hidden()
    drawer.get_by_label("Coupon series").select_option(index=1)
    drawer.get_by_label("Reason", exact=True).select_option(label="Other")
    expect(drawer.get_by_label("Reason in your words")).to_be_visible()
    expect(drawer.get_by_role("button", name=re.compile("Give a coupon"))).to_be_visible()
    expect(drawer.get_by_text("In Capillary: Goodwill 20% off one item, worth 20 %.")).to_be_in_viewport()
    expect(drawer.get_by_text("Available now")).to_be_hidden()
    assert_accessible(at)
    screenshot(at, "goodwill-coupon")


def test_my_own_number_sends_it_to_another_store(at, agent, desk, several, outside, screenshot):
    profiles = outside.get(f"/v2/customers/{desk.customer_id}").json()["profiles"]
    known = [one for profile in profiles for one in profile["identifiers"]]
    agent.set_mobile(next(one["value"] for one in known if one["type"] == "mobile"))
    agent.save()
    at.get_by_role("link", name="Raise goodwill").click()
    fill(at, 100)
    drawer = at.locator(DRAWER)
    expect(
        drawer.get_by_text("The customer is a colleague: a manager of another store decides.")
    ).to_be_visible()
    differ(at)
    drawer.get_by_role("button", name="Send for approval").click()
    expect(drawer.locator("#result")).to_contain_text("Decided by a manager of another store.")


def test_sent_back_then_answered_then_withdrawn(at, desk, lead, assert_accessible, screenshot):
    request = desk.ask(400)
    send_back(actor=desk.actor(), user=lead, request=request, reason="Which bill is this for?")
    at.goto("/goodwill/mine/")
    expect(at.get_by_text("“Which bill is this for?”")).to_be_visible()
    assert_accessible(at)
    screenshot(at, "goodwill-mine")
    at.get_by_role("link", name="Answer").click()
    at.get_by_label("Your answer").fill("INV-20233")
    at.get_by_role("button", name="Send the answer").click()
    expect(at.get_by_text("waits for a decision again.")).to_be_visible()
    at.get_by_role("link", name="Withdraw").click()
    dialog = at.get_by_role("dialog", name=f"Withdraw {request.number}, 400 points")
    expect(dialog.get_by_role("link", name="Keep the request")).to_be_focused()
    assert_accessible(at, "#dialog")
    screenshot(at, "goodwill-withdraw")
    dialog.get_by_label("Why you withdraw it").fill("The store solved it.")
    dialog.get_by_role("button", name="Withdraw 400 points").click()
    expect(at.locator("#result")).to_contain_text("Nothing was given.")
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_without_an_answer_it_is_not_known_yet_and_looked_for_again(
    at, outside, assert_accessible, screenshot
):
    outside.add_fault(kind="drop_after", path="/v1.1/request/add", count=1)
    at.get_by_role("link", name="Raise goodwill").click()
    fill(at, 200)
    drawer = at.locator(DRAWER)
    expect(drawer.get_by_role("button", name="Give 200 points")).to_be_visible()
    differ(at)
    drawer.get_by_role("button", name="Give 200 points").click()
    expect(drawer.get_by_text("Do not repeat it.")).to_be_visible()
    at.goto("/unknown/")
    assert_accessible(at)
    screenshot(at, "goodwill-unknown")
    at.get_by_role("button", name="Check again").click()
    expect(at.locator("#result")).to_contain_text("The ledger is being read")
    assert GoodwillRequest.objects.get().acts.filter(kind="add").count() == 1
    assert len(outside.requests(path="/v1.1/request/add")) == 1


def test_without_script_one_round_checks_and_the_next_gives(open_page, sign_in, agent, desk):
    page = open_page(script=False)
    sign_in(page, agent)
    page.goto(f"/customers/{desk.customer_id}/")
    page.get_by_role("link", name="Raise goodwill").click()
    fill(page, 150)
    page.get_by_role("button", name="Check").click()
    differ(page)
    page.get_by_role("button", name="Give 150 points").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("150 points for")
    expect(page.locator("#result")).to_contain_text("Approved")
    page.goto("/goodwill/mine/")
    expect(page.get_by_role("link", name="150 points")).to_be_visible()


def test_switched_off_it_says_why(at, desk, administrator, assert_accessible, screenshot):
    turn_off(
        act="goodwill",
        actor=desk.actor(administrator),
        user=administrator,
        store=None,
        reason="Stock-taking until 18:00.",
    )
    at.get_by_role("link", name="Raise goodwill").click()
    drawer = at.locator(DRAWER)
    expect(drawer.get_by_text("Stock-taking until 18:00.").first).to_be_visible()
    expect(drawer.get_by_role("button", name="Raise goodwill")).to_have_attribute("aria-disabled", "true")
    assert_accessible(at)
    screenshot(at, "goodwill-off")


def test_the_auditor_reads_every_call_and_can_press_nothing(
    page, sign_in, auditor, desk, assert_accessible, screenshot
):
    with use_reference(new_reference()):
        request = desk.ask(200)
    sign_in(page, auditor)
    page.goto(f"/goodwill/requests/{request.pk}/")
    calls = page.locator("#panel-calls")
    expect(calls).to_contain_text("/v1.1/request/approve")
    expect(
        page.locator("main").get_by_role("button", name=re.compile("Withdraw|Check|Answer"))
    ).to_have_count(0)
    assert_accessible(page)
    screenshot(page, "goodwill-auditor")


def test_every_page_on_a_phone_and_in_the_dark(open_page, sign_in, agent, desk, look_at):
    request = desk.ask(480)
    page = open_page()
    sign_in(page, agent)
    page.goto(f"/customers/{desk.customer_id}/goodwill/")
    expect(page.locator("#panel-goodwill_asked")).to_contain_text(request.number)
    page.get_by_role("link", name="Raise goodwill").click()
    fill(page, 500)
    expect(page.get_by_role("button", name="Send for approval")).to_be_visible()
    look_at(page, "goodwill-ask")
    for name, address in (
        ("mine", "/goodwill/mine/"),
        ("request", f"/goodwill/requests/{request.pk}/"),
        ("home", "/customers/"),
        ("page", f"/goodwill/customers/{desk.customer_id}/ask/"),
    ):
        page.goto(address)
        look_at(page, f"goodwill-{name}")
        if name == "mine":
            page.set_viewport_size({"width": 390, "height": 844})
            lines = page.locator("#mine tbody tr").first.locator("th, td")
            heights = [one.bounding_box()["height"] for one in lines.all() if one.is_visible()]
            # Four lines: what with its number, whom, where it stands, since when.
            assert len(heights) == 4
            assert max(heights) < 36
            page.set_viewport_size({"width": 1440, "height": 900})
