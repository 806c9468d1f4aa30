"""What is true of every template."""

import re
from pathlib import Path

from django.conf import settings

# With a separator for thousands a bare id becomes "1,234": no address, value or selector knows it then.
BARE_ID = re.compile(r"\{\{\s*[\w.]*\bpk\s*\}\}|\b\w+=[\w.]*\bpk\s*%\}")


def test_row_ids_are_written_without_a_separator():
    folder = Path(settings.BASE_DIR) / "templates"
    pages = {page.relative_to(folder): page.read_text() for page in folder.rglob("*.html")}
    assert len(pages) > 100
    found = [f"{page}: {bare}" for page, text in pages.items() for bare in BARE_ID.findall(text)]
    # Handed on by name, and used in addresses alone.
    assert found == ["goodwill/_card_acts.html: pk=card.request.pk %}"]
