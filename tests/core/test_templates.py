"""What is true of every template."""

import re
from pathlib import Path

import pytest
from django.conf import settings

# With a separator for thousands a bare id becomes "1,234": no address, value or selector knows it then.
BARE_ID = re.compile(r"\{\{\s*[\w.]*\bpk\s*\}\}|\b\w+=[\w.]*\bpk\s*%\}")
# Django's own ways to write a moment: in the console's zone and not the reader's.
OF_DJANGO = re.compile(
    r"([\w.]+\|(?:date|time|timesince|timeuntil|natural\w+|localtime|utc|timezone)\b(?::(?:\"[^\"]*\"|'[^']*'))?"
    r"|\{%\s*(?:now|localtime|timezone|get_current_timezone)\b)"
)
# Months, which are the same for every reader, and hours of business, whose zone stands beside them.
OF_NO_ZONE = {
    *(f"{one}|date:Y-m" for one in ("month", "before", "after")),
    *(f"{one}|date:M Y" for one in ("month", "before", "after", "budget.since", "data.since")),
    *("month|date:F Y", "budget.since|date:F Y", "before|date:F"),
    *("hours.0|time:H:i", "hours.1|time:H:i"),
}


@pytest.fixture(scope="module")
def pages():
    folder = Path(settings.BASE_DIR) / "templates"
    files = [file for end in ("html", "txt") for file in folder.rglob(f"*.{end}")]
    assert len(files) > 100
    return {str(file.relative_to(folder)): file.read_text() for file in files}


def test_moments_are_written_by_the_house_in_the_zone_of_whoever_reads_them(pages):
    # The sandbox's page is no page of the console.
    shown = [text for page, text in pages.items() if not page.startswith("sandbox/")]
    found = {re.sub("['\"]", "", one) for text in shown for one in OF_DJANGO.findall(text)}
    # For machines, with its offset.
    assert {one for one in found if not one.endswith("|date:c")} == OF_NO_ZONE


def test_row_ids_are_written_without_a_separator(pages):
    found = [f"{page}: {bare}" for page, text in pages.items() for bare in BARE_ID.findall(text)]
    # Handed on by name, and used in addresses alone.
    assert found == ["goodwill/_card_acts.html: pk=card.request.pk %}"]
