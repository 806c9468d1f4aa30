"""Taking entries along in a browser: the form and its mistakes, the file with its digest, the program beside it."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.audit.log import keys, sealer
from apps.audit.log.tiles import last_checkpoint
from apps.audit.services import record
from apps.operations.models import Operation
from tests.audit.conftest import ASHA
from tests.operations.export_help import finished

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept(settings):
    """A checkpoint somebody kept, and entries behind it."""
    settings.AUDIT_SIGNING_KEY = keys.new_seed()
    record("customer.viewed", actor=ASHA, customer="4417")
    sealer.seal_all()
    note = last_checkpoint().note
    record("customer.viewed", actor=ASHA, customer="4418")
    return note


def fill(page, **more):
    given = {"From day": timezone.localdate().isoformat(), "Reason": "Quarterly review", **more}
    for label, value in given.items():
        page.get_by_label(label).fill(value)


@pytest.mark.parametrize("phone", [False, True])
def test_the_filters_in_force_come_along(
    open_page, sign_in, auditor, kept, watch, look_at, screenshot, phone
):
    page = open_page(phone=phone)
    sign_in(page, auditor)
    # A full number: of it only mask and keyed hash go on.
    page.goto("/trail/?actor=asha&customer=4417&period=today")
    page.get_by_role("link", name="Export…").click()
    expect(page.get_by_label("Only entries that")).to_have_value("actor:asha customer:4417")
    expect(page.get_by_label("From day")).to_have_value(timezone.localdate().isoformat())
    screenshot(page, f"export-from-trail{'-phone' if phone else ''}")
    page.goto("/trail/?customer=%2B915550004417")
    page.get_by_role("link", name="Export…").click()
    expect(page.get_by_label("Only entries that")).to_have_value(
        re.compile(r'customer:"?•.* 4417~[0-9a-f]{64}')
    )
    screenshot(page, f"export-from-number{'-phone' if phone else ''}")
    watch.expect("status of 422")
    page.goto("/trail/?outcome=done&outcome=refused&bogus=2")
    expect(page.locator("#trail-line-error")).to_contain_text("Not understood: bogus:2.")
    expect(page.locator("#trail-line-error")).to_contain_text("More than one value for outcome.")
    expect(page.locator(".lc-entry")).to_have_count(0)
    look_at(page, f"trail-strange{'-phone' if phone else ''}")


def test_an_auditor_takes_entries_along_with_their_proofs(
    page, open_page, sign_in, auditor, kept, watch, assert_accessible, screenshot
):
    sign_in(page, auditor)
    page.goto("/operations/new/trail_export/")
    assert_accessible(page)
    screenshot(page, "export-form")
    watch.expect("status of 422")
    fill(page, **{"Earlier checkpoint": kept})
    page.get_by_role("button", name="Begin the export").click()
    expect(page.get_by_text("Only JSONL can prove anything: choose it, or leave this empty.")).to_be_visible()
    page.get_by_label("Form").select_option(label="JSONL with proofs, for machines")
    page.get_by_label("Earlier checkpoint").fill("Something else.")
    page.get_by_role("button", name="Begin the export").click()
    expect(page.get_by_text("This is no checkpoint that this log has signed.")).to_be_visible()
    screenshot(page, "export-form-mistake")
    page.get_by_label("Earlier checkpoint").fill(kept)
    page.get_by_role("button", name="Begin the export").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Export of the audit trail")
    finished(Operation.objects.get())
    page.reload()
    expect(page.locator("#progress")).to_contain_text("of 2 parts of the file")
    expect(page.get_by_role("heading", name="What goes in")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "export-done")
    with page.expect_download() as coming:
        page.get_by_role("link", name="File, JSONL").click()
    content = Path(coming.value.path()).read_bytes()
    expect(page.locator(".lc-sha")).to_have_text(hashlib.sha256(content).hexdigest())
    assert json.loads(content.splitlines()[0])["earlier"]["note"] == kept
    with page.expect_download() as program:
        page.get_by_role("link", name="The program that checks it").click()
    assert program.value.suggested_filename == "verify_export.py"
    small = open_page(phone=True, dark=True)
    sign_in(small, auditor)
    for name, address in (("form", "/operations/new/trail_export/"), ("done", page.url)):
        small.goto(address)
        assert_accessible(small)
        screenshot(small, f"export-{name}-phone-dark")
        wide = open_page(dark=True)
        sign_in(wide, auditor)
        wide.goto(address)
        assert_accessible(wide)
        screenshot(wide, f"export-{name}-dark")
        light = open_page(phone=True)
        sign_in(light, auditor)
        light.goto(address)
        screenshot(light, f"export-{name}-phone")
