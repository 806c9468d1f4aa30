"""Not known yet in a browser: a notice comes by itself, the list follows, everybody can use both."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.goodwill.models import OutsideAct
from apps.operations.notices import tell_end
from apps.operations.switches import turn_off
from tests.goodwill.conftest import actor_for, rules
from tests.operations.test_unknown_page import acts, note

__all__ = ["acts", "note", "rules"]


def settled(act):
    """What the engine does when it has found the act."""
    act.state, act.looks, act.settled_at = OutsideAct.State.DONE, 2, timezone.now()
    act.save()
    tell_end(act, was="unknown", about=f"{act.request.number}, Request for 500 points", url="/goodwill/mine/")


@pytest.mark.own_clock
def test_a_notice_comes_without_loading_the_page_and_the_list_follows(
    acts, note, agent, stores, open_page, sign_in, assert_accessible, look_at
):
    page = open_page()
    sign_in(page, agent)
    act = acts(agent, stores.contact_centre, next_look_at=timezone.now())
    acts(agent, stores.contact_centre, minutes=9, state="person", looks=6)
    note(agent, minutes=5)
    page.clock.install()
    page.goto("/unknown/")
    row = page.locator("#unknown li").filter(has_text=act.request.number)
    expect(row).to_contain_text("Not known yet")
    look_at(page, "unknown")
    settled(act)
    page.clock.fast_forward(15_500)
    notice = page.get_by_role("status").filter(has_text=f"It took place: {act.request.number}")
    expect(notice).to_be_visible()
    expect(row).to_contain_text("It took place. Read back 2 times.")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto("/account/")
    expect(page.get_by_role("link", name="See it")).to_be_visible()
    # It lies in the flow above the page and covers nothing of it.
    notices, main = page.locator("#notices").bounding_box(), page.locator("main").bounding_box()
    assert notices["y"] + notices["height"] <= main["y"] + 1
    look_at(page, "notice")
    page.get_by_role("button", name="Dismiss: It took place").click()
    expect(page.get_by_role("link", name="See it")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="See it")).to_have_count(0)


def test_without_script_a_notice_is_dismissed_by_its_form(acts, agent, stores, open_page, sign_in):
    page = open_page(script=False)
    sign_in(page, agent)
    settled(acts(agent, stores.contact_centre))
    page.goto("/account/")
    page.get_by_role("button", name="Dismiss: It took place").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not known yet")
    expect(page.get_by_text("It took place. Read back 2 times.")).to_be_visible()
    expect(page.get_by_role("link", name="See it")).to_have_count(0)


def test_the_off_switches_are_for_everybody(administrator, stores, open_page, sign_in, look_at):
    page = open_page()
    sign_in(page, administrator)
    actor = actor_for(administrator, stores.contact_centre)
    turn_off(actor=actor, user=administrator, act="goodwill", store=stores.store_07, reason="Counting.")
    page.goto("/switches/")
    look_at(page, "switches")
    page.get_by_role("link", name="Switch off Goodwill, Store 12").click()
    expect(page.get_by_label("Where", exact=True)).to_have_value(str(stores.store_12.pk))
