"""The auditor's watch in a real browser: found by the sweep, read with its evidence, and marked as looked at."""

import re

import pytest
from playwright.sync_api import expect

from apps.audit.actor import Actor
from apps.audit.models import WatchItem
from apps.audit.services import record
from apps.audit.watch.looking import look
from apps.core.context import new_reference, use_reference

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def found(agent, auditor, settings):
    """Asha Verma revealed more than the house allows, and so did the auditor."""
    settings.CONSOLE_WATCH = settings.CONSOLE_WATCH | {"reveals_a_day": 3, "hours": ()}
    for person, role, count in ((auditor, "Auditor", 3), (agent, "Agent", 60)):
        actor = Actor(user_id=person.pk, name=person.name, role=role, store_code="CC")
        for number in range(count):
            with use_reference(new_reference()):
                record(
                    "customer.revealed",
                    actor=actor,
                    customer=4417 + number,
                    subject="Mobile, INSTORE",
                    reason="The caller asked which one we have.",
                )
    look()
    return {item.about: item for item in WatchItem.objects.all()}


@pytest.fixture
def desk(open_page, sign_in, auditor, found):
    def go(path="/trail/watch/", **options):
        page = open_page(**options)
        sign_in(page, auditor)
        page.goto(path)
        return page

    return go


def test_what_was_found_is_read_with_its_evidence(desk, look_at):
    page = desk()
    expect(page.get_by_role("heading", level=1)).to_have_text("Watch")
    look_at(page, "watch")
    page.get_by_role("link", name="Asha Verma revealed 60 fields of 60 customers.").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("60 fields")
    expect(page.get_by_text("The newest 50 of 60 entries.")).to_be_visible()
    look_at(page, "watch-item")
    first = page.locator("details.lc-entry").first
    first.locator("summary").click()
    expect(first.get_by_text("customer.revealed")).to_be_visible()


def test_marked_by_keyboard_with_a_note_that_has_to_be_there(desk, watch, assert_accessible, screenshot):
    watch.expect("status of 422")
    page = desk()
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page).to_have_url(re.compile("/trail/watch/$"))
    link = page.get_by_role("link", name="Asha Verma revealed")
    link.focus()
    page.keyboard.press("Enter")
    note = page.get_by_label("What you found")
    note.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Say what you found.")).to_be_visible()
    expect(note).to_have_attribute("aria-invalid", "true")
    assert_accessible(page)
    screenshot(page, "watch-note-missing")
    note.fill("A campaign of call-backs, agreed with the store.")
    page.get_by_role("button", name="Mark as looked at").press("Enter")
    expect(page.get_by_text("Marked as looked at: Asha Verma")).to_be_visible()
    expect(page.get_by_role("link", name="Asha Verma revealed")).to_have_count(0)
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="Asha Verma")).to_contain_text("Lena Fischer")
    assert_accessible(page)
    screenshot(page, "watch-all")


def test_without_script_and_about_oneself(desk, found, assert_accessible):
    page = desk(script=False)
    page.get_by_role("link", name="Lena Fischer revealed").click()
    expect(page.get_by_text("It is about you. Somebody else has to look at it.")).to_be_visible()
    expect(page.get_by_label("What you found")).to_have_count(0)
    page.goto(f"/trail/watch/{found['Asha Verma'].pk}/")
    page.get_by_label("What you found").fill("A campaign.")
    page.get_by_role("button", name="Mark as looked at").click()
    expect(page.get_by_text("Marked as looked at")).to_be_visible()
    assert WatchItem.objects.waiting().count() == 1
