"""Somebody asks for their data, and to be forgotten: the auditor opens, a worker works, an administrator confirms."""

import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.audit.models import SubjectRequest
from apps.audit.subject_requests.working import go_on
from tests.audit.conftest import SubjectDesk
from tests.support.somebody import MOBILE, Somebody

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/trail/subject-requests/"


@pytest.fixture
def known(agent, stores):
    return Somebody(agent, stores.contact_centre).live()


@pytest.fixture
def subject(auditor, administrator):
    return SubjectDesk(auditor, administrator)


def test_somebody_gets_their_data_and_is_forgotten(
    open_page,
    sign_in,
    auditor,
    administrator,
    known,
    subject,
    look_at,
    screenshot,
    watch,
):
    subject.open("access", received_on=timezone.localdate() - timedelta(days=40), came_by="letter")
    page = open_page()
    sign_in(page, auditor)
    page.goto(LIST)
    expect(page.locator("table")).to_contain_text("overdue by")
    look_at(page, "subject-list")

    page.get_by_role("link", name="New request").click()
    page.get_by_label("Customer id or full identifier").fill("•••• 4417")
    watch.expect("status of 422")
    page.get_by_role("button", name="Open the request").click()
    expect(page.get_by_label("Customer id or full identifier")).to_have_attribute("aria-invalid", "true")
    look_at(page, "subject-new")
    page.get_by_label("Customer id or full identifier").fill(MOBILE)
    page.get_by_role("button", name="Open the request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"SR-\d+"))
    page.get_by_label("How you know that it is them").fill("Called back on the number we have.")
    page.get_by_role("button", name="Make the pack").click()
    expect(page.locator("#subject-request")).to_contain_text("Pack is being made")
    # As a worker would; the page asks again by itself.
    go_on()
    expect(page.locator("#subject-request")).to_contain_text("Fetch the pack")
    look_at(page, "subject-ready")
    page.get_by_label("What it is fetched for").fill("To send it by letter.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Fetch the pack").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    page_of_pack = next(one for one in archive.namelist() if one.endswith(".html"))
    shown = open_page(phone=True)
    shown.set_content(archive.read(page_of_pack).decode())
    expect(shown.get_by_role("heading", level=1)).to_contain_text("holds about you")
    assert shown.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    screenshot(shown, "subject-pack")
    watch.found.clear()

    waiting = subject.open("erasure")
    page.goto(f"{LIST}{waiting.pk}/")
    page.get_by_label("How you know that it is them").fill("A copy of the passport.")
    page.get_by_role("button", name="Ask a second person").click()
    expect(page.locator("#subject-request")).to_contain_text("Somebody else has to confirm it.")
    look_at(page, "subject-waiting")

    other = open_page()
    sign_in(other, administrator)
    other.goto(f"{LIST}{waiting.pk}/")
    other.get_by_role("link", name="See what is destroyed").click()
    look_at(other, "subject-confirm")
    other.get_by_label("What you checked").fill("The passport fits the name.")
    other.get_by_role("button", name="Forget this person").click()
    expect(other.locator("#subject-request")).to_contain_text("Being erased")
    go_on()
    expect(other.locator("#subject-request")).to_contain_text("What was destroyed")
    look_at(other, "subject-done")


def test_without_script_too(open_page, sign_in, auditor, known):
    page = open_page(script=False)
    sign_in(page, auditor)
    page.goto(f"{LIST}new/")
    page.get_by_label("Customer id or full identifier").fill(MOBILE)
    page.get_by_role("button", name="Open the request").click()
    page.get_by_label("How you know that it is them").fill("Called back.")
    page.get_by_role("button", name="Make the pack").click()
    go_on()
    page.reload()
    page.get_by_label("What it is fetched for").fill("To send it.")
    with page.expect_download():
        page.get_by_role("button", name="Fetch the pack").click()
    page.get_by_label("How the person was answered").fill("By letter.")
    page.get_by_role("button", name="Mark as answered").click()
    expect(page.locator("#subject-request")).to_contain_text("Done")
    assert SubjectRequest.objects.get().state == "done"
