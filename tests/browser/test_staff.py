"""People's own pages, people, stores and health in a real browser: every width and look, with axe."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.operations.models import Heartbeat, SweepLease
from apps.staff import demo
from apps.staff.services import give_role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def signs_of_life(db):
    now = timezone.now()
    Heartbeat.objects.create(name="worker", hostname="node-1", at=now - timedelta(seconds=9))
    Heartbeat.objects.create(name="beat", hostname="node-1", at=now - timedelta(minutes=12))
    SweepLease.objects.create(name="close_open_calls", finished_at=now, error="OperationalError")


def test_the_pages_are_for_everybody(
    administrator, agent, manager, auditor, stores, signs_of_life, open_page, sign_in, look_at,
):  # fmt: skip
    manager.is_active = False
    manager.save()
    page = open_page()
    sign_in(page, administrator)
    for path, heading in (
        ("/people/", "People"),
        ("/stores/", "Stores"),
        ("/health/", "Health"),
        ("/account/", "Your account"),
    ):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        look_at(page, path.strip("/"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_changing_password_theme_and_store(
    agent, stores, open_page, sign_in, assert_accessible, screenshot, watch, script
):
    give_role(agent, "store_manager", stores.store_07)
    watch.expect("status of 422")
    page = open_page(script=script)
    sign_in(page, agent)
    page.goto("/account/")
    page.get_by_label("Current password").fill("wrong")
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("New password again").fill("other")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("This is not your current password.")).to_be_visible()
    expect(page.get_by_label("New password", exact=True)).to_have_value("")
    if script:
        assert_accessible(page)
    screenshot(page, "account-refused")
    page.get_by_label("Current password").fill(demo.PASSWORD)
    page.get_by_label("New password", exact=True).fill("harbour lantern mosaic")
    page.get_by_label("New password again").fill("harbour lantern mosaic")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    page.get_by_label("Act for", exact=True).select_option("Store 07")
    page.get_by_role("button", name="Switch store").click()
    expect(page.get_by_role("definition").get_by_text("Store 07", exact=True)).to_be_visible()
    page.locator("main").get_by_label("Dark").check()
    page.get_by_role("button", name="Keep preferences").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    agent.refresh_from_db()
    assert agent.check_password("harbour lantern mosaic")


def test_too_many_wrong_tries_say_when_to_come_back(agent, open_page, look_at, watch):
    watch.expect("status of 4(22|29)")
    page = open_page()
    page.goto("/sign-in/")
    for _ in range(5):
        page.get_by_label("Work e-mail").fill(agent.email)
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in is paused")
    look_at(page, "locked-out")
    page.get_by_role("link", name="Back to sign-in").click()
    expect(page.get_by_label("Work e-mail")).to_be_visible()


@pytest.mark.own_clock
def test_health_keeps_itself_fresh(administrator, page, sign_in):
    sign_in(page, administrator)
    page.clock.install()
    page.goto("/health/")
    expect(page.get_by_text("No worker has ever reported.")).to_be_visible()
    Heartbeat.objects.create(name="worker", hostname="node-1", at=timezone.now())
    page.clock.run_for(11_000)
    expect(page.get_by_text("node-1")).to_be_visible()


def test_somebody_without_a_role_is_not_lost(db, page, sign_in, assert_accessible, screenshot):
    from apps.staff.models import User

    sign_in(page, User.objects.create_user("new.comer@example.com", "New Comer"))
    page.goto("/")
    expect(page.get_by_text("You have no role yet")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "no-role")
