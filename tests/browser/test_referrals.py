"""Referrals in a real browser: who was invited, inviting with rows corrected and sent again, checking a code."""

import re

import pytest
from playwright.sync_api import expect

from apps.referrals.models import Invitation
from apps.referrals.signals import look_for_signals
from tests.referrals.conftest import desk, fresh, fresh_mail, lead, outside, rules
from tests.support.referrals import registers, strangers

__all__ = ["desk", "lead", "outside", "rules"]

pytestmark = pytest.mark.django_db(transaction=True)
TILL = "till.012.01"
POSTS = "/v1.1/customer/referrals"
CUSTOMER = "915550000034"


def panel(page):
    """The tab, once it is there."""
    expect(page.locator("main [aria-busy=true]")).to_have_count(0)
    return page.locator("#panel-referrals")


def type_row(page, number, name, contact):
    """Into the row of this number; leaving it checks it."""
    page.locator(f"#invite-name-{number}").fill(name)
    page.locator(f"#invite-contact-{number}").fill(contact)


def test_who_was_invited_by_campaign_and_how_far_they_came(desk, agent, open_page, sign_in, look_at):
    page = open_page()
    sign_in(page, agent)
    page.goto(f"/customers/{desk.customer_id}/")
    page.keyboard.press("7")
    expect(page).to_have_url(re.compile("/referrals/$"))
    shown = panel(page)
    expect(shown.get_by_role("group", name="Code in Thread Circle brings its circle")).to_contain_text(
        "TCNISHA030"
    )
    expect(shown.get_by_role("img", name=re.compile(r"\d+ invited, .* rewarded\."))).to_be_visible()
    # Other tests invite in her name too, from the Contact Centre.
    page.goto(f"/customers/{desk.customer_id}/referrals/?till={TILL}")
    row = panel(page).get_by_role("row").filter(has_text="Harish Shetty")
    expect(row).to_contain_text("Bought: yes")
    expect(row).to_contain_text("Rewarded: not told")
    look_at(page, "referrals-tab")
    shown.get_by_label("Campaign").select_option(label="Thread Circle brings its circle")
    expect(page).to_have_url(re.compile(r"/referrals/\?campaign=THREADCIRCLE&till=till\.012\.01$"))
    expect(shown.get_by_role("row").filter(has_text="Harish Shetty")).to_have_count(0)
    expect(shown.get_by_role("row").filter(has_text="Mohan Yadav")).to_be_visible()
    page.reload()
    expect(panel(page).get_by_role("row").filter(has_text="Mohan Yadav")).to_be_visible()
    expect(panel(page).get_by_label("Campaign")).to_have_value("THREADCIRCLE")


def test_invited_with_a_bad_row_corrected_and_sent_by_the_keyboard(
    desk, agent, page, sign_in, watch, assert_accessible, screenshot
):
    watch.expect("status of 422")
    sign_in(page, agent)
    page.goto(f"/customers/{desk.customer_id}/")
    page.locator("#main").focus()
    page.keyboard.press("f")
    drawer = page.locator("#drawer")
    expect(drawer.get_by_role("heading", name="Invite friends")).to_be_visible()
    expect(drawer.get_by_text("200 of 200 people left")).to_be_visible()
    expect(page.locator("#invite-name-1")).to_be_focused()
    type_row(page, 1, "Tara Bose", fresh())
    type_row(page, 2, "Emil Krug", "emil.krug@example")
    page.keyboard.press("Tab")
    wrong = page.locator("#invite-contact-2")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(drawer.get_by_text("This e-mail address is not complete.")).to_be_visible()
    expect(drawer.get_by_text("Can be invited.")).to_be_visible()
    expect(drawer.get_by_role("button", name="Check the rows")).to_be_visible()
    expect(drawer.get_by_role("button", name="Invite 2 friends")).to_have_count(0)
    assert_accessible(page)
    screenshot(page, "referrals-invite-typed")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#invite-contact-2")).to_be_focused()
    assert Invitation.objects.count() == 0
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.keyboard.press("f")
    expect(page.locator("#invite-contact-2")).to_have_value("emil.krug@example")
    page.locator("#invite-contact-2").fill(fresh_mail())
    drawer.get_by_role("button", name="Add a person").click()
    expect(page.locator("#invite-name-4")).to_be_focused()
    type_row(page, 3, "Gaurav", CUSTOMER)
    page.keyboard.press("Tab")
    expect(drawer.get_by_text("This person is a customer already.")).to_be_visible()
    drawer.get_by_role("button", name="Remove person 3").click()
    expect(page.locator("#invite-name-4")).to_have_count(0)
    drawer.get_by_role("button", name="Invite 2 friends").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Invitation of 2 friends for Nisha Chatterjee")
    expect(page.locator("#result")).to_contain_text("2 friends invited.")
    assert Invitation.objects.get().invited == 2
    assert_accessible(page)
    screenshot(page, "referrals-invitation-done")


def test_a_check_in_the_background_leaves_the_focus_where_somebody_types(desk, agent, page, sign_in):
    sign_in(page, agent)
    page.goto(f"/referrals/customers/{desk.customer_id}/invite/")
    expect(page.locator("#invite-name-1")).to_be_focused()
    page.locator("#invite-contact-1").fill("12345")
    page.locator("#invite-name-2").focus()
    page.keyboard.type("La")
    expect(page.locator("#invite-contact-1")).to_have_attribute("aria-invalid", "true")
    with page.expect_response(re.compile("/invite/check/")):
        page.locator("#invite-contact-2").fill(fresh())
        page.locator("#invite-name-3").focus()
    expect(page.get_by_text("Can be invited.")).to_be_visible()
    page.keyboard.type("Lata")
    expect(page.locator("#invite-name-3")).to_have_value("Lata")
    expect(page.locator("#invite-contact-1")).to_have_value("12345")


def test_a_refused_row_is_corrected_on_the_result_and_a_lost_answer_settles(
    desk, agent, page, sign_in, assert_accessible, screenshot
):
    sign_in(page, agent)
    page.goto(f"/referrals/customers/{desk.customer_id}/invite/")
    late = fresh()
    type_row(page, 1, "Friend 1", fresh())
    type_row(page, 2, "Friend 2", late)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Can be invited.")).to_have_count(2)
    registers(desk.outside, late)
    page.get_by_role("button", name="Invite 2 friends").click()
    expect(page.get_by_role("heading", name="Correct 1 row and send it again")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Friend 2")).to_contain_text("Refused")
    assert_accessible(page)
    screenshot(page, "referrals-invitation-refused")
    desk.outside.add_fault(kind="drop_after", method="POST", path=POSTS, count=1)
    page.locator("#invite-contact-1").fill(fresh())
    page.get_by_role("button", name="Invite 1 friend").click()
    expect(page.locator("#result")).to_contain_text("Not known yet: the console is checking")
    expect(page.locator("#result")).to_contain_text("Do not invite these people again.")
    assert_accessible(page)
    screenshot(page, "referrals-invitation-unknown")
    page.goto(f"/customers/{desk.customer_id}/referrals/")
    expect(panel(page)).to_contain_text("Not known yet: do not invite these people again.")
    screenshot(page, "referrals-tab-unknown")
    page.get_by_role("link", name=re.compile(r"^IN-\d+$")).first.click()
    page.get_by_role("button", name="Check again").click()
    expect(page.locator("#result")).to_contain_text("1 friend invited.")
    assert [one.state for one in Invitation.objects.all()] == ["done", "done"]


def test_without_script_rows_are_pasted_checked_and_invited(
    desk, agent, open_page, sign_in, watch, assert_accessible, screenshot
):
    watch.expect("status of 422")
    page = open_page(script=False, phone=True)
    sign_in(page, agent)
    page.goto(f"/customers/{desk.customer_id}/")
    page.get_by_role("link", name="Invite friends").click()
    page.get_by_text("Paste from a spreadsheet").click()
    page.get_by_label("Rows from a spreadsheet").fill(
        f"Name\tMobile\nTara\t{fresh()}\nNoor\t{fresh_mail()}\nBad\t12"
    )
    page.get_by_role("button", name="Add these rows").click()
    expect(page.get_by_text("1 row cannot be sent as it is.")).to_be_visible()
    expect(page.locator("#invite-contact-3")).to_have_attribute("aria-invalid", "true")
    screenshot(page, "referrals-invite-phone")
    page.get_by_role("button", name="Remove person 3").click()
    page.get_by_role("button", name="Invite 2 friends").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Invitation of 2 friends for Nisha Chatterjee")
    page.get_by_role("link", name="Referrals of Nisha Chatterjee").click()
    page.get_by_role("link", name="Load Referrals").click()
    expect(page.locator("#panel-referrals")).to_contain_text("Sent here")
    page.get_by_label("Campaign").select_option(label="Bring a friend to Maple & Thread")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("campaign=MAPLEFRIENDS"))


def test_a_code_is_checked_with_the_keyboard_and_the_caller_s_own_is_noticed(
    desk, agent, page, open_page, sign_in, watch, assert_accessible, screenshot
):
    watch.expect("status of 422")
    sign_in(page, agent)
    page.goto("/customers/")
    page.locator("#main").focus()
    page.keyboard.press("g")
    page.keyboard.press("k")
    field = page.get_by_label("Code the friend shows")
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Enter a referral code.")
    expect(field).to_be_focused()
    page.keyboard.type("TCNISHA030")
    page.keyboard.press("Enter")
    answer = page.locator("#check-code")
    expect(answer).to_contain_text("Valid. Belongs to Nisha Chatterjee •••••• 0030.")
    assert_accessible(page)
    screenshot(page, "referrals-code-valid")
    field.fill("NOBODYS1")
    page.keyboard.press("Enter")
    expect(answer).to_contain_text("Not valid.")
    page.goto(f"/customers/{desk.customer_id}/referrals/")
    beside = panel(page).locator("#check-code")
    beside.get_by_label("Code the friend shows").fill("TCNISHA030")
    beside.get_by_role("button", name="Check").click()
    expect(page.locator("#check-code")).to_contain_text("This is the caller's own code")
    desk.outside.add_fault(kind="status", status=500, path="/v2/referral/validate")
    watch.expect("status of 50")
    page.locator("#check-code").get_by_role("button", name="Check").click()
    expect(page.locator("#check-code")).to_contain_text("Could not be checked now.")
    assert_accessible(page)
    screenshot(page, "referrals-tab-code")


def test_signals_are_read_with_their_evidence_and_marked(
    desk, lead, auditor, administrator, open_page, sign_in, assert_accessible, look_at
):
    [stranger] = strangers(desk.outside, 1)
    desk.invite(*(fresh() for _each in range(20)), customer_id=stranger)
    look_for_signals()
    page = open_page()
    sign_in(page, lead)
    page.goto("/referrals/signals/")
    signal = page.get_by_role("region", name=re.compile("20 people invited from"))
    signal.get_by_text("20 invitations").click()
    expect(signal.get_by_role("row").nth(1)).to_contain_text("••••••")
    look_at(page, "referrals-signals")
    signal.get_by_role("link", name="Mark as looked at").click()
    page.get_by_label("What you found").fill("A stand at the fair.")
    assert_accessible(page, "#dialog")
    page.get_by_role("button", name="Mark as looked at").click()
    expect(page.get_by_text("Nothing waits to be looked at.")).to_be_visible()
    reader = open_page()
    sign_in(reader, auditor)
    reader.goto("/referrals/signals/?state=looked")
    expect(reader.locator("#signals")).to_contain_text("A stand at the fair.")
    expect(reader.get_by_role("link", name="Mark as looked at")).to_have_count(0)
    admin = open_page()
    sign_in(admin, administrator)
    admin.goto("/referrals/rules/")
    look_at(admin, "referrals-rules")
    admin.get_by_role("link", name="Change the rules of all stores").click()
    assert_accessible(admin)
