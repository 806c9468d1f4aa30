"""The customer page in a real browser: the agent's story, with keys, without script, on a phone, with axe."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.customers.models import NoteAct
from apps.customers.settling import settle_due
from tests.customers.conftest import outside, person_of_the_sandbox

__all__ = ["outside", "person_of_the_sandbox"]

pytestmark = pytest.mark.django_db(transaction=True)
TABS = [
    "",
    *(
        f"{name}/"
        for name in (
            "transactions",
            "points",
            "redemptions",
            "goodwill",
            "coupons",
            "referrals",
            "notes",
            "history",
        )
    ),
]
NOTES = "/v1.1/customer/notes"
COUPONS = re.compile(r"All \d+ coupons")


@pytest.fixture
def desk(page, agent, outside, sign_in):
    sign_in(page, agent)
    return page


@pytest.fixture
def address(person_of_the_sandbox):
    return f"/customers/{person_of_the_sandbox('everything')}/"


def panel(page, name):
    return page.locator(f"#panel-{name}")


def test_every_tab_is_reached_by_its_number_and_is_for_everybody(desk, address, look_at):
    # Not from the first tab: its own key would load the same address again, unseen.
    desk.goto(f"{address}{TABS[-1]}")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Asha Kulkarni")
    for number, tab in enumerate(TABS, start=1):
        desk.keyboard.press(str(number))
        expect(desk).to_have_url(re.compile(f"{address}{tab}$"))
        desk.wait_for_load_state()
        expect(desk.locator("[aria-busy=true]")).to_have_count(0)
        look_at(desk, f"customer-{tab.strip('/') or 'overview'}")


def test_one_panel_fails_alone_and_comes_back_by_retry(desk, address, outside, assert_accessible, screenshot):
    outside.add_fault(kind="status", status=500, path="/v1.1/customer/transactions")
    desk.goto(address)
    failed = panel(desk, "latest_bills")
    expect(failed).to_contain_text("Transactions could not be loaded.")
    expect(failed).to_contain_text(re.compile(r"Reference LC-"))
    expect(panel(desk, "few_coupons")).to_contain_text(COUPONS)
    assert_accessible(desk)
    screenshot(desk, "customer-failed-panel")
    outside.clear()
    failed.get_by_role("link", name="Retry").click()
    expect(panel(desk, "latest_bills").get_by_role("table")).to_be_visible()


def test_a_slow_panel_comes_by_itself_under_the_reference_of_its_page(desk, address, outside, settings):
    settings.CUSTOMER_PAGE_WAIT_SECONDS = 0.8
    outside.add_fault(kind="latency", latency_ms=2000, path="/v2/customers/*/coupons", count=1)
    with desk.expect_response(re.compile("/panels/few_coupons/")) as late:
        page = desk.goto(address)
    expect(panel(desk, "few_coupons")).to_contain_text(COUPONS)
    assert late.value.headers["x-reference"] == page.headers["x-reference"]


@pytest.mark.own_clock
def test_revealing_one_field_asks_why_and_hides_it_again(desk, address, watch, assert_accessible, screenshot):
    watch.expect("status of 422")
    desk.clock.install()
    desk.goto(address)
    desk.locator("#head-INSTORE--mobile-1").get_by_role("link").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_contain_text("Reveal: Mobile, ")
    screenshot(desk, "customer-reveal")
    assert_accessible(desk, "#dialog")
    dialog.get_by_label("Another reason, written below").check()
    dialog.get_by_role("button", name="Reveal").click()
    expect(dialog).to_contain_text("Write the reason in a few words.")
    expect(desk.locator("#head-INSTORE--mobile-1")).not_to_contain_text("915550000001")
    dialog.get_by_label("The caller asked which one we have").check()
    dialog.get_by_role("button", name="Reveal").click()
    expect(dialog).not_to_be_visible()
    shown = desk.locator("#head-INSTORE--mobile-1")
    expect(shown).to_contain_text("915550000001")
    # The link that opened the dialog is gone: what stands in its place goes on from there.
    expect(shown).to_be_focused()
    desk.clock.run_for(61_000)
    expect(shown).not_to_contain_text("915550000001")
    expect(shown).to_contain_text("•••••• 0001")


def test_the_caller_is_verified_by_questions(desk, address, assert_accessible):
    desk.goto(address)
    desk.get_by_role("link", name="Verify caller").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox").first).to_be_focused()
    dialog.get_by_role("button", name="Reveal E-mail").click()
    expect(dialog).to_contain_text("asha.kulkarni@example.com")
    dialog.get_by_label("E-mail address, spelled out").check()
    dialog.get_by_label("Last four digits of the card").check()
    assert_accessible(desk, "#dialog")
    dialog.get_by_role("button", name="Questions passed").click()
    expect(desk.get_by_text("Questions passed · 15 min left")).to_be_visible()


def test_a_note_is_added_with_the_keyboard_alone(desk, address):
    desk.goto(address)
    desk.keyboard.press("n")
    expect(desk).to_have_url(re.compile("/notes/#id_text$"))
    expect(desk.get_by_label("New note")).to_be_focused()
    # Keys work once the scripts of the new page have run, and only outside of a field.
    desk.wait_for_load_state()
    desk.locator("#main").focus()
    desk.keyboard.press("?")
    expect(desk.locator("#keys")).to_contain_text("New note")
    desk.keyboard.press("Escape")
    # The focus goes back to what opens them, in its own time: a key pressed before that is overtaken.
    expect(desk.locator("[data-opens='#keys']:focus")).to_be_visible()
    desk.keyboard.press("n")
    expect(desk.get_by_label("New note")).to_be_focused()
    desk.keyboard.insert_text("Called about a late parcel, by keyboard.")
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_role("status").filter(has_text="Note added for Asha Kulkarni.")).to_be_visible()
    expect(panel(desk, "notes")).to_contain_text("Called about a late parcel, by keyboard.")
    expect(panel(desk, "notes")).to_contain_text("Asha Verma")


def test_a_note_without_an_answer_is_not_known_yet(desk, address, outside, assert_accessible, screenshot):
    outside.add_fault(kind="drop_after", path=NOTES, method="POST", count=1)
    desk.goto(f"{address}notes/")
    desk.get_by_label("New note").fill("No answer came to this one.")
    desk.get_by_role("button", name="Add note").click()
    expect(desk.get_by_text("Do not add it again.")).to_be_visible()
    assert_accessible(desk)
    screenshot(desk, "customer-note-unknown")
    NoteAct.objects.update(next_check_at=timezone.now())
    settle_due()
    expect(desk.locator("#main").get_by_text("Note added. It was sent once")).to_be_visible()
    expect(desk.get_by_text("Do not add it again.")).to_have_count(0)
    expect(panel(desk, "notes")).to_contain_text("Asha Verma")


def test_on_a_phone_the_open_tab_is_in_sight_and_keys_are_hinted_at_where_they_work(
    agent, outside, address, open_page, sign_in
):
    for script in (True, False):
        page = open_page(phone=True, script=script)
        sign_in(page, agent)
        page.goto(f"{address}{TABS[-1]}")
        keys = page.locator("main kbd, header kbd")
        assert keys.count() > 0
        if script:
            expect(page.locator(".lc-tab[aria-current]")).to_be_in_viewport(ratio=0.9)
            assert page.evaluate("scrollY") == 0
        else:
            assert not any(each.is_visible() for each in keys.all())


def test_a_merged_account_leads_to_the_one_that_is_left(desk, person_of_the_sandbox):
    desk.goto(f"/customers/{person_of_the_sandbox('merged')}/")
    expect(desk).to_have_url(re.compile(f"/customers/{person_of_the_sandbox('survivor')}/$"))
    expect(desk.get_by_text("was merged into this one")).to_be_visible()


def test_the_whole_story_without_script(agent, outside, address, open_page, sign_in, screenshot):
    page = open_page(script=False)
    sign_in(page, agent)
    page.goto("/customers/")
    page.locator("#id_q").fill("asha.kulkarni@example.com")
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Asha Kulkarni")
    page.locator("#head-INSTORE--mobile-1").get_by_role("link").click()
    page.get_by_label("To call or write to the customer").check()
    page.get_by_role("button", name="Reveal").click()
    expect(page.get_by_text("915550000001")).to_be_visible()
    screenshot(page, "customer-revealed-no-script")
    page.get_by_role("link", name="Mask it again").click()
    page.get_by_role("link", name="Notes", exact=False).first.click()
    page.get_by_label("New note").fill("Without script.")
    page.get_by_role("button", name="Add note").click()
    expect(panel(page, "notes")).to_contain_text("Without script.")
    outside.add_fault(kind="status", status=500, path="/v2/customers/*/coupons")
    page.goto(address)
    outside.clear()
    panel(page, "few_coupons").get_by_role("link", name="Retry").click()
    expect(panel(page, "few_coupons")).to_contain_text(COUPONS)
