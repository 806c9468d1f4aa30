"""Faults between us and the look-alike: not known, never two requests, never two credits; and the proof."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from apps.capillary.errors import OutcomeUnknown
from apps.capillary.resources import ledger, requests
from tests.capillary.goodwill_acts import WHO, add, asking, credits_of, row_of, whole_list_pages
from tests.capillary.test_contract import connect

__all__ = ["connect"]


@pytest.fixture
def person(sandbox):
    """An ordinary customer, by internal id."""
    return sandbox.characters[WHO]["id"]


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_dropped_request_is_not_known_and_never_two(connect, sandbox, person, fault):
    client = connect()
    asked = asking(person)
    sandbox.add_fault(kind=fault, path="/v1.1/request/add", method="POST", count=1)
    with pytest.raises(OutcomeUnknown):
        client.send(requests.add(**asked))
    assert len(sandbox.requests(path="/v1.1/request/add", method="POST")) == 1
    filed = [row for row in whole_list_pages(client, person) if row.comments == asked["comments"]]
    assert len(filed) == (1 if fault == "drop_after" else 0)
    assert len(sandbox.goodwill(reference_id=asked["reference"])) == len(filed)


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_dropped_approval_is_not_known_and_credits_at_most_once(connect, sandbox, person, fault):
    client = connect()
    added, _ = add(client, person, points=Decimal("77"))
    sandbox.add_fault(kind=fault, path="/v1.1/request/approve", method="POST", count=1)
    with pytest.raises(OutcomeUnknown):
        client.send(requests.approve(request_id=added.id, kind="POINTS", points=Decimal("77")))
    assert len(sandbox.requests(path="/v1.1/request/approve", method="POST")) == 1
    found = row_of(client, person, added.id).status
    assert found == ("APPROVED" if fault == "drop_after" else "PENDING")
    assert credits_of(client, sandbox, person, Decimal(77)) == (1 if fault == "drop_after" else 0)


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 500}, {"kind": "status", "status": 503}, {"kind": "nonsense"}]
)
@pytest.mark.parametrize("path", ["add", "approve", "reject"])
def test_failures_of_the_other_side_are_not_known(connect, sandbox, person, fault, path):
    client = connect()
    added, _ = add(client, person)
    sandbox.add_fault(path=f"/v1.1/request/{path}", method="POST", count=1, **fault)
    call = {
        "add": requests.add(**asking(person)),
        "approve": requests.approve(request_id=added.id, kind="POINTS"),
        "reject": requests.reject(request_id=added.id, kind="POINTS"),
    }[path]
    with pytest.raises(OutcomeUnknown):
        client.send(call)


def test_a_timeout_is_not_known(connect, sandbox, person):
    client = connect(read_timeout_seconds=0.4, deadline_seconds=0.8)
    sandbox.add_fault(kind="latency", latency_ms=900, path="/v1.1/request/add", method="POST", count=1)
    with pytest.raises(OutcomeUnknown):
        client.send(requests.add(**asking(person)))


@pytest.mark.parametrize(("silent", "credited"), [("", 1), ("goodwill=approved_not_credited", 0)])
def test_an_approval_is_proved_by_the_ledger_or_not(connect, sandbox, person, silent, credited):
    client = connect(silent)
    amount = Decimal("31.5") if silent else Decimal("32.5")
    before = client.send(
        ledger.balance(identifier_name="mobile", identifier_value=sandbox.identifier(WHO, "mobile"))
    )
    added, _ = add(client, person, points=amount)
    client.send(requests.approve(request_id=added.id, kind="POINTS"))
    assert row_of(client, person, added.id).status == "APPROVED"
    assert credits_of(client, sandbox, person, amount) == credited
    after = client.send(
        ledger.balance(
            identifier_name="mobile",
            identifier_value=sandbox.identifier(WHO, "mobile"),
            end_date=datetime.now(UTC) + timedelta(seconds=2),
        )
    )
    assert after.points() - before.points() == amount * credited
