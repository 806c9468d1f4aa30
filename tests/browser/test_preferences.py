"""What people set for themselves, in the browser: chosen without script, and what pages look like then."""

import re

import pytest
from playwright.sync_api import expect

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.staff.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def row_height(page):
    return page.locator(".lc-table tbody tr").first.bounding_box()["height"]


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["wide", "phone-dark"])
def test_a_person_sets_how_they_read(
    administrator, agent, manager, open_page, sign_in, assert_accessible, screenshot, phone, dark
):
    look = "phone" if phone else "wide"
    page = open_page(phone=phone, dark=dark, script=False)
    sign_in(page, administrator)
    page.goto("/people/")
    before = row_height(page)
    page.goto("/account/")
    main = page.locator("main")
    expect(main.get_by_label("Time zone")).to_have_value("")
    main.get_by_label("Language and region").select_option("English (United States)")
    main.get_by_label("Time zone").select_option("America/Los_Angeles")
    main.get_by_label("Dark" if dark else "Light").check()
    main.get_by_label("Compact").check()
    page.get_by_role("button", name="Keep preferences").click()
    expect(page.get_by_text("Your preferences are kept.")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en-us")
    expect(main.get_by_label("Time zone")).to_have_value("America/Los_Angeles")
    screenshot(page, f"preferences-{look}")
    page.goto("/people/")
    # Rows come closer where there is room for many; a card on a phone stays as large as a finger.
    assert (row_height(page) == before) if phone else (row_height(page) < before - 5)
    screenshot(page, f"people-compact-{look}")


@pytest.mark.parametrize(("phone", "dark"), [(False, True), (True, False)], ids=["wide-dark", "phone"])
def test_the_trail_reads_well_on_another_clock(
    auditor, open_page, sign_in, assert_accessible, screenshot, phone, dark
):
    for _ in range(3):
        record("staff.signed_in", actor=Actor(user_id=4, name="Asha Verma", role="Agent"))
    User.objects.filter(pk=auditor.pk).update(
        language="en-us",
        time_zone="America/Los_Angeles",
        density="compact",
        theme="dark" if dark else "light",
    )
    page = open_page(phone=phone, dark=dark)
    sign_in(page, auditor)
    page.goto("/account/")
    expect(page.get_by_text("Times in America/Los_Angeles").locator("visible=true")).to_have_count(1)
    assert_accessible(page)
    page.goto("/trail/")
    expect(page.get_by_text("Times are P")).to_be_visible()
    times = page.locator(".lc-sentence > time")
    expect(times.first).to_have_text(re.compile(r"^\d{1,2}:\d\d:\d\d [AP]M$"))
    # On one line, beside what it belongs to.
    assert times.first.bounding_box()["height"] < 26
    assert_accessible(page)
    screenshot(page, f"trail-compact-{'phone' if phone else 'wide'}")
