"""A file of goodwill in a real browser: mistakes, the right file, a second person, watching, failed rows, again."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from apps.goodwill.models import LimitRule, Reason
from apps.operations.models import Operation
from tests.goodwill.conftest import lead, outside, rules, second_lead, several
from tests.support.bulk import Clerk

__all__ = ["lead", "outside", "rules", "second_lead", "several"]

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = "Customer id,Points,Reason,Different matter"


@pytest.fixture
def clerk(lead, stores, rules, outside):
    """Mira Kapoor gives 1,000 points a row on her own; the workers are called by hand."""
    LimitRule.objects.create(user=lead, purpose="give", kind="points", per_request=Decimal(1000))
    return Clerk(lead, stores.contact_centre)


def file_of(*rows):
    content = "\n".join([HEADER, *rows]).encode()
    return {"name": "late-parcels.csv", "mimeType": "text/csv", "buffer": content}


def upload(page, *rows):
    page.goto("/operations/new/bulk_goodwill/")
    page.locator("input[name=file]").set_input_files(file_of(*rows))
    page.get_by_label("What it is for").fill("Late parcels in November")
    page.get_by_role("button", name="Upload and check every row").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Late parcels in November")


def test_a_file_from_its_mistakes_to_the_rerun_of_its_failed_rows(
    page, open_page, sign_in, clerk, lead, second_lead, several, watch, assert_accessible, screenshot
):
    one, two, three = several(3)
    sign_in(page, lead)
    page.goto("/operations/")
    assert_accessible(page)
    page.get_by_role("link", name="Goodwill points for many customers").first.click()
    expect(page.get_by_role("button", name="Upload and check every row")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "operations-upload")
    watch.expect("status of 422")
    page.get_by_role("button", name="Upload and check every row").click()
    expect(page.get_by_text("Choose a file.")).to_be_visible()

    mistakes = ("abc,many,Late delivery,", f"{one},1500,Because,yes", "999999999,500,Late delivery,yes")
    upload(page, *mistakes)
    expect(page.get_by_text("Being read").first).to_be_visible()
    clerk.work()
    # The page looks by itself.
    table = page.get_by_role("region", name="Table of rows left out")
    expect(table).to_contain_text("A customer id is a number of digits only.")
    expect(table).to_contain_text("Use one of the reasons")
    expect(page.get_by_role("link", name="Upload a corrected file")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "operations-mistakes")

    rows = ((one, "Late delivery"), (two, "Bill error"), (three, "Late delivery"))
    upload(page, *(f"{customer},1500,{reason},yes" for customer, reason in rows))
    clerk.work()
    expect(page.get_by_role("button", name="Send 3 rows for approval")).to_be_visible()
    page.get_by_label("Why").fill("Promised by the head office.")
    page.get_by_role("button", name="Send 3 rows for approval").click()
    expect(page.get_by_text("Somebody else has to approve what you asked for.")).to_be_visible()
    operation = Operation.objects.latest("pk")

    other = open_page(phone=True)
    sign_in(other, second_lead)
    other.goto(f"/operations/{operation.pk}/")
    assert_accessible(other)
    other.get_by_role("link", name="Approve…").click()
    dialog = other.get_by_role("dialog", name="Approve 3 rows")
    expect(dialog.get_by_role("button", name="Keep waiting")).to_be_focused()
    expect(dialog).to_contain_text(operation.file_sha256)
    expect(dialog).to_contain_text("4,500")
    assert_accessible(other, "#dialog")
    screenshot(other, "operations-approve-phone")
    dialog.get_by_role("button", name="Approve 3 rows").click()
    expect(other.get_by_text("Only these bytes can run.").first).to_be_visible()

    page.reload()
    page.get_by_role("button", name="Run 3 rows").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume 3 rows")).to_be_visible()
    screenshot(page, "operations-paused")
    page.get_by_role("link", name="Cancel the rest…").click()
    asked = page.get_by_role("dialog", name="Cancel the 3 rows not yet sent")
    assert_accessible(page, "#dialog")
    asked.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="Resume 3 rows").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    # An administrator takes a reason away while the file runs, and gives it back later.
    Reason.objects.filter(title="Bill error").update(is_active=False)
    clerk.work()
    Reason.objects.filter(title="Bill error").update(is_active=True)
    expect(page.get_by_role("img", name="3 of 3 rows: 2 done, 1 not done")).to_be_visible()
    failed = page.get_by_role("region", name="Table of rows not done")
    expect(failed.get_by_role("row")).to_have_count(2)
    assert_accessible(page)
    screenshot(page, "operations-ended")
    other.reload()
    assert_accessible(other)
    screenshot(other, "operations-ended-phone")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Failed rows, CSV").click()
    assert taken.value.suggested_filename == f"{operation.number}-failed.csv"

    page.get_by_role("button", name="Run 1 row again").click()
    expect(page.get_by_role("link", name=operation.number, exact=True)).to_be_visible()
    clerk.work()
    expect(page.get_by_role("button", name="Send 1 row for approval")).to_be_visible()
    other.goto("/operations/")
    assert_accessible(other)
    screenshot(other, "operations-list-phone")
    page.goto("/operations/")
    screenshot(page, "operations-list")
