"""The whole ledger: nothing skipped and nothing twice, whatever `offset` means on the other side."""

import itertools
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.capillary.errors import Unreachable
from apps.capillary.ledger_pages import first_call, read_ledger, windows
from apps.capillary.resources import ledger
from tests.capillary.request_shapes import MOBILE

START = datetime(2026, 9, 1, 10, tzinfo=UTC)
DAY = timedelta(days=1)
ask = partial(
    ledger.information,
    identifier_name="mobile",
    identifier_value=MOBILE,
    source="WECHAT",
    account_id="wx_maple",
)


def event(number, at=START):
    return {
        "eventLogId": number,
        "eventName": "TransactionAdd",
        "ledgerCreatedDate": at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.0Z"),
        "entryDetails": [{"ledgerEntryType": "CREDIT", "points": "10", "programId": 101}],
        "netPointsOnEvent": "10.000",
    }


class Book:
    """A ledger that answers pages. `counts` is what offset means: "pages", "rows" or "nothing"."""

    def __init__(self, rows, *, counts="pages", size=10, details=True):
        self.rows, self.counts, self.size, self.details = rows, counts, size, details
        self.asked = []

    def __call__(self, handler):
        told = {key: values[0] for key, values in parse_qs(urlsplit(handler.path).query).items()}
        self.asked.append(told)
        offset = int(told.get("offset", 0))
        skipped = {"pages": offset * self.size, "rows": offset, "nothing": 0}[self.counts]
        rows = self.rows(told) if callable(self.rows) else self.rows
        numbers = {
            "pageNumber": skipped // self.size,
            "pageSize": self.size,
            "totalEntries": len(rows),
            "pageCount": -(-len(rows) // self.size),
        }
        handler.json(
            {
                "customerDetails": {"userId": 341594},
                "ledgerDetails": numbers
                if self.details is True
                else {key: numbers[key] for key in self.details or ()},
                "ledgerEntries": rows[skipped : skipped + self.size],
                "warnings": [],
            }
        )


def numbers(found):
    return [int(entry.id) for entry in found.entries]


@pytest.mark.parametrize("counts", ["pages", "rows"])
@pytest.mark.parametrize("details", [True, ("totalEntries",), ("pageNumber", "pageCount"), None])
@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 35])
def test_every_entry_once_and_in_order(client, outside, counts, details, count):
    outside.says(Book([event(number) for number in range(count)], counts=counts, details=details))
    found = read_ledger(client, ask, START, START + DAY)
    assert numbers(found) == list(range(count))
    assert found.complete
    assert found.customer_id == "341594"


@pytest.mark.parametrize("counts", ["pages", "rows"])
def test_entries_that_look_alike_are_all_told(client, outside, counts):
    alike = {**event(0), "eventLogId": None}
    outside.says(Book([event(0), *[alike] * 12, event(1)], counts=counts))
    assert len(read_ledger(client, ask, START, START + DAY).entries) == 14


@pytest.mark.parametrize("counts", ["pages", "rows"])
def test_small_pages_of_the_other_side(client, outside, counts):
    outside.says(Book([event(number) for number in range(7)], counts=counts, size=3))
    assert numbers(read_ledger(client, ask, START, START + DAY)) == list(range(7))


def test_a_side_that_heeds_no_offset_is_not_taken_for_complete(client, outside):
    outside.says(Book([event(number) for number in range(25)], counts="nothing"))
    found = read_ledger(client, ask, START, START + DAY)
    assert numbers(found) == list(range(10))
    assert not found.complete
    assert len(outside.seen) == 2


def test_the_bound_holds_and_is_told(client, outside):
    outside.says(Book([event(number) for number in range(100)]))
    found = read_ledger(client, ask, START, START + DAY, most_calls=3)
    assert numbers(found) == list(range(30))
    assert not found.complete
    assert len(outside.seen) == 3


def test_the_first_page_may_have_come_beside_other_calls(client, outside):
    book = Book([event(number) for number in range(12)])
    outside.says(book)
    first = client.send(first_call(ask, START, START + DAY))
    assert numbers(read_ledger(client, ask, START, START + DAY, first=first)) == list(range(12))
    assert [told.get("offset", "0") for told in book.asked] == ["0", "1"]
    assert {(told["source"], told["acountId"], told["limit"]) for told in book.asked} == {
        ("WECHAT", "wx_maple", "10")
    }


def test_windows_are_at_most_thirty_days_and_leave_no_gap():
    spans = windows(START, START + 75 * DAY)
    assert len(spans) == 3
    assert (spans[0][0], spans[-1][1]) == (START, START + 75 * DAY)
    for (_, ended), (began, _) in itertools.pairwise(spans):
        assert began < ended
    assert all(ended - began <= 30 * DAY for began, ended in spans)
    assert windows(START, START) == []
    assert windows(START, START + 30 * DAY) == [(START, START + 30 * DAY)]


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_long_time_is_read_window_by_window_and_told_oldest_first(client, outside, newest_first):
    every = [event(number, START + number * DAY) for number in range(70)]
    every[30] = event(30, START + 30 * DAY)  # on the border of two windows, told by both

    def within(told):
        return [
            row for row in every if told["startDate"] <= local(row["ledgerCreatedDate"]) <= told["endDate"]
        ]

    book = Book(within)
    outside.says(book)
    found = read_ledger(client, ask, START, START + 70 * DAY, newest_first=newest_first)
    assert numbers(found) == list(range(70))
    assert found.complete
    starts = [told["startDate"] for told in book.asked if "offset" not in told]
    assert starts == sorted(starts, reverse=newest_first)
    assert len(starts) == 3


def test_what_the_bound_cuts_off_may_be_the_oldest(client, outside):
    every = [event(number, START + number * DAY) for number in range(70)]
    outside.says(
        Book(
            lambda told: [
                row
                for row in every
                if told["startDate"] <= local(row["ledgerCreatedDate"]) <= told["endDate"]
            ]
        )
    )
    found = read_ledger(client, ask, START, START + 70 * DAY, newest_first=True, most_calls=1)
    assert not found.complete
    assert numbers(found)[-1] == 69


def test_a_page_that_fails_is_no_short_ledger(client, outside):
    book = Book([event(number) for number in range(15)])
    outside.says(book, lambda handler: handler.json({}, status=503))
    with pytest.raises(Unreachable):
        read_ledger(client, ask, START, START + DAY)


def local(written):
    moment = datetime.strptime(written, "%Y-%m-%d %H:%M:%S.0Z").replace(tzinfo=UTC)
    return (moment + timedelta(hours=5, minutes=30)).strftime("%Y-%m-%dT%H:%M:%S")
