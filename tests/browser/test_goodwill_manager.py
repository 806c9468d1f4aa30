"""The store manager's stories in a real browser: queue, evidence, decisions, several at once."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.goodwill.models import Decision, GoodwillRequest, LimitRule, Reason, State
from apps.goodwill.reading import read_facts
from apps.operations.notices import tell
from tests.goodwill.conftest import (
    customer_id,
    desk,
    lead,
    outside,
    rules,
    second_lead,
    several,
)

__all__ = [
    "customer_id",
    "desk",
    "lead",
    "outside",
    "rules",
    "second_lead",
    "several",
]

pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = "/goodwill/approvals/"


@pytest.fixture
def waiting(desk, several):
    """``waiting(3)``: so many requests of the agent, 400 points each, due one minute after the other."""

    def ask(number, amount=400, **more):
        asked = [desk.ask(amount, customer_id=one, **more) for one in several(number)]
        for place, request in enumerate(asked):
            due = timezone.now() + timedelta(minutes=60 + place)
            GoodwillRequest.objects.filter(pk=request.pk).update(due_at=due)
        return [GoodwillRequest.objects.get(pk=request.pk) for request in asked]

    return ask


@pytest.fixture
def thirty(desk, several, outside):
    """Thirty requests as the agent's, due one minute after the other: filed outside at once, rows by hand."""
    customers, reason = several(30), Reason.objects.get(code="late-delivery")
    ids = [
        outside.make_requests(count=1, customers=[one], base_type="POINTS", points="400")[0]
        for one in customers
    ]
    asked = []
    for place, (customer, number) in enumerate(zip(customers, ids, strict=True)):
        request = GoodwillRequest(
            tag=f"LC#THIRTY{place}",
            customer_id=customer,
            kind="points",
            amount=400,
            reason=reason,
            reason_words=reason.title,
            store=desk.store,
            requester=desk.agent,
            requester_name=desk.agent.name,
            state=State.WAITING,
            outside_id=str(number),
            outside_number=number,
            due_at=timezone.now() + timedelta(minutes=60 + place),
        )
        request.customer_name = f"Customer {place + 1}"
        request.save()
        facts, _standing = read_facts(actor=desk.actor(), request=request)
        request.snapshot = {"facts": facts.plain()}
        request.save()
        asked.append(request)
    return asked


@pytest.fixture
def manager_page(page, lead, sign_in):
    sign_in(page, lead)
    return page


def loaded(page):
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    return page


def card(request):
    return f"{QUEUE}{request.pk}/"


def state_of(request):
    return GoodwillRequest.objects.get(pk=request.pk).state


def open_first(page, request):
    """From the queue to its first request, by key."""
    page.goto(QUEUE)
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(card(request)))
    loaded(page)


def toast(page):
    return page.locator("#toasts")


def test_a_request_is_approved_with_the_keyboard_alone(
    manager_page, lead, waiting, assert_accessible, screenshot
):
    page = manager_page
    first, second = waiting(2)
    # However many notices lie above it, the buttons of the card stay in sight.
    for place in range(3):
        tell(user_id=lead.pk, words=f"It took place: GR-{place}.", url="/goodwill/mine/", level="ok")
    page.goto(QUEUE)
    assert_accessible(page)
    screenshot(page, "approvals-queue")
    open_first(page, first)
    expect(page.locator(".lc-actionbar").first).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator("#announce")).to_contain_text("400 points")
    assert_accessible(page)
    screenshot(page, "approvals-card")
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog", name="Approve 400 points for")
    expect(dialog.get_by_role("button", name="Keep waiting")).to_be_focused()
    expect(dialog).to_contain_text("This cannot be taken back from this console.")
    assert_accessible(page, "#approve-dialog")
    screenshot(page, "approvals-confirm")
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(page.get_by_role("link", name="Approve 400 points")).to_be_focused()
    page.keyboard.press("a")
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Approve 400 points")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(card(second)))
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(toast(page)).to_contain_text("400 points approved for")
    assert state_of(first) in {State.APPROVED, State.DONE}


def test_a_smaller_amount_is_named_on_the_button_and_given(
    manager_page, waiting, outside, assert_accessible, screenshot
):
    page = manager_page
    [request] = waiting(1)
    open_first(page, request)
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Points").fill("1")
    expect(dialog.get_by_role("button", name="Approve 1 point", exact=True)).to_be_visible()
    dialog.get_by_label("Points").fill("250")
    expect(dialog.get_by_role("heading")).to_contain_text("Approve 250 points for")
    expect(dialog).to_contain_text("keeps 24,750 of 25,000")
    expect(dialog).to_contain_text("Less than was asked for: 250 of the 400 asked for.")
    for typed, words in (
        ("401", "At most the 400 asked for can be approved."),
        ("abc", "Points are a whole number above 0."),
    ):
        dialog.get_by_label("Points").fill(typed)
        expect(dialog.get_by_role("alert")).to_have_text(words)
        expect(dialog.get_by_label("Points")).to_have_attribute("aria-invalid", "true")
        expect(dialog.get_by_role("button", name="Check")).to_be_visible()
        expect(dialog.get_by_role("button", name="Approve")).to_have_count(0)
    assert_accessible(page, "#approve-dialog")
    screenshot(page, "approvals-wrong-amount")
    dialog.get_by_label("Points").fill("250")
    expect(dialog.get_by_role("alert")).to_have_count(0)
    dialog.get_by_role("button", name="Approve 250 points").click()
    expect(toast(page)).to_contain_text("250 of 400 points approved for")
    [row] = outside.goodwill(id=request.outside_id)
    assert float(row["approved_value"]) == 250


def test_of_more_than_one_s_limit_nothing_is_named_until_it_is_typed(
    manager_page, desk, lead, assert_accessible, screenshot
):
    page = manager_page
    LimitRule.objects.create(user=lead, purpose="decide", kind="points", per_request=5_000)
    request = desk.ask(100_000)
    page.goto(card(request))
    loaded(page)
    expect(
        page.locator("#approve-why").get_by_text("You may approve 5,000 of the 100,000 points asked for.")
    ).to_be_visible()
    screenshot(page, "approvals-part-card")
    page.locator("#main").focus()
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog", name="Approve points for")
    amount = dialog.get_by_label("Points")
    expect(amount).to_be_focused()
    expect(amount).to_have_value("")
    expect(dialog).to_contain_text("You may approve 5,000 of the 100,000 points asked for.")
    expect(dialog.get_by_role("button", name="Check")).to_be_visible()
    amount.fill("5,001")
    expect(dialog.locator(".lc-err")).to_contain_text("You may approve 5,000 of the 100,000")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Points").fill("5,000")
    expect(dialog).to_contain_text("Less than was asked for: 5,000 of the 100,000 asked for.")
    expect(dialog.get_by_text("Yours is the first of two approvals")).to_be_visible()
    expect(dialog.get_by_text("The points can be used at once.")).to_be_hidden()
    assert_accessible(page, "#approve-dialog")
    screenshot(page, "approvals-part-dialog")
    dialog.get_by_label("Points").fill("1,000")
    expect(dialog.get_by_text("Yours is the first of two approvals")).to_be_hidden()
    expect(dialog.get_by_text("The points can be used at once.")).to_be_visible()
    assert state_of(request) == State.WAITING


def test_one_is_rejected_and_one_sent_back(manager_page, waiting, watch):
    page = manager_page
    watch.expect("status of 422")
    first, second = waiting(2)
    open_first(page, first)
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="Reject 400 points")
    # What a helper of the browser leaves on a field is not carried over to the answer, as an inline style.
    dialog.get_by_label("Reason").evaluate("field => { field.style.caretColor = 'red'; }")
    dialog.get_by_role("button", name="Reject 400 points").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Say why you reject it.")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    page.keyboard.insert_text("The order came in time.")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(card(second)))
    assert state_of(first) == State.REJECTED
    loaded(page)
    page.keyboard.press("b")
    dialog = page.get_by_role("dialog", name="Send back 400 points")
    dialog.get_by_label("What has to change").fill("Which order was it?")
    dialog.get_by_role("button", name="Send back").click()
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    assert state_of(second) == State.SENT_BACK


def test_one_s_own_request_cannot_be_decided(manager_page, desk, lead, assert_accessible):
    page = manager_page
    request = desk.ask(900, user=lead)
    page.goto(card(request))
    loaded(page)
    expect(page.get_by_text("Nobody decides on their own request.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve 900 points")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("a")
    page.keyboard.press("r")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert_accessible(page)
    assert not Decision.objects.filter(request=request).exists()


def test_what_changed_since_is_looked_at_again(manager_page, waiting, desk, outside, watch, screenshot):
    page = manager_page
    watch.expect("status of 409")
    [request] = waiting(1)
    open_first(page, request)
    [other] = outside.make_requests(1, customers=[request.customer_id], points="77", tills=["till.saket.01"])
    outside.decide(other, "approve")
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Approve 400 points").click()
    expect(dialog).to_contain_text("Something has changed since you looked at this request.")
    expect(dialog).to_contain_text("The balance rose by 77 points.")
    screenshot(page, "approvals-changed")
    assert state_of(request) == State.WAITING
    dialog.get_by_role("button", name="Approve 400 points").click()
    expect(toast(page)).to_contain_text("400 points approved for")


def test_thirty_at_once_have_a_result_each(manager_page, thirty, outside, assert_accessible, screenshot):
    page, asked = manager_page, thirty
    for request in asked[:2]:
        outside.decide(request.outside_id, "reject")
    for request in asked[2:5]:
        request.snapshot["facts"]["balance"] = "-1"
        request.save()
    page.goto(QUEUE)
    page.get_by_role("link", name="Select several").click()
    page.get_by_label("All on this page").check()
    expect(page.get_by_text("30 selected.")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "approvals-select")
    page.get_by_role("button", name="Approve selected").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Approve 30 requests")
    expect(page.get_by_text("12,000 points in all.")).to_be_visible()
    screenshot(page, "approvals-several")
    # Thirty acts outside, one after the other: as long as it takes on a busy machine.
    page.get_by_role("button", name="Approve 30 requests").click(no_wait_after=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("25 of 30 approved.", timeout=120_000)
    first = page.get_by_role("row").nth(1)
    expect(first).to_contain_text(re.compile("already rejected|has changed"))
    expect(
        page.get_by_role("row").filter(has_text="Something has changed since it was asked.")
    ).to_have_count(3)
    expect(page.get_by_role("row").filter(has_text="already rejected outside the console")).to_have_count(2)
    assert_accessible(page)
    screenshot(page, "approvals-several-done")


def test_on_a_phone_queue_and_card_are_two_pages(
    open_page, sign_in, lead, waiting, assert_accessible, screenshot
):
    page = open_page(phone=True, dark=True)
    sign_in(page, lead)
    first, second = waiting(2)
    page.goto(QUEUE)
    assert_accessible(page)
    screenshot(page, "approvals-phone-queue")
    page.get_by_role("link", name="400 points").first.click()
    expect(page).to_have_url(re.compile(card(first)))
    loaded(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("400 points for")
    expect(page.locator("#queue-title")).not_to_be_visible()
    for name in ("Approve 400 points", "Send back", "Reject"):
        assert page.get_by_role("link", name=name).bounding_box()["height"] >= 46
    assert_accessible(page)
    screenshot(page, "approvals-phone-card")
    page.get_by_role("link", name="Approve 400 points").click()
    screenshot(page, "approvals-phone-confirm")
    page.get_by_role("button", name="Approve 400 points").click()
    expect(page).to_have_url(re.compile(card(second)))
    page.get_by_role("link", name="Queue, number 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Approvals")


def test_everything_works_without_script(open_page, sign_in, lead, waiting, screenshot, watch):
    # The amount is named again before anything moves.
    watch.expect("status of 422")
    page = open_page(script=False)
    sign_in(page, lead)
    first, second, third = waiting(3)
    page.goto(QUEUE)
    page.get_by_role("link", name="400 points").first.click()
    # Nothing is on its way here: a link stands instead of the promise.
    expect(page.get_by_role("link", name="Load Customer")).to_be_visible()
    waits = page.locator(".lc-waits")
    assert waits.count() > 1
    assert not any(each.is_visible() for each in waits.all())
    page.get_by_role("link", name="Load Customer").click()
    expect(page.get_by_role("img", name="Goodwill points per month")).to_be_visible()
    page.get_by_role("link", name=first.number).click()
    page.get_by_role("link", name="Approve 400 points").click()
    screenshot(page, "approvals-approve-no-script")
    page.get_by_label("Points").fill("300")
    page.get_by_role("button", name="Approve 400 points").click()
    expect(page.get_by_text("The amount has changed.")).to_be_visible()
    assert state_of(first) == State.WAITING
    page.get_by_role("button", name="Approve 300 points").click()
    expect(page).to_have_url(re.compile(card(second)))
    page.get_by_role("link", name="Reject").click()
    page.get_by_label("Reason").fill("Asked twice.")
    page.get_by_role("button", name="Reject 400 points").click()
    expect(page).to_have_url(re.compile(card(third)))
    page.get_by_role("link", name="Send back").click()
    page.get_by_label("What has to change").fill("Which order?")
    page.get_by_role("button", name="Send back").click()
    assert [state_of(one) for one in (second, third)] == [State.REJECTED, State.SENT_BACK]


def test_in_the_dark_with_trouble_and_with_single_keys_off(
    open_page, sign_in, lead, waiting, desk, outside, assert_accessible, screenshot
):
    lead.shortcuts = False
    lead.save()
    page = open_page(dark=True)
    sign_in(page, lead)
    red, request = waiting(2)
    GoodwillRequest.objects.filter(pk=red.pk).update(
        state=State.NOT_CREDITED, decided_at=timezone.now(), causes=["fraud", "silent"]
    )
    outside.add_fault(kind="status", status=500, path="/v2/customers/*")
    page.goto(QUEUE)
    expect(page.get_by_text("Approved and not credited")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "approvals-trouble-dark")
    page.keyboard.press("j")
    page.wait_for_timeout(500)
    expect(page).to_have_url(re.compile(f"{QUEUE}$"))
    page.goto(card(request))
    expect(page.get_by_text("Balance and changes could not be loaded.")).to_be_visible()
    loaded(page)
    assert_accessible(page)
    screenshot(page, "approvals-unread-dark")
    outside.clear()
    page.locator("#request-facts").get_by_role("link", name="Retry").click()
    expect(page.get_by_role("link", name="Approve 400 points")).to_be_visible()
    expect(page.get_by_text("Available now").first).to_be_visible()
    page.goto("/goodwill/budget/")
    assert_accessible(page)
