"""The auditor's story in a real browser: what just happened as sentences, narrowed, opened, and followed by its id."""

import re

import pytest
from playwright.sync_api import expect

from apps.audit.models import Entry
from tests.customers.conftest import outside, person_of_the_sandbox

__all__ = ["outside", "person_of_the_sandbox"]

pytestmark = pytest.mark.django_db(transaction=True)
CALLS = re.compile(r"\d+ calls? to Capillary")


@pytest.fixture
def customer(person_of_the_sandbox):
    return str(person_of_the_sandbox("everything"))


@pytest.fixture
def happened(agent, open_page, sign_in, outside, customer):
    """Asha Verma has found a customer by mobile."""
    page = open_page()
    sign_in(page, agent)
    page.goto("/customers/")
    page.locator("#id_q").fill("+91 5550 000 001")
    page.locator("#id_q").press("Enter")
    expect(page).to_have_url(re.compile(f"/customers/{customer}/$"))
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.close()


@pytest.fixture
def desk(open_page, sign_in, auditor, happened):
    """``desk(phone=True)``: the auditor's page at the trail."""

    def go(path="/trail/", **options):
        page = open_page(**options)
        sign_in(page, auditor)
        page.goto(path)
        return page

    return go


def line(page, words):
    return page.locator("details.lc-entry").filter(has_text=words).first


def test_what_just_happened_is_read_opened_and_followed(desk, happened, customer, assert_accessible, look_at):
    page = desk()
    expect(page.get_by_role("heading", level=1)).to_have_text("Audit trail")
    viewed = line(page, f"Asha Verma (CC) opened Overview of customer {customer}.")
    expect(line(page, "Asha Verma (CC) looked up")).to_be_visible()
    expect(viewed).to_contain_text(re.compile(r"\d+ calls\."))
    assert_accessible(page)

    viewed.locator("summary").click()
    expect(viewed.get_by_role("heading", name=CALLS)).to_be_visible()
    call = viewed.locator(".lc-call").filter(has_text=f"GET /v2/customers/{customer}").first
    expect(call.locator(".lc-call__head")).to_contain_text("200")
    expect(call.locator(".lc-call__head")).to_contain_text(re.compile(r"\d ms"))
    expect(call.locator(".lc-call__head")).to_contain_text(re.compile("X-Cap-Requestid .{8,}"))
    reply = call.get_by_role("group", name=f"Response, GET /v2/customers/{customer}")
    expect(call.get_by_role("group", name=f"Request, GET /v2/customers/{customer}")).to_be_visible()
    expect(reply).to_contain_text(f'"id": {customer}')
    expect(reply).not_to_contain_text("5550000001")
    # A long body scrolls in a place of its own, by keyboard too.
    assert reply.bounding_box()["height"] <= 260
    assert reply.evaluate("body => body.scrollHeight > body.clientHeight")
    reply.focus()
    page.keyboard.press("End")
    page.wait_for_function("body => body.scrollTop > 0", arg=reply.element_handle())
    look_at(page, "trail-opened")

    reference = viewed.get_by_role("link", name=re.compile("^LC-"))
    opened = reference.inner_text()
    reference.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(opened)
    expect(page.get_by_role("heading", name=CALLS)).to_be_visible()
    assert page.locator(".lc-call").count() == calls_of(opened)
    assert_accessible(page)


def calls_of(reference):
    return Entry.objects.filter(reference=reference, action="call.sent").count()


def test_an_entry_and_a_history_are_pages_of_their_own(desk, customer, assert_accessible, look_at):
    viewed = Entry.objects.filter(customer=customer, action="customer.viewed").latest("id")
    page = desk(f"/trail/{viewed.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Entry {viewed.pk}")
    expect(page.get_by_role("heading", level=2).filter(has_text=CALLS)).to_be_visible()
    look_at(page, "trail-entry")
    page.set_viewport_size({"width": 320, "height": 700})
    assert_accessible(page)
    page.goto(f"/trail/customers/{customer}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"History of customer {customer}")
    expect(line(page, f"Asha Verma (CC) opened Overview of customer {customer}.")).to_be_visible()
    look_at(page, "trail-history")
    page.set_viewport_size({"width": 320, "height": 700})
    assert_accessible(page)


NARROWING = [
    ("actor:asha", "actor:asha"),
    ("-action:trail.*", "action:-trail.*"),
    ('store:"Contact Centre"', "store:Contact Centre"),
    ("outcome:done", "outcome:Done"),
    ("period:24h", "period:Last 24 h"),
    ("+91 5550 000 001", "customer:•••••• 0001"),
]


def test_the_list_is_narrowed_by_typing_and_widened_again(desk):
    page = desk()
    for typed, token in NARROWING:
        page.get_by_label("Filter entries").fill(typed)
        page.keyboard.press("Enter")
        expect(page.locator(".lc-token")).to_contain_text(token)
        expect(line(page, "Asha Verma (CC) looked up Mobile •••••• 0001")).to_be_visible()
        expect(page.get_by_role("status").filter(has_text="newest first")).to_be_visible()
        assert "5550" not in page.url
        page.get_by_role("button", name=re.compile("^Remove ")).click()
        expect(page.locator(".lc-token")).to_have_count(0)


def test_filters_that_nothing_fits_and_filters_nobody_knows_say_so(desk, watch, assert_accessible):
    watch.expect("status of 422")
    page = desk("/trail/?person=asha&store=007")
    expect(page.get_by_text("Nothing in the trail fits these filters.")).to_be_visible()
    assert_accessible(page)
    page.goto("/trail/?q=colour:blue")
    expect(page.get_by_role("alert")).to_contain_text("Not understood: colour:blue.")
    expect(page.get_by_label("Filter entries")).to_have_value("colour:blue")
    assert_accessible(page)


def test_chips_add_their_filter_and_take_it_away(desk, assert_accessible):
    page = desk()
    chip = page.get_by_role("link", name="Every call")
    chip.click()
    expect(chip).to_have_attribute("aria-current", "true")
    expect(line(page, "Capillary answered Asha Verma (CC) with 200")).to_be_visible()
    assert_accessible(page)
    chip.click()
    expect(page.get_by_text("Capillary answered Asha Verma")).to_have_count(0)


def test_the_trail_is_read_without_script(open_page, sign_in, auditor, happened, customer):
    page = open_page(script=False)
    sign_in(page, auditor)
    page.goto("/trail/")
    viewed = line(page, f"Asha Verma (CC) opened Overview of customer {customer}.")
    viewed.locator("summary").click()
    viewed.get_by_role("link", name="Open this entry").click()
    expect(page.get_by_role("heading", level=2).filter(has_text=CALLS)).to_be_visible()
