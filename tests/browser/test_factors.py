"""A passkey in a real browser, with an authenticator that the browser makes up: made, used to prove, to sign in."""

import time
from importlib import import_module

import pytest
from django.conf import settings
from playwright.sync_api import expect

from apps.audit.models import Entry
from apps.staff.demo import PASSWORD
from apps.staff.factor_models import Passkey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def device():
    """``device(page)``: from now on this browser has a fingerprint reader that always says yes."""

    def give(page):
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return session, made["authenticatorId"]

    return give


def last_proof_was_long_ago(page):
    """As if the person had been at work for an hour."""
    key = next(one["value"] for one in page.context.cookies() if one["name"] == "session")
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    session["proved_at"] = int(time.time()) - 3600
    session.save()


def leave(page):
    """Out of every page first: one that lives on without its sign-in would be refused its "still here"."""
    page.goto("about:blank")
    page.context.clear_cookies()


def test_a_passkey_is_made_proves_and_signs_in(
    administrator, stores, page, device, assert_accessible, screenshot, watch
):
    watch.expect("status of 4(01|22)")
    cdp, authenticator = device(page)
    page.goto("/sign-in/")
    page.get_by_label("Work e-mail").fill(administrator.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/account/")
    page.get_by_role("link", name="Set up a second factor").click()
    assert_accessible(page, "main")
    screenshot(page, "factor-setup")
    page.get_by_role("link", name="Authenticator app").click()
    expect(page.locator("svg.segno")).to_be_visible()
    assert_accessible(page, "main")
    screenshot(page, "authenticator-new")
    page.get_by_role("link", name="Back").click()
    page.get_by_role("link", name="Passkey").click()
    page.get_by_label("Name").fill("Work laptop")
    screenshot(page, "passkey-new")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    expect(page.locator("ol code")).to_have_count(10)
    screenshot(page, "recovery-codes")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("Passkey Work laptop")).to_be_visible()
    assert_accessible(page, "main")
    screenshot(page, "account-factors")

    # An hour later an act asks again, and what was typed goes on after the passkey.
    last_proof_was_long_ago(page)
    page.goto("/people/invite/")
    page.get_by_label("Name").fill("Bina Rao")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Show that it is you")
    assert_accessible(page, "main")
    screenshot(page, "prove")
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.get_by_label("Name")).to_have_value("Bina Rao")
    expect(page.get_by_text("Type their work e-mail.")).to_be_visible()

    # Out, and in again by the passkey alone.
    leave(page)
    page.goto("/sign-in/?next=/account/")
    screenshot(page, "sign-in-passkey")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    expect(page.get_by_text("Last used")).to_be_visible()

    # Out, and in by password and passkey, then not by a device that cannot say whose finger it is.
    leave(page)
    page.goto("/sign-in/")
    page.get_by_label("Work e-mail").fill(administrator.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    assert_accessible(page, "main")
    screenshot(page, "factor")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    leave(page)
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="No passkey was used")).to_be_visible()

    key = Passkey.objects.get()
    assert (key.name, key.person) == ("Work laptop", administrator)
    ways = [
        one.content["details"]["way"] for one in Entry.objects.filter(action="staff.signed_in").order_by("id")
    ]
    assert ways == ["password", "passkey", "password and passkey"]


def test_what_is_sent_when_a_factor_becomes_needed_waits_and_goes_on(
    administrator, page, sign_in, device, look_at, watch, settings
):
    watch.expect("status of 422")
    device(page)
    sign_in(page, administrator)
    page.goto("/people/invite/")
    page.get_by_label("Name").fill("Bina Rao")
    settings.CONSOLE_SECOND_FACTOR_ROLES = ["administrator"]
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("What you sent was not done.")).to_be_visible()
    page.get_by_role("link", name="Passkey").click()
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What you sent waits")
    look_at(page, "form-waiting", "main")
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_label("Name")).to_have_value("Bina Rao")
    expect(page.get_by_text("Type their work e-mail.")).to_be_visible()
