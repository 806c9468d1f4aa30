"""A file with every mistake people make in one: all are told at once, by row and column, and the right one runs."""

import csv
import io
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from apps.goodwill.models import LimitRule, Reason
from tests.goodwill.conftest import lead, outside, rules, several
from tests.support.bulk import Clerk

__all__ = ["lead", "outside", "rules", "several"]

pytestmark = pytest.mark.django_db(transaction=True)
COLUMNS = (
    "Customer id",
    "Mobile",
    "E-mail",
    "External id",
    "Card number",
    "Points",
    "Reason",
    "Reason in words",
    "Comment",
    "Bill",
    "Different matter",
)
WHOSE = "Say whose row this is"
DIGITS = "A customer id is a number of digits only."
NO_MOBILE = "This is no mobile number."
NO_MAIL = "This e-mail address is not complete."
NOBODY = "No customer has this."
ELSE = "This belongs to somebody else"
ABOVE = "whole number"
# What differs from a good row, the column that is named, and a part of what is said. Placeholders: see `filled`.
MISTAKES = [
    ({"Customer id": ""}, "Customer id", WHOSE),
    ({"Customer id": "Asha"}, "Customer id", DIGITS),
    ({"Customer id": "500,000,012"}, "Customer id", DIGITS),
    ({"Customer id": "500000012.0"}, "Customer id", DIGITS),
    ({"Customer id": "-5"}, "Customer id", DIGITS),
    ({"Customer id": "5.0E+08"}, "Customer id", DIGITS),
    ({"Customer id": "٥٠٠٠٠٠٠١٢"}, "Customer id", DIGITS),
    ({"Customer id": "1" * 19}, "Customer id", DIGITS),
    ({"Customer id": "999999999"}, "Customer id", "There is no such customer."),
    ({"Customer id": "{merged}"}, "Customer id", "merged into"),
    ({"Customer id": "{fraud}"}, "", "fraud mark"),
    ({"Customer id": "{colleague}"}, "", "colleague"),
    ({"Customer id": "", "Mobile": "call me"}, "Mobile", NO_MOBILE),
    ({"Customer id": "", "Mobile": "12345"}, "Mobile", NO_MOBILE),
    ({"Customer id": "", "Mobile": "+91 5550 999 999"}, "Mobile", NOBODY),
    ({"Customer id": "", "E-mail": "kavya.iyer"}, "E-mail", NO_MAIL),
    ({"Customer id": "", "E-mail": "kavya iyer@example.com"}, "E-mail", NO_MAIL),
    ({"Customer id": "", "E-mail": "@example.com"}, "E-mail", NO_MAIL),
    ({"Customer id": "", "E-mail": "nobody.at.all@example.com"}, "E-mail", NOBODY),
    ({"Customer id": "", "External id": "EXT-NOBODY"}, "External id", NOBODY),
    ({"Customer id": "", "External id": "x" * 201}, "External id", "too long for an identifier"),
    ({"Customer id": "", "Card number": "0000111122223333"}, "Card number", NOBODY),
    ({"Mobile": "+91 5550 999 999"}, "Mobile", ELSE),
    ({"E-mail": "nobody.at.all@example.com"}, "E-mail", ELSE),
    ({"Points": ""}, "Points", ""),
    ({"Points": "many"}, "Points", ""),
    ({"Points": "0"}, "Points", ""),
    ({"Points": "-500"}, "Points", ""),
    ({"Points": "1.5"}, "Points", ""),
    ({"Points": "1e3"}, "Points", ""),
    ({"Points": "NaN"}, "Points", ""),
    ({"Points": "₹500"}, "Points", ""),
    ({"Points": "=1+1"}, "Points", ""),
    ({"Points": "9" * 20}, "Points", ""),
    ({"Points": "2001"}, "Points", "two people decide"),
    ({"Reason": ""}, "Reason", "Use one of the reasons"),
    ({"Reason": "Because"}, "Reason", "Use one of the reasons"),
    ({"Reason": "Bill error"}, "Reason", "Use one of the reasons"),
    ({"Reason": "Other"}, "Reason in words", "in your own words"),
    ({"Reason in words": "x" * 201}, "Reason in words", ""),
    ({"Comment": "x" * 2001}, "Comment", ""),
    ({"Bill": "x" * 201}, "Bill", ""),
    ({"Customer id": "{asked}", "Different matter": ""}, "Different matter", "looks the same"),
    ({"Customer id": "{other}"}, "", None),
    ({"Customer id": "{other}"}, "", "The same as row 44 of this file."),
    ({"Customer id": "{asked}"}, "", "The same row is in OP-"),
]


@pytest.fixture
def clerk(lead, stores, rules, outside):
    """Mira Kapoor gives 1,000 points a row on her own; the workers are called by hand."""
    LimitRule.objects.create(user=lead, purpose="give", kind="points", per_request=Decimal(1000))
    Reason.objects.filter(title="Bill error").update(is_active=False)
    return Clerk(lead, stores.contact_centre)


def file_of(rows):
    lines = [COLUMNS, *([row[name] for name in COLUMNS] for row in rows)]
    quoted = (",".join(f'"{cell}"' for cell in line) for line in lines)
    return {"name": "parcels.csv", "mimeType": "text/csv", "buffer": "\n".join(quoted).encode()}


def upload(page, rows):
    page.locator("input[name=file]").set_input_files(file_of(rows))
    page.get_by_role("button", name="Upload and check every row").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("parcels.csv")


def test_forty_kinds_of_mistakes_are_told_at_once_and_the_corrected_file_runs(
    page, sign_in, clerk, lead, agent, several, outside, assert_accessible, screenshot
):
    good, other, earlier = several(3)
    people = outside.characters
    lead.email = outside.identifier("everything", "email")
    lead.save()
    names = {
        "{merged}": str(people["merged"]["id"]),
        "{fraud}": str(people["fraud"]["id"]),
        "{colleague}": str(people["everything"]["id"]),
        "{asked}": str(earlier),
        "{other}": str(other),
    }
    plain = dict.fromkeys(COLUMNS, "") | {
        "Customer id": str(good),
        "Points": "500",
        "Reason": "Late delivery",
        "Different matter": "yes",
    }
    # One row goes well today, so that another like it is a likely duplicate and the same row is known.
    done = plain | {"Customer id": str(earlier)}
    clerk.run(clerk.checked("bulk_goodwill", ",".join(COLUMNS), [done[name] for name in COLUMNS]))

    wrong = [
        plain | {name: names.get(value, value) for name, value in row.items()} for row, *_told in MISTAKES
    ]
    sign_in(page, lead)
    page.goto("/operations/new/bulk_goodwill/")
    upload(page, wrong)
    clerk.work()
    table = page.get_by_role("region", name="Table of rows left out")
    expect(table).to_contain_text(WHOSE)
    assert_accessible(page)
    screenshot(page, "operations-forty-mistakes")
    with page.expect_download() as taken:
        page.get_by_role("link", name="All, CSV").click()
    told = list(csv.DictReader(io.StringIO(taken.value.path().read_text("utf-8-sig"))))
    missed = []
    for number, (_row, column, says) in enumerate(MISTAKES, start=1):
        here = [(one["Column"], one["What is wrong"]) for one in told if one["Row"] == str(number)]
        fits = any(name == column and says in words for name, words in here) if says is not None else not here
        if not fits:
            missed.append((number, column, says, here))
    assert missed == [], "\n".join(map(str, missed))

    page.get_by_role("link", name="Upload a corrected file").click()
    upload(page, [plain, plain | {"Customer id": str(other), "Points": "300"}])
    clerk.work()
    page.get_by_role("button", name="Run 2 rows").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    clerk.work()
    expect(page.get_by_role("img", name="2 of 2 rows: 2 done")).to_be_visible()
