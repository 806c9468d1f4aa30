"""Goodwill against the real look-alike: asked, decided, proved – in every dialect, list mode and form."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from apps.capillary.errors import (
    CustomerMerged,
    CustomerNotFound,
    Rejected,
)
from apps.capillary.resources import coupons, goodwill, requests
from tests.capillary.goodwill_acts import SERIES, WHO, add, ledger_of, row_of
from tests.capillary.test_contract import MODES, connect

__all__ = ["connect"]


@pytest.fixture
def person(sandbox):
    """An ordinary customer, by internal id."""
    return sandbox.characters[WHO]["id"]


@pytest.mark.parametrize(("dialect", "lists", "form"), MODES)
def test_asked_approved_and_read_back_in_every_mode(connect, sandbox, person, dialect, lists, form):
    client = connect(f"dialect={dialect}; lists={lists}", v11_format=form)
    added, asked = add(client, person)
    assert (added.status, added.base_type, added.customer_id) == ("PENDING", "POINTS", str(person))
    stored = sandbox.goodwill(reference_id=asked["reference"])
    assert [str(row["id"]) for row in stored] == [added.id]
    pending = row_of(client, person, added.id)
    assert (pending.status, pending.kind, pending.comments, pending.approved_value) == (
        "PENDING",
        "POINTS",
        asked["comments"],
        None,
    )
    assert pending.updated_by is None
    approved = client.send(
        requests.approve(request_id=added.id, kind="POINTS", points=Decimal("200.5"), comments="Less.")
    )
    assert (approved.status, approved.base_type, approved.updated_comments) == ("APPROVED", "POINTS", "Less.")
    decided = row_of(client, person, added.id)
    assert (decided.status, decided.approved_value) == ("APPROVED", Decimal("200.5"))
    assert decided.last_action_at >= decided.added_at
    (own,) = client.send(goodwill.requests(customer_id=person, request_id=added.id)).rows
    assert (own.request_id, own.status, own.approved_value, own.comments) == (
        added.id,
        "APPROVED",
        Decimal("200.5"),
        asked["comments"],
    )


@pytest.mark.parametrize(("dialect", "lists", "form"), MODES)
def test_rejected_and_logged_in_every_mode(connect, sandbox, person, dialect, lists, form):
    client = connect(f"dialect={dialect}; lists={lists}", v11_format=form)
    added, _ = add(client, person, kind="COUPON", points=None, series_id=SERIES)
    rejected = client.send(requests.reject(request_id=added.id, kind="COUPON", comments="No bill."))
    assert (rejected.id, rejected.status) == (added.id, "REJECTED")
    today = datetime.now(UTC).date()
    logged = client.send(
        requests.logs(
            start_date=today - timedelta(days=2),
            end_date=today + timedelta(days=2),
            base_type="COUPONS",
            request_id=int(added.id),
        )
    )
    (row,) = logged.rows
    assert (row.id, row.kind, row.status, row.customer.id) == (added.id, "COUPON", "REJECTED", str(person))
    assert row.added.at <= row.updated.at


@pytest.mark.parametrize("http_errors", ["off", "on"])
@pytest.mark.parametrize("lists", ["sample", "always", "never"])
def test_a_second_decision_is_rejected_and_changes_nothing(connect, person, lists, http_errors):
    client = connect(f"lists={lists}; http_errors={http_errors}")
    added, _ = add(client, person)
    decisions = (
        requests.approve(request_id=added.id, kind="POINTS", comments="Again."),
        requests.reject(request_id=added.id, kind="POINTS", comments="Again."),
    )
    client.send(requests.approve(request_id=added.id, kind="POINTS"))
    for decision in decisions:
        with pytest.raises(Rejected) as caught:
            client.send(decision)
        assert caught.value.outcome_known
    row = row_of(client, person, added.id)
    assert (row.status, row.approved_value, row.updated_comments) == ("APPROVED", Decimal(250), "")


@pytest.mark.parametrize("http_errors", ["off", "on"])
def test_refusals_are_not_done_and_file_nothing(connect, sandbox, person, http_errors):
    client = connect(f"http_errors={http_errors}")
    merged = next(row for row in sandbox.characters.values() if row["merged_into"])
    before = len(sandbox.goodwill())
    cases = (
        ({"customer_id": 999_999_999}, CustomerNotFound),
        ({"customer_id": merged["id"]}, CustomerMerged),
        ({"kind": "COUPON", "points": None, "series_id": 999}, Rejected),
        ({"kind": "COUPON", "points": None, "series_id": 4107}, Rejected),
        ({"kind": "COUPON", "points": None, "series_id": 4101}, Rejected),
        ({"programme_id": 999}, Rejected),
        ({"customer_id": sandbox.characters["not_loyal"]["id"]}, Rejected),
    )
    for values, kind in cases:
        with pytest.raises(kind) as caught:
            add(client, person, **values)
        assert caught.value.outcome_known, values
        if kind is CustomerMerged:
            assert caught.value.survivor_id is not None
    with pytest.raises(Rejected):
        client.send(requests.approve(request_id=999_999_999, kind="POINTS"))
    with pytest.raises(CustomerNotFound):
        client.send(requests.listing(customer_id=999_999_999))
    assert len(sandbox.goodwill()) == before


def test_a_merged_customer_may_become_its_survivor(connect, sandbox):
    merged = next(row for row in sandbox.characters.values() if row["merged_into"])
    survivor = sandbox.characters["survivor"]["id"]
    client = connect("merged=survivor")
    added, _ = add(client, merged["id"], kind="COUPON", points=None, series_id=SERIES)
    assert added.customer_id == str(survivor)
    assert row_of(client, survivor, added.id).status == "PENDING"


def test_a_reference_used_twice_where_the_outside_minds(connect, sandbox, person):
    client = connect("unique_refs=on")
    _, asked = add(client, person)
    with pytest.raises(Rejected) as caught:
        client.send(requests.add(**asked))
    assert caught.value.outcome_known
    assert len(sandbox.goodwill(reference_id=asked["reference"])) == 1


def test_approving_more_than_was_asked_or_another_kind_is_rejected(connect, person):
    client = connect()
    added, _ = add(client, person)
    for values in ({"kind": "POINTS", "points": Decimal(251)}, {"kind": "COUPON"}):
        with pytest.raises(Rejected):
            client.send(requests.approve(request_id=added.id, **values))
    assert row_of(client, person, added.id).status == "PENDING"


@pytest.mark.parametrize("key", ["nulls", "fraud", "wechat_both"])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_customers_with_holes_in_their_names(connect, sandbox, key, form):
    client = connect(v11_format=form)
    somebody = sandbox.characters[key]["id"]
    added, asked = add(client, somebody, kind="COUPON", points=None, series_id=SERIES)
    row = row_of(client, somebody, added.id)
    assert (row.comments, row.customer.id) == (asked["comments"], "")
    assert "None" not in (row.customer.last_name, row.customer.email, row.customer.external_id)
    assert client.send(requests.reject(request_id=added.id, kind="COUPON")).status == "REJECTED"


@pytest.mark.parametrize("word", ["COUPON", "COUPONS"])
def test_a_goodwill_coupon_reaches_the_customer_in_either_spelling(connect, person, word):
    client = connect()
    before = {coupon.id for coupon in client.send(coupons.detailed(customer_id=person)).coupons}
    added, _ = add(client, person, kind=word, points=None, series_id=SERIES)
    client.send(requests.approve(request_id=added.id, kind=word))
    listed = client.send(coupons.detailed(customer_id=person)).coupons
    (fresh,) = [coupon for coupon in listed if coupon.id not in before]
    assert fresh.series_id == str(SERIES)


def test_requests_of_tills_are_listed_with_whom_and_by_whom(connect, sandbox, person):
    ids = sandbox.make_requests(count=3, tills=["till.saket.01"], customers=[person], base_type="POINTS")
    first, last = int(min(map(int, ids))), int(max(map(int, ids)))
    page = connect().send(requests.listing(status="PENDING", start_id=first, end_id=last))
    assert [int(row.id) for row in page.rows] == list(range(first, last + 1))
    for row in page.rows:
        assert row.added_by.code == "till.saket.01"
        assert row.customer.mobile == sandbox.identifier(WHO, "mobile")


def test_what_somebody_else_decided_is_seen(connect, sandbox, person):
    client = connect()
    added, _ = add(client, person)
    sandbox.decide(added.id, "reject", comments="Decided at the till.")
    with pytest.raises(Rejected):
        client.send(requests.approve(request_id=added.id, kind="POINTS"))
    row = row_of(client, person, added.id)
    assert (row.status, row.updated_comments) == ("REJECTED", "Decided at the till.")


def test_series_by_number_and_one_nobody_knows(connect):
    client = connect()
    every = client.send(coupons.series())
    named = client.send(coupons.series(series_ids=("4103", "999")))
    assert [row.id for row in named] == ["4103"]
    assert {"4103", "4107"} <= {row.id for row in every}
    assert next(row for row in every if row.id == "4107").ended(datetime.now(UTC).date())
    with pytest.raises(Rejected) as caught:
        client.send(coupons.series(series_ids=("999",)))
    assert caught.value.code == "707"


def test_nothing_sent_asks_the_outside_to_decide_by_itself(connect, sandbox, person):
    client = connect()
    added, _ = add(client, person, programme_id=101)
    client.send(requests.approve(request_id=added.id, kind="POINTS"))
    assert "auto_approve" not in repr(sandbox.requests()).lower()


def test_no_identifier_of_the_family_is_kept(connect, sandbox, person, memory):
    client = connect()
    added, _ = add(client, person)
    client.send(requests.approve(request_id=added.id, kind="POINTS"))
    row_of(client, person, added.id)
    ledger_of(client, sandbox)
    kept = repr([(one.path, one.params, one.body) for one in memory.intents])
    kept += repr([one.reply for one in memory.outcomes])
    for row in sandbox.characters[WHO]["identifiers"]:
        assert str(row["value"]) not in kept, row["name"]
    assert "Sanjay" not in kept
    assert "Mehta" not in kept
