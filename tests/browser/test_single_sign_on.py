"""Out to the provider and back, and out for good, in a real browser: its rules for forms and redirects hold too."""

import pytest
from playwright.sync_api import expect

from tests.support.oidc.running import provider, provider_process

__all__ = ["provider", "provider_process"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_browser_goes_there_and_back_without_script(
    agent,
    provider,
    live,
    watch,
    open_page,
    look_at,
):
    provider.seat(more={"console": live})
    page = open_page()
    page.goto("/sign-in/?next=/account/")
    look_at(page, "sign-in-oidc")

    provider.seat(email_verified=False)
    watch.expect("status of 403")
    page.get_by_role("link", name="Sign in with Example ID").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are not signed in")
    expect(page.get_by_role("alert")).to_contain_text("sso-email")
    look_at(page, "sign-in-oidc-refused")

    provider.seat()
    page.get_by_role("link", name="Try again").click()
    page.wait_for_url(f"{live}/**")
    plain = open_page(script=False)
    plain.goto("/sign-in/?next=/account/")
    plain.get_by_role("link", name="Sign in with Example ID").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Your account")
    plain.locator("form[action='/sign-out/']").first.evaluate("form => form.submit()")
    # By way of the provider, which sends the browser back.
    plain.wait_for_url(f"{live}/sign-in/")
    plain.goto("/account/")
    expect(plain.get_by_role("heading", level=1)).to_have_text("Sign in")
