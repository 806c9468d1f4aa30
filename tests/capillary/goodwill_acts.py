"""Asking for goodwill at the look-alike and reading back what became of it."""

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from apps.capillary.resources import customers, ledger, requests

NUMBERS = itertools.count(1)
SERIES = 4103
WHO = "cards"


def asking(person, **values):
    """Everything a request says, with a reference and a tag of its own."""
    tag = f"LC#{next(NUMBERS):08d}T"
    asked = {
        "customer_id": person,
        "kind": "POINTS",
        "points": Decimal("250.00"),
        "reference": f"01JDCE5Q7R8S9T0V1W{next(NUMBERS):08d}",
        "reason": "DELAY",
        "comments": f"Parcel late. {tag}",
    }
    return {**asked, **values}


def add(client, person, **values):
    """File one: what the outside answered and what was asked."""
    asked = asking(person, **values)
    return client.send(requests.add(**asked)), asked


def row_of(client, person, number):
    """The row of one request in the outside's list, found by its id window."""
    page = client.send(requests.listing(customer_id=person, start_id=int(number), end_id=int(number)))
    (row,) = page.rows
    return row


def whole_list_pages(client, person):
    """Every request of the customer, page by page as the outside counts them."""
    rows = []
    while True:
        page = client.send(requests.listing(customer_id=person, offset=len(rows), limit=20))
        rows += page.rows
        if len(rows) >= (page.count or 0) or not page.rows:
            assert len(rows) == page.count
            return rows


def ledger_of(client, sandbox):
    """The credits of the last minutes, all pages."""
    now = datetime.now(UTC)
    entries, page, pages = [], 0, 1
    while page < pages:
        found = client.send(
            ledger.information(
                identifier_name="mobile",
                identifier_value=sandbox.identifier(WHO, "mobile"),
                start_date=now - timedelta(minutes=10),
                end_date=now + timedelta(minutes=1),
                entry_type="CREDIT",
                offset=page,
            )
        )
        entries += found.entries
        page, pages = page + 1, found.pages
    return entries


def credits_of(client, sandbox, person, points):
    """How many credits of exactly this many points the ledger has; the promotional points must agree."""
    entries = [entry for entry in ledger_of(client, sandbox) if entry.points == points]
    shown = client.send(customers.get(customer_id=person, embed=("promotionalPoints",))).promotional_points
    given = [row for row in shown if row.source_type == "GOODWILL" and row.points == points]
    assert len(entries) == len(given)
    return len(entries)
