"""The lock in a real browser: what is half typed stays, unseen, and what was sent behind the lock is sent once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.goodwill.models import GoodwillRequest
from apps.staff import demo
from apps.staff.session_models import OpenSession
from tests.browser.test_factors import device
from tests.goodwill.conftest import customer_id, desk, lead, outside, rules, several

__all__ = [
    "customer_id",
    "desk",
    "device",
    "lead",
    "outside",
    "rules",
    "several",
]

pytestmark = pytest.mark.django_db(transaction=True)
SIXTEEN_MINUTES = 16 * 60 * 1000


def leave():
    OpenSession.objects.update(used_at=timezone.now() - timedelta(minutes=16))


def unlock(page, password=demo.PASSWORD):
    page.locator("#lock").get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


@pytest.mark.own_clock
def test_a_half_typed_goodwill_form_stays_under_the_lock_and_goes_out_once(
    page, sign_in, agent, desk, watch, assert_accessible, screenshot
):
    watch.expect("status of 4(01|22)")
    sign_in(page, agent)
    page.clock.install()
    page.goto(f"/customers/{desk.customer_id}/")
    page.get_by_role("link", name="Raise goodwill").click()
    page.get_by_label("Amount").fill("200")
    page.get_by_label("Reason", exact=True).select_option(label="Late delivery")
    page.get_by_label("Comment for colleagues").fill("Order came nine days late.")
    give = page.get_by_role("button", name="Give 200 points")
    expect(give).to_be_visible()
    leave()
    page.clock.fast_forward(SIXTEEN_MINUTES)
    lock = page.get_by_role("dialog", name="Locked")
    expect(lock.get_by_label("Password")).to_be_focused()
    expect(page).to_have_title("Locked – Loyalty Console")
    for hidden in (page.locator("h1"), page.locator("#drawer"), page.get_by_label("Amount")):
        expect(hidden).to_be_hidden()
    assert_accessible(page, "#lock")
    screenshot(page, "lock")
    for key in ("Escape", "Escape", "Control+k", "Tab", "Tab", "Tab", "Tab"):
        page.keyboard.press(key)
    assert page.evaluate(
        "document.activeElement === document.body || !!document.activeElement.closest('#lock')"
    )
    unlock(page, "not the password")
    expect(lock.get_by_role("alert")).to_contain_text("This is not your password.")
    unlock(page)
    expect(lock).to_be_hidden()
    expect(page.get_by_label("Amount")).to_have_value("200")
    expect(page.get_by_label("Comment for colleagues")).to_have_value("Order came nine days late.")
    tick = page.get_by_label("It is a different matter. I have checked.")
    if tick.is_visible():
        tick.check()
    expect(give).to_be_visible()
    # Pressed when the lock has fallen unnoticed: after the password it goes out by itself, once.
    leave()
    give.click()
    expect(lock).to_be_visible()
    assert not GoodwillRequest.objects.exists()
    unlock(page)
    expect(
        page.locator("#drawer").get_by_text("The ledger is being read until it shows 200 points.")
    ).to_be_visible()
    assert GoodwillRequest.objects.count() == 1


def test_without_script_the_next_click_shows_the_lock_and_goes_on(
    open_page, sign_in, agent, watch, assert_accessible, screenshot
):
    watch.expect("status of 401")
    plain = open_page(script=False)
    sign_in(plain, agent)
    plain.goto("/account/")
    plain.locator("main").get_by_label("Dark").check()
    leave()
    plain.get_by_role("button", name="Keep preferences").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Locked")
    plain.get_by_label("Password").fill(demo.PASSWORD)
    plain.get_by_role("button", name="Unlock").click()
    expect(plain.get_by_text("Your preferences are kept.")).to_be_visible()
    expect(plain.locator("html")).to_have_attribute("data-bs-theme", "dark")
    phone = open_page(phone=True, dark=True)
    sign_in(phone, agent)
    phone.goto("/account/sessions/")
    expect(phone.get_by_text("This one")).to_be_visible()
    assert_accessible(phone)
    screenshot(phone, "sessions-phone-dark")
    leave()
    phone.goto("/account/")
    expect(phone.get_by_label("Password")).to_be_focused()
    assert_accessible(phone)
    screenshot(phone, "lock-phone-dark")


def test_a_passkey_opens_the_cover(administrator, page, device, watch, assert_accessible):
    watch.expect("status of 401")
    device(page)
    page.goto("/sign-in/?next=/account/factors/passkeys/")
    page.get_by_label("Work e-mail").fill(administrator.email)
    page.get_by_label("Password").fill(demo.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("link", name="I have kept them").click()
    page.goto("/people/invite/")
    page.get_by_label("Name").fill("Bina Rao")
    leave()
    # What a part of the page is told that asks while it is locked.
    page.evaluate("document.dispatchEvent(new Event('lc:locked'))")
    lock = page.get_by_role("dialog", name="Locked")
    expect(lock.get_by_role("button", name="Use a passkey")).to_be_visible()
    assert_accessible(page, "#lock")
    lock.get_by_role("button", name="Use a passkey").click()
    expect(lock).to_be_hidden()
    expect(page.get_by_label("Name")).to_have_value("Bina Rao")
    expect(page.get_by_label("Name")).to_be_focused()
