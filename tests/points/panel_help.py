"""For the tests of the customer page's panels: addresses, plain text, events written straight into the books."""

import re
import sqlite3
from contextlib import closing

from django.urls import reverse
from django.utils.html import strip_tags

ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
CELL = re.compile(r'data-label="([^"]*)"[^>]*>(.*?)</t[dh]>', re.DOTALL)


def address(name, customer_id, query=""):
    return reverse(f"points:customer_{name}", args=[customer_id]) + query


def text(answer):
    return answer.content.decode()


def words(html):
    """The visible words, in one line."""
    return " ".join(strip_tags(html).split())


def rows(html, first_label):
    """The rows of the table whose first column has this label, as {label: words}."""
    found = [{label: words(cell) for label, cell in CELL.findall(row)} for row in ROW.findall(html)]
    return [row for row in found if next(iter(row), "") == first_label]


def write_events(sandbox, customer_id, events, programme=101):
    """events: (moment, thousandths of a point, kind); straight into the books, a thousand in no time."""
    with closing(sqlite3.connect(sandbox.database, timeout=20)) as books, books:
        books.executemany(
            "INSERT INTO sandbox_ledgerentry (programme_id, kind, points, at, note, store_code, customer_id)"
            " VALUES (?, ?, ?, ?, '', 'bandra', ?)",
            [
                (programme, kind, points, f"{at:%Y-%m-%d %H:%M:%S}", customer_id)
                for at, points, kind in events
            ],
        )


def make_nameless(sandbox, customer_id):
    """Take away everything a ledger is found by."""
    with closing(sqlite3.connect(sandbox.database, timeout=20)) as books, books:
        for table in ("sandbox_identifier", "sandbox_card"):
            books.execute(f"DELETE FROM {table} WHERE customer_id = ?", [customer_id])
