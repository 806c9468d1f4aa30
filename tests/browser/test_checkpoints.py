"""The auditor proves the trail: how it stands, one checkpoint, a verification that ends by itself on the page."""

import re

import pytest
from playwright.sync_api import expect

from apps.audit.log import sealer
from apps.audit.log.verifying import verify_waiting
from apps.audit.models import Checkpoint
from apps.audit.services import record
from tests.audit.conftest import ASHA

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sealed(transactional_db):
    """A few checkpoints over a few entries."""
    for _ in range(3):
        record("trail.viewed", actor=ASHA, details={"filters": "everything"})
        sealer.seal_all()


def test_the_log_is_looked_at_and_verified(open_page, sign_in, auditor, sealed, look_at):
    page = open_page()
    sign_in(page, auditor)
    page.goto("/trail/checkpoints/")
    expect(page.locator(".lc-seal")).to_contain_text(re.compile(r"Sealed up to place \d"))
    look_at(page, "checkpoints")

    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Verification of the audit trail")
    expect(page.locator("#verification")).to_contain_text("Waiting")
    # As a worker would.
    verify_waiting()
    expect(page.locator("#verification")).to_contain_text("Nothing was changed")
    look_at(page, "verification")

    page.goto(f"/trail/checkpoints/{Checkpoint.objects.latest('size').size}/")
    expect(page.get_by_role("group", name="Signed note")).to_contain_text("loyalty-console")
    look_at(page, "checkpoint")


@pytest.mark.parametrize("script", [True, False])
def test_a_range_that_is_none_is_seen_at_once(open_page, sign_in, auditor, sealed, watch, script, screenshot):
    watch.expect("status of 422")
    for _ in range(25):
        record("trail.viewed", actor=ASHA, details={"filters": "everything"})
        sealer.seal_all()
    for phone in (False, True):
        page = open_page(phone=phone, script=script)
        sign_in(page, auditor)
        page.goto("/trail/checkpoints/")
        page.get_by_label("From place").fill("999")
        page.get_by_role("button", name="Verify", exact=True).click()
        expect(page.get_by_text("places.", exact=False).last).to_be_in_viewport()
        expect(page.get_by_label("From place")).to_be_focused()
        screenshot(page, f"range-mistake{'-phone' if phone else ''}{'' if script else '-plain'}")


def test_without_script_too(open_page, sign_in, auditor, sealed):
    page = open_page(script=False)
    sign_in(page, auditor)
    page.goto("/trail/checkpoints/")
    page.get_by_role("button", name="Verify", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Verification of the audit trail")
    verify_waiting()
    page.reload()
    expect(page.locator("#verification")).to_contain_text("Nothing was changed")
