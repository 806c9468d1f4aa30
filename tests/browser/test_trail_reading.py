"""The auditor reads on: views kept and shared, a row that opens to before, after and its neighbours, histories."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.audit.actor import Actor
from apps.audit.models import Entry, SavedView
from apps.audit.recorder import CallRecorder
from apps.audit.services import record
from apps.core.context import new_reference, use_reference
from tests.audit.conftest import answered_call, sent_call

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def happened(agent, administrator):
    """An administrator changed the rules; an agent looked at a customer, redeemed, and Capillary said no once."""
    ruler = Actor(administrator.pk, administrator.name, "Administrator")
    asha = Actor(agent.pk, agent.name, "Agent", 12, "012", ip="203.0.113.24", browser="Firefox on Windows")
    changed = {
        "alone_up_to": ["500", "2,000"],
        "missed_call_roles": ["", "agent, store_manager"],
        "redeem_level": ["code_passed", "questions_passed"],
    }
    with use_reference(new_reference()):
        rules = record(
            "points.rules.saved", actor=ruler, subject="the rules of all stores", details={"changed": changed}
        )
    for customer in ("500000001", "500000002"):
        with use_reference(new_reference()):
            record("trail.customer.viewed", actor=asha, customer=customer)
    with use_reference(new_reference()):
        recorder = CallRecorder(asha)
        fine = sent_call(name="v1.1.points.isredeemable", path="/v1.1/points/isredeemable")
        bad = sent_call(name="v1.1.points.redeem", path="/v1.1/points/redeem", method="POST", write=True)
        recorder.sent([fine, bad])
        recorder.answered(
            [
                answered_call(fine, codes=("200", "800"), customer_id="500000001"),
                answered_call(bad, codes=("500", "807"), outcome="not_done", reply={"code": 807}),
            ]
        )
        told = {"given": "400 points", "mode": "code", "level": "code_passed", "outside_id": "k4TzQe"}
        record("points.redemption.begun", actor=asha, customer="500000001", subject="RD-10001", details=told)
        balance = {"changed": {"balance": ["4,820 points", "4,420 points"]}}
        redeemed = record(
            "points.redemption.redeemed",
            actor=asha,
            customer="500000001",
            subject="RD-10001",
            details={**told, **balance},
        )
    with use_reference(new_reference()):
        record("trail.customer.viewed", actor=asha, customer="500000001")
    return {"rules": rules, "redeemed": redeemed}


@pytest.fixture
def desk(open_page, sign_in, auditor, happened):
    """``desk("/trail/", phone=True)``: the auditor's page."""

    def go(path="/trail/", **options):
        page = open_page(**options)
        sign_in(page, auditor)
        page.goto(path)
        return page

    return go


def line(page, words):
    return page.locator("details.lc-entry").filter(has_text=words).first


def test_a_row_opens_to_the_act_and_what_is_beside_it(desk, happened, look_at):
    page = desk()
    row = line(page, "RD-10001")
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    table = row.get_by_role("region", name="Before and after")
    expect(table.get_by_role("row", name="Balance 4,820 points 4,420 points")).to_be_visible()
    expect(row.locator(".lc-call__codes").filter(has_text="807")).to_contain_text(
        "Enter a multiple of the allowed step."
    )
    expect(row.get_by_text("The same click did this too")).to_be_visible()
    expect(row.get_by_role("navigation", name="For this customer: before and after")).to_be_visible()
    look_at(page, "reading-opened")

    row.get_by_role("navigation", name="By Asha Verma: before and after").get_by_role("link").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^Entry \d+$"))
    page.goto(reverse("audit:entry", args=[happened["rules"].pk]))
    expect(page.get_by_role("row", name="Alone up to 500 2,000")).to_be_visible()
    look_at(page, "reading-entry")


@pytest.mark.parametrize("phone", [False, True])
def test_a_reason_without_a_space_stays_in_its_column(open_page, sign_in, auditor, phone, screenshot):
    asha = Actor(7, "Asha Verma", "Agent", 12, "012")
    for reason in ("Before.", "W" * 200, "After."):
        record("customer.revealed", actor=asha, customer="500000001", reason=reason, subject="Mobile")
    page = open_page(phone=phone)
    sign_in(page, auditor)
    page.goto("/trail/")
    line = page.locator(".lc-sentence", has_text="WWWW")
    expect(line).to_be_visible()
    assert line.evaluate("line => line.children[2].scrollWidth <= line.children[2].clientWidth")
    words = line.locator(":scope > span").nth(1).locator("b", has_text="WWWW")
    inside = line.locator(":scope > span").nth(1).bounding_box()
    assert words.bounding_box()["x"] + words.bounding_box()["width"] <= inside["x"] + inside["width"] + 1
    screenshot(page, f"long-reason{'-phone' if phone else ''}")
    page.goto(f"/trail/{Entry.objects.get(reason='W' * 200).pk}/")
    screenshot(page, f"long-reason-entry{'-phone' if phone else ''}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"/trail/{Entry.objects.get(reason='Before.').pk}/")
    screenshot(page, f"long-reason-beside{'-phone' if phone else ''}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_view_is_saved_found_again_changed_and_deleted(desk, watch, look_at):
    watch.expect("status of 422")
    page = desk("/trail/?action=points.*&from=2026-01-01T08%3A30")
    page.get_by_role("link", name="Save this view").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Save this view")
    dialog.get_by_label("Shared with everybody").check()
    dialog.get_by_role("button", name="Save this view").click()
    expect(dialog.get_by_role("alert")).to_have_text("Give the view a name.")
    expect(dialog.get_by_role("alert")).to_be_in_viewport(ratio=1)
    look_at(page, "reading-mistake")
    dialog.get_by_label("Name").fill("Points since January")
    expect(dialog.get_by_label("Shared with everybody")).to_be_checked()
    look_at(page, "reading-save")
    dialog.get_by_role("button", name="Save this view").click()
    chip = page.get_by_role("list", name="Saved views").get_by_role("link", name="Points since January")
    expect(chip).to_have_attribute("aria-current", "true")
    look_at(page, "reading-trail")
    page.get_by_role("link", name="All saved views").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Saved views")
    look_at(page, "reading-views")
    page.get_by_role("link", name="Change Points since January").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Points this year")
    page.get_by_role("button", name="Keep the changes").click()
    expect(page.get_by_role("link", name="Points this year", exact=True)).to_be_visible()
    page.get_by_role("link", name="Delete Points this year").click()
    expect(page.get_by_text("gone for everybody who reads the trail")).to_be_visible()
    look_at(page, "reading-delete")
    page.get_by_role("button", name="Delete the view").click()
    expect(page.get_by_text("No saved views.")).to_be_visible()


def test_things_and_people_have_their_stream_of_sentences(desk, agent, look_at):
    page = desk(reverse("audit:person", args=[agent.pk]))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"What {agent.name} did")
    expect(line(page, "RD-10001")).to_be_visible()
    look_at(page, "reading-person")
    page.goto(reverse("audit:about", args=["RD-10001"]))
    expect(page.locator("details.lc-entry")).to_have_count(2)
    look_at(page, "reading-about")


def test_without_script_a_view_is_saved_on_a_page_and_mistakes_stay_there(desk, watch, assert_accessible):
    watch.expect("status of 422")
    page = desk("/trail/?outcome=done", script=False)
    page.get_by_role("link", name="Save this view").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Save this view")
    page.get_by_role("button", name="Save this view").click()
    expect(page.get_by_role("alert")).to_contain_text("Give the view a name.")
    page.get_by_label("Name").fill("What was done")
    page.get_by_role("button", name="Save this view").click()
    expect(page).to_have_url(re.compile(r"/trail/\?outcome=done$"))
    assert SavedView.objects.get().query == "outcome=done"
    assert Entry.objects.filter(action="trail.view.saved").count() == 1
