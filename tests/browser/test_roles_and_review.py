"""The roles a house makes and the access review, in a real browser: wide and light, narrow and dark, with axe."""

import pytest
from playwright.sync_api import expect

from apps.staff.models import Membership
from apps.staff.review.rows import AccessReview

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_role_is_made_and_rights_are_reviewed(
    administrator, agent, manager, auditor, open_page, sign_in, look_at, watch
):
    watch.expect("status of 422")
    page = open_page()
    sign_in(page, administrator)
    page.goto("/roles/new/")
    page.get_by_label("Name").fill("Night desk")
    page.get_by_label("In stores, each").check()
    for words in ("Redeem points for a customer", "Invite people and give roles"):
        page.get_by_label(words).check()
    page.get_by_role("button", name="Make the role").click()
    expect(page.get_by_text("Nobody both moves points and decides who may")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Night desk")
    look_at(page, "role-form")
    expect(page.get_by_text("cannot be reached without “Look up customers")).to_be_visible()
    page.get_by_label("Look up customers and see them, masked").check()
    page.get_by_label("Invite people and give roles").uncheck()
    page.get_by_role("button", name="Make the role").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Roles")
    cell = page.get_by_role("row", name="Redeem points for a customer").get_by_text("Yes")
    expect(cell).to_have_count(3)
    look_at(page, "roles")
    wide = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    expect(
        page.get_by_role("row", name="Redeem points for a customer").get_by_text("No").first
    ).to_be_hidden()
    page.set_viewport_size(wide)
    page.goto(f"/people/{agent.pk}/permissions/")
    expect(page.get_by_text("May not: no role allows it")).to_be_visible()
    look_at(page, "permissions")
    page.goto("/reviews/")
    page.get_by_role("button", name="Begin a round now").click()
    of_agent = page.get_by_role("group", name="Asha Verma: Agent")
    expect(of_agent.get_by_label("Keep")).not_to_be_checked()
    of_agent.get_by_label("Remove now").check()
    page.get_by_role("group", name="Rohan Mehta").get_by_label("Keep").check()
    page.get_by_role("button", name="Save what is ticked").click()
    expect(of_agent.get_by_text("Say why this is taken away.")).to_be_visible()
    expect(of_agent.get_by_label("Remove now")).to_be_checked()
    look_at(page, "review")
    of_agent.get_by_label("Reason").fill("Works elsewhere now.")
    page.get_by_role("button", name="Save what is ticked").click()
    expect(page.get_by_text("2 decisions are saved.")).to_be_visible()
    assert not Membership.objects.filter(user=agent).exists()
    page.get_by_role("group", name="Lena Fischer").get_by_label("Keep").check()
    page.get_by_role("button", name="Save what is ticked").click()
    page.get_by_role("button", name="Close the round").click()
    expect(page.get_by_text("Closed", exact=False).first).to_be_visible()
    assert not AccessReview.objects.get().is_open
    look_at(page, "review-closed")
