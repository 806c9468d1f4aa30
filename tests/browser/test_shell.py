"""The frame: signing in, error pages, menus, keys and dialogs, with and without script, in every width and look."""

import copy
import re

import pytest
from playwright.sync_api import expect

from apps.staff import demo
from tests.browser import gallery

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL = "asha.verma@example.com"


@pytest.fixture
def site(settings):
    """The console with the gallery of components beside its own pages."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].append(gallery.TEMPLATES_HERE)
    settings.TEMPLATES = templates
    settings.ROOT_URLCONF = "tests.browser.gallery_site"


@pytest.fixture
def visit(site, agent, open_page, sign_in):
    """``visit("/gallery/", phone=True)``: the agent's page there, or still empty without a path."""

    def go(path="", **options):
        page = open_page(**options)
        sign_in(page, agent)
        if path:
            page.goto(path)
        return page

    return go


# Signing in ------------------------------------------------------------------------------------


def test_sign_in_page_is_for_everybody(page, look_at):
    page.goto("/sign-in/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_label("Work e-mail")).to_be_focused()
    look_at(page, "sign-in")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_signing_in_and_out_needs_only_a_keyboard(site, agent, open_page, script):
    page = open_page(script=script)
    page.goto("/sign-in/?next=/gallery/")
    page.get_by_label("Work e-mail").focus()
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(demo.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The frame")
    page.get_by_label("Your menu, Asha Verma").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_wrong_password_is_told_and_the_address_kept(agent, page, watch, assert_accessible, screenshot):
    watch.expect("status of 422")
    page.goto("/sign-in/")
    page.get_by_label("Work e-mail").fill(EMAIL)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("E-mail and password do not match.")
    expect(page.get_by_role("alert")).to_contain_text("before this account pauses")
    expect(page.get_by_label("Work e-mail")).to_have_value(EMAIL)
    expect(page.get_by_label("Password")).to_have_value("")
    assert_accessible(page)
    screenshot(page, "sign-in-refused")


# The frame -------------------------------------------------------------------------------------


def test_every_component_is_for_everybody(visit, look_at):
    page = visit("/gallery/?toast=1")
    expect(page.get_by_role("status").filter(has_text="400 points redeemed")).to_be_visible()
    look_at(page, "gallery")


def test_the_rail_between_phone_and_desk_is_for_everybody(visit, assert_accessible, screenshot):
    page = visit("/gallery/", viewport={"width": 1000, "height": 800})
    assert page.locator(".lc-side").bounding_box()["width"] == 84
    assert_accessible(page)
    screenshot(page, "gallery-rail")


def test_the_skip_link_comes_first_and_leads_to_the_page(visit):
    page = visit("/gallery/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_sandbox_says_so_on_every_page(visit):
    page = visit("/gallery/")
    expect(page.get_by_label("Environment")).to_contain_text("Points here are not real")
    expect(page.locator(".lc-top .lc-env")).to_have_text("Sandbox")


def test_the_sandbox_bar_stays_however_far_one_scrolls(visit):
    page = visit("/gallery/")
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_function("window.scrollY > window.innerHeight")
    assert page.locator(".lc-envbar").bounding_box()["y"] == 0
    assert page.locator(".lc-top").bounding_box()["y"] == 32


def test_without_script_the_page_still_leads_everywhere(visit, assert_accessible):
    page = visit("/gallery/", script=False)
    expect(page.get_by_role("link", name="Load Coupons loading")).to_be_visible()
    expect(page.get_by_role("link", name="Retry")).to_have_attribute("href", re.compile("panel=coupons"))
    expect(page.get_by_role("link", name="Reveal mobile")).to_have_attribute("href", "/gallery/reveal")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    page.get_by_label("Your menu, Asha Verma").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_the_phone_has_a_bar_of_targets_large_enough(visit):
    page = visit("/gallery/", phone=True)
    expect(page.locator(".lc-side")).to_be_hidden()
    targets = page.get_by_label("Main, phone").locator(":scope > a, summary")
    for number in range(targets.count()):
        assert targets.nth(number).bounding_box()["height"] >= 56


def test_the_persons_menu_is_for_everybody(visit, look_at):
    page = visit("/gallery/")
    page.get_by_label("Your menu, Asha Verma").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    look_at(page, "menu", within=".lc-menu")


def test_the_chosen_look_stays(visit):
    page = visit("/gallery/")
    page.get_by_label("Your menu, Asha Verma").click()
    with page.expect_response("**/account/preferences/"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_label("Your menu, Asha Verma").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Dark")).to_be_hidden()
    expect(page.get_by_label("Your menu, Asha Verma")).to_be_focused()


# Keys ------------------------------------------------------------------------------------------


def test_single_keys_work_but_never_while_typing(visit):
    page = visit("/gallery/")
    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="Find a customer")
    expect(search).to_be_focused()
    page.keyboard.type("n/?")
    expect(search).to_have_value("n/?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("main").focus()
    page.keyboard.press("n")
    expect(page.get_by_role("dialog", name="Reverse 300 points")).to_be_visible()


def test_the_list_of_keys_shows_what_works_here(visit, assert_accessible, screenshot):
    page = visit("/gallery/")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard")
    expect(keys).to_contain_text("Look up a customer")
    expect(keys).to_contain_text("On this page")
    expect(keys).to_contain_text("Give 300 points")
    expect(keys).to_contain_text("Go to, G then")
    assert_accessible(page, within="#keys")
    screenshot(page, "keys")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_g_then_a_letter_goes_there(visit):
    page = visit("/gallery/")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/customers/")


def test_single_keys_can_be_switched_off(visit, agent):
    type(agent).objects.filter(pk=agent.pk).update(shortcuts=False)
    page = visit("/gallery/")
    page.keyboard.press("?")
    page.keyboard.press("n")
    page.keyboard.press("/")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("searchbox", name="Find a customer")).not_to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Commands")).to_be_visible()


def test_commands_filter_and_go(visit, assert_accessible, screenshot):
    page = visit("/gallery/")
    page.keyboard.press("Control+k")
    commands = page.get_by_role("dialog", name="Commands")
    expect(commands.get_by_role("option").first).to_be_visible()
    assert_accessible(page, within="#commands")
    screenshot(page, "commands")
    page.keyboard.type("900321")
    expect(commands.get_by_role("option")).to_have_text(["Look up: 900321"])
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("look")
    expect(commands.get_by_role("option")).to_have_text(["Look up", "Look up: look"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/")


# Dialogs ---------------------------------------------------------------------------------------


def test_a_dialog_starts_on_the_safe_choice_and_keeps_what_was_typed(visit, assert_accessible, screenshot):
    page = visit("/gallery/")
    opener = page.get_by_role("button", name="Give 300 points")
    opener.click()
    dialog = page.get_by_role("dialog", name="Reverse 300 points")
    expect(page.get_by_role("button", name="Keep the redemption")).to_be_focused()
    assert_accessible(page, within="#sure")
    screenshot(page, "dialog")
    dialog.get_by_label("Why").fill("Returned one item")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    expect(dialog.get_by_label("Why")).to_have_value("Returned one item")


def test_a_fetched_dialog_opens_and_is_not_fetched_over_what_was_typed(visit):
    page = visit("/gallery/")
    opener = page.get_by_role("link", name="Reveal mobile")
    opener.click()
    dialog = page.get_by_role("dialog", name="Reveal the mobile")
    expect(dialog.get_by_label("Why")).to_be_focused()
    dialog.get_by_label("Why").fill("The caller asks")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    opener.click()
    expect(dialog.get_by_label("Why")).to_have_value("The caller asks")
    dialog.get_by_role("button", name="Keep it masked").click()
    expect(dialog).to_be_hidden()


# Parts that change -----------------------------------------------------------------------------


def test_an_invalid_form_comes_back_focused_and_announced(visit, watch, assert_accessible):
    watch.expect("status of 422")
    page = visit("/gallery/")
    page.get_by_label("Mobile").fill("+44 7700 900417")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_role("textbox", name="Note")).to_be_focused()
    expect(page.get_by_role("alert").filter(has_text="Write what happened")).to_be_visible()
    expect(page.get_by_label("Mobile")).to_have_value("+44 7700 900417")
    expect(page.locator("#announce")).to_have_text("The note was not added.")
    assert_accessible(page)


def test_a_form_is_sent_once_however_often_it_is_pressed(visit, watch):
    watch.expect("status of 422")
    page = visit("/gallery/")
    sent = []
    # The page tells besides that somebody uses it.
    page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/gallery/form") else None)
    page.get_by_role("button", name="Add note").dblclick()
    expect(page.get_by_role("alert").filter(has_text="Write what happened")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert len(sent) == 1


def test_a_lost_connection_is_told_where_the_answer_was_expected(visit, watch):
    watch.expect("gallery/panel")
    watch.expect("ERR_CONNECTION_REFUSED")
    page = visit("/gallery/")
    page.route("**/gallery/panel", lambda route: route.abort("connectionrefused"))
    failed = page.get_by_role("region", name="Coupons failed")
    failed.get_by_role("link", name="Retry").click()
    expect(failed.get_by_role("alert")).to_contain_text("This part could not be loaded.")
    expect(failed.get_by_role("link", name="Load the page again")).to_be_visible()


def test_a_failed_panel_can_be_tried_again_alone(visit):
    page = visit("/gallery/")
    failed = page.get_by_role("region", name="Coupons failed")
    expect(failed).to_contain_text("Capillary answered 500.")
    failed.get_by_role("link", name="Retry").click()
    expect(failed).to_contain_text("Loaded again.")
    expect(failed).to_be_focused()
    expect(failed).not_to_contain_text("Could not be loaded")


def test_a_whole_page_never_lands_in_a_part_of_one(visit, watch):
    watch.expect("status of 404")
    page = visit("/gallery/")
    page.get_by_role("button", name="Fetch a broken part").click()
    alert = page.locator("#swap-here").get_by_role("alert")
    expect(alert).to_contain_text("This part could not be loaded.")
    expect(alert).to_contain_text(re.compile(r"Reference LC-\w{4}-\w{4}-\w{4}"))
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_ages_tick_and_revealed_values_hide_again(visit):
    page = visit("/gallery/")
    revealed = page.locator("#mask-2")
    expect(revealed).to_contain_text("kavya@example.com")
    expect(revealed).to_contain_text("shown for")
    again = page.get_by_role("link", name="Reveal e-mail")
    expect(again).to_have_count(0)
    expect(revealed.locator(".lc-mask")).to_have_text("k••••@example.com", timeout=5000)
    expect(again).to_be_visible()
    assert "kavya@example.com" not in page.content()


@pytest.mark.own_clock
def test_toasts_go_by_themselves_but_not_while_pointed_at(visit):
    page = visit()
    page.clock.install()
    page.goto("/gallery/?toast=1")
    toast = page.locator("[data-toast]")
    toast.hover()
    page.clock.run_for(20_000)
    expect(toast).to_be_visible()
    page.mouse.move(5, 5)
    page.clock.run_for(9_000)
    expect(toast).to_have_count(0)


@pytest.mark.own_clock
def test_an_age_grows_while_the_page_stays_open(visit):
    page = visit()
    page.clock.install()
    page.goto("/gallery/")
    age = page.get_by_role("region", name="Coupons ok").locator("time")
    expect(age).to_have_text("1 h 38 min ago")
    page.clock.fast_forward("05:00")
    expect(age).to_have_text("1 h 43 min ago")


# Errors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "heading"),
    [
        ("/gallery/refused", 403, "Not allowed"),
        ("/gallery/unavailable", 503, "Not available at the moment"),
        ("/gallery/broken", 500, "This page could not be shown"),
        ("/gallery/no-such-page", 404, "There is no such page here"),
    ],
)
def test_an_error_is_a_page_in_plain_words(
    visit, watch, assert_accessible, screenshot, path, status, heading
):
    watch.expect(f"status of {status}")
    page = visit(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.get_by_text(re.compile(r"LC-\w{4}-\w{4}-\w{4}"))).to_be_visible()
    assert "Traceback" not in page.content()
    assert_accessible(page)
    screenshot(page, f"error-{status}")


def test_a_short_page_does_not_scroll_on_a_phone(visit, watch):
    watch.expect("status of 503")
    page = visit("/gallery/unavailable", phone=True)
    assert page.evaluate("document.documentElement.scrollHeight - document.documentElement.clientHeight") <= 0


def test_an_unknown_address_tells_strangers_nothing(site, page, watch, assert_accessible):
    watch.expect("status of 404")
    page.goto("/gallery/no-such-page")
    expect(page.locator(".lc-side")).to_have_count(0)
    assert_accessible(page)
