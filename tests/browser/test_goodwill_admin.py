"""The rules of goodwill in a real browser: every page in every width and look, and what a change does."""

import pytest
from playwright.sync_api import expect

from apps.audit.actor import Actor
from apps.goodwill.models import Budget, LimitRule, Reason
from apps.goodwill.seeding import seed_rules
from apps.operations.switches import turn_off
from tests.goodwill.conftest import outside

__all__ = ["outside"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rules(stores):
    return seed_rules(actor=Actor(user_id=None, name="Set-up", role="System"))


@pytest.fixture
def by_hand(rules, stores, agent, administrator):
    """More than the demo has: a person's limit, a store's limit, an off switch."""
    LimitRule.objects.create(user=agent, purpose="give", kind="points", per_request=150)
    LimitRule.objects.create(store=stores.store_12, purpose="give", kind="points", per_day=2_000)
    actor = Actor(user_id=administrator.pk, name=administrator.name, role="Administrator")
    turn_off(
        act="goodwill",
        actor=actor,
        user=administrator,
        store=stores.store_07,
        reason="The tills are being counted until six.",
    )


def test_the_pages_are_for_everybody(
    administrator, agent, stores, by_hand, outside, open_page, sign_in, look_at
):
    page = open_page()
    sign_in(page, administrator)
    rule, reason = LimitRule.objects.get(user=agent), Reason.objects.get(code="other")
    month = Budget.objects.first().month
    for name, path, heading in (
        ("overview", "", "Goodwill rules"),
        ("reasons", "reasons/", "Reasons"),
        ("reason", f"reasons/{reason.pk}/", "Other"),
        ("limits", "limits/", "Limits"),
        ("limit", f"limits/{rule.pk}/", "Limit of Asha Verma"),
        ("limit-add", "limits/add/", "A new limit"),
        ("applies", f"limits/applies/?person={agent.pk}", "What applies to Asha Verma"),
        ("budgets", "budgets/", f"Budgets of {month:%B %Y}"),
        ("budget", f"budgets/{month:%Y-%m}/{stores.store_12.pk}/", f"Store 12, {month:%B %Y}"),
        ("series", "series/", "Coupon series"),
        ("times", "times/", "Times and the second decider"),
        ("times-set", "times/0/", "All stores"),
    ):
        page.goto(f"/goodwill/rules/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        if name == "series":
            expect(page.get_by_text("Goodwill voucher Rs 500")).to_be_visible()
        # The frame around is the same on all of them.
        look_at(page, f"rules-{name}", within=None if name == "overview" else "main")


def test_a_limit_and_the_off_switch_reach_the_agent(
    administrator, agent, stores, rules, outside, open_page, sign_in, assert_accessible, screenshot, watch
):
    watch.expect("status of 422")
    desk, counter = open_page(), open_page()
    sign_in(desk, administrator)
    sign_in(counter, agent)
    counter.goto("/customers/")
    expect(counter.get_by_text("of 500")).to_be_visible()

    desk.goto("/goodwill/rules/limits/")
    desk.get_by_role("link", name="Change the limit of Agent: Give on one's own authority, Points").click()
    desk.get_by_label("In 24 hours").fill("200")
    desk.get_by_role("button", name="Set limit").click()
    expect(desk.get_by_text("This is less than one request may take.")).to_be_visible()
    expect(desk.get_by_label("In 24 hours")).to_have_value("200")
    assert_accessible(desk, within="main")
    desk.get_by_label("In one request").fill("150")
    desk.get_by_role("button", name="Set limit").click()
    expect(desk.get_by_role("status").filter(has_text="The limit of Agent is set.")).to_be_visible()
    counter.reload()
    expect(counter.get_by_text("of 200")).to_be_visible()

    desk.goto("/switches/")
    desk.get_by_label("What", exact=True).select_option("Goodwill")
    desk.get_by_label("Where", exact=True).select_option("Contact Centre")
    desk.get_by_label("Why", exact=True).fill("The budget is being looked at.")
    desk.get_by_role("button", name="Switch off", exact=True).click()
    expect(desk.get_by_role("button", name="Switch on: Goodwill, Contact Centre")).to_be_visible()
    counter.reload()
    expect(counter.locator("#off-goodwill")).to_contain_text("The budget is being looked at.")
    assert_accessible(counter)
    screenshot(counter, "rules-banner-wide")
    counter.goto(f"/goodwill/customers/{outside.characters['everything']['id']}/ask/")
    expect(counter.get_by_text("The budget is being looked at.").first).to_be_visible()

    desk.get_by_label("Why it may run again").fill("All is well.")
    desk.get_by_role("button", name="Switch on: Goodwill, Contact Centre").click()
    expect(desk.get_by_text("Everything is on for all stores.")).to_be_visible()


def test_everything_can_be_set_without_script(
    administrator, agent, stores, rules, outside, open_page, sign_in
):
    page = open_page(phone=True, script=False)
    sign_in(page, administrator)
    page.goto("/goodwill/rules/reasons/")
    page.get_by_label("Reason", exact=True).fill("Wrong size")
    page.get_by_role("button", name="Add reason").click()
    page.get_by_role("button", name="Up: Wrong size").click()
    assert list(Reason.objects.offered().values_list("title", flat=True))[-2:] == ["Wrong size", "Other"]

    page.goto("/goodwill/rules/budgets/")
    page.get_by_role("link", name="Change the budgets of Store 12").click()
    page.get_by_label("Points").fill("31,000")
    page.get_by_role("button", name="Set budgets").click()
    expect(page.get_by_text("31,000")).to_be_visible()

    page.goto("/goodwill/rules/series/")
    page.get_by_role("button", name="Allow Birthday treat: 15% off").click()
    expect(page.get_by_role("button", name="Stop offering Birthday treat: 15% off")).to_be_visible()

    page.goto("/goodwill/rules/limits/")
    page.get_by_label("What applies to", exact=True).select_option("Asha Verma")
    page.get_by_role("button", name="Show what applies").click()
    expect(page.get_by_text("At most 300 points in one request now")).to_be_visible()
