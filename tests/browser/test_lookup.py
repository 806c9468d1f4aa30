"""Looking up in a real browser: every way in, keyboard only, without script, on a phone, with axe."""

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


def search(page, text):
    page.get_by_role("searchbox", name="Find a customer").last.fill(text)
    page.get_by_role("searchbox", name="Find a customer").last.press("Enter")


def heading(page):
    return page.get_by_role("heading", level=1)


def test_pasting_a_number_in_any_writing_lands_on_the_customer(desk):
    for typed in ("+91 5550-000-001", "05550000001", "5550 000 001"):
        desk.goto("/customers/")
        expect(desk.locator("#id_q")).to_be_focused()
        desk.keyboard.insert_text(typed)
        desk.keyboard.press("Enter")
        expect(heading(desk)).to_have_text("Asha Kulkarni")
        assert "5550" not in desk.url


def test_nobody_then_all_sources_by_pressing_enter_twice(desk, assert_accessible, screenshot):
    desk.goto("/customers/")
    search(desk, "5550 987654")
    expect(
        desk.get_by_role("heading", name="No customer with •••••• 7654 in source INSTORE, nor in")
    ).to_be_visible()
    expect(desk.get_by_role("button", name="Search each source")).to_be_focused()
    assert_accessible(desk)
    screenshot(desk, "lookup-not-found")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="in any source.")).to_be_visible()
    expect(desk.locator("#id_q")).to_have_value("5550 987654")


def test_several_are_opened_by_number_or_told_apart_by_source(desk, assert_accessible, screenshot):
    desk.goto("/customers/")
    search(desk, "wxo_shared")
    expect(desk.get_by_role("heading", name="2 customers match")).to_be_visible()
    assert_accessible(desk)
    screenshot(desk, "lookup-several")
    desk.locator("#main").focus()
    desk.keyboard.press("2")
    expect(desk).to_have_url(re.compile(r"/customers/\d+/$"))
    desk.goto("/customers/")
    desk.get_by_text("then the other sources").click()
    desk.get_by_label("Source").select_option("WECHAT")
    desk.get_by_label("Account").select_option("wx_thread")
    desk.get_by_label("What it is").select_option("wechat")
    search(desk, "wxo_shared")
    expect(desk).to_have_url(re.compile(r"/customers/\d+/$"))


def test_back_and_reload_show_a_result_again_without_a_warning(agent, outside, open_page, sign_in, watch):
    """Browsers do not show the answer to a POST again: they warn, or show an error page."""
    watch.expect("status of 422")
    for script in (True, False):
        page = open_page(script=script)
        sign_in(page, agent)
        page.goto("/customers/")
        search(page, "asha @example.com")
        expect(page.get_by_text("has no spaces")).to_be_visible()
        search(page, "Priya Sharma")
        expect(page.get_by_role("heading", name="2 customers match")).to_be_visible()
        page.get_by_role("link", name="Open 1").click()
        expect(heading(page)).to_have_text("Priya Sharma")
        page.go_back()
        expect(page.get_by_role("heading", name="2 customers match")).to_be_visible()
        expect(page.locator("#id_q")).to_have_value("Priya Sharma")
        asked = len(outside.requests())
        page.reload()
        expect(page.get_by_role("heading", name="2 customers match")).to_be_visible()
        page.go_back()
        expect(page.get_by_text("has no spaces")).to_be_visible()
        assert len(outside.requests()) == asked


def test_the_line_below_the_field_is_true_of_what_is_chosen_now(desk):
    desk.goto("/customers/")
    expect(desk.locator("#where")).to_have_text(re.compile("Searching INSTORE, then the other sources"))
    line = desk.get_by_text("then the other sources")
    line.click()
    desk.get_by_label("Source").select_option("WECHAT")
    expect(line).not_to_be_visible()
    chosen = desk.get_by_text("Searching as chosen here")
    expect(chosen).to_be_visible()
    chosen.click()
    expect(chosen).to_be_visible()
    chosen.click()
    desk.get_by_label("Source").select_option("")
    expect(line).to_be_visible()


def test_choices_stay_in_line_when_one_of_them_is_wrong(desk, watch):
    watch.expect("status of 422")
    desk.goto("/customers/")
    desk.get_by_text("then the other sources").click()
    desk.get_by_label("Source").select_option("LINE")
    desk.get_by_label("Account").select_option("wx_maple")
    search(desk, "wxo_asha")
    expect(desk.get_by_text("wx_maple is not an account of LINE.")).to_be_visible()
    tops = [desk.get_by_label(name).bounding_box()["y"] for name in ("What it is", "Source", "Account")]
    assert len(set(tops)) == 1, tops


def test_a_phone_shows_no_keys_and_keeps_words_and_buttons_whole(
    agent, outside, open_page, sign_in, person_of_the_sandbox
):
    page = open_page(phone=True)
    sign_in(page, agent)
    page.goto("/customers/")
    search(page, "5550 987654")
    button = page.get_by_role("button", name="Search each source")
    other = page.get_by_role("link", name="Try another identifier")
    panel = page.locator(".lc-empty").first.bounding_box()
    boxes = [button.bounding_box(), other.bounding_box()]
    left = min(box["x"] for box in boxes) - panel["x"]
    right = panel["x"] + panel["width"] - max(box["x"] + box["width"] for box in boxes)
    assert abs(left - right) < 4, "in the middle, as the words above"
    expect(button.locator("kbd")).not_to_be_visible()
    page.goto(f"/customers/{person_of_the_sandbox('everything')}/")
    page.get_by_text("more identifiers").click()
    for link in page.locator("#panel-head details .lc-link").all():
        assert link.bounding_box()["height"] < 32, "the word in one line"


def test_bad_input_is_answered_beside_the_field_and_kept(desk, watch, assert_accessible):
    watch.expect("status of 422")
    desk.goto("/customers/")
    search(desk, "asha @example.com")
    expect(desk.get_by_role("alert")).to_contain_text("no spaces")
    expect(desk.locator("#id_q")).to_have_value("asha @example.com")
    assert_accessible(desk)


def test_a_telephone_system_opens_the_customer_and_a_person_marks_the_number(
    desk, assert_accessible, screenshot
):
    desk.goto("/customers/?phone=%2B915550000001")
    expect(heading(desk)).to_have_text("Asha Kulkarni")
    assert "phone" not in desk.url
    expect(desk.get_by_text("Not verified").first).to_be_visible()
    expect(desk.get_by_text("The caller's number is •••••• 0001")).to_be_visible()
    assert_accessible(desk)
    screenshot(desk, "lookup-number-told")
    desk.get_by_role("button", name="Mark as number matched").click()
    expect(desk.get_by_text("Number matched · 15 min left")).to_be_visible()
    # What nobody has is told on an address without it too.
    desk.goto("/customers/?phone=%2B915550987654")
    expect(desk.get_by_role("heading", name="No customer with •••••• 7654")).to_be_visible()
    expect(desk).to_have_url(re.compile(r"/customers/\?found=[\w-]+$"))


def test_slash_and_commands_search_from_every_page_without_an_address(desk, person_of_the_sandbox):
    start = f"/customers/{person_of_the_sandbox('empty')}/"
    desk.goto(start)
    desk.keyboard.press("/")
    desk.keyboard.insert_text("MT-0001")
    desk.keyboard.press("Enter")
    expect(heading(desk)).to_have_text("Asha Kulkarni")
    for typed in ("MT-0001", "MT-9999"):
        desk.goto(start)
        desk.keyboard.press("Control+k")
        desk.keyboard.insert_text(typed)
        desk.keyboard.press("Enter")
        expect(desk).to_have_url(re.compile(r"/customers/(\d+/|\?found=[\w-]+)$"))
        expect(desk).not_to_have_url(re.compile(start))
    expect(desk.get_by_text("What was tried")).to_be_visible()
    # On the look-up page itself the key goes to its own field, the only one.
    desk.locator("#main").focus()
    desk.keyboard.press("/")
    expect(desk.locator("#id_q")).to_be_focused()
    expect(desk.get_by_role("searchbox", name="Find a customer")).to_have_count(1)
    # Pressed once more, as the words beside it say, it is not what is looked for; within a number it is typed.
    desk.locator("#id_q").fill("")
    desk.keyboard.press("/")
    expect(desk.locator("#id_q")).to_have_value("")
    desk.keyboard.type("MT/1")
    expect(desk.locator("#id_q")).to_have_value("MT/1")


def test_the_home_is_for_everybody(agent, outside, page, sign_in, look_at):
    sign_in(page, agent)
    page.goto("/customers/?phone=%2B915550000001")
    page.goto("/customers/")
    expect(page.get_by_role("link", name="Asha Kulkarni").last).to_be_visible()
    look_at(page, "lookup")
