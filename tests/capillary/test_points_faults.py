"""Faults between us and the look-alike: not known, asked once, and found again or not."""

from decimal import Decimal

import pytest

from apps.capillary.errors import OutcomeUnknown
from apps.capillary.resources import points
from tests.capillary.points_acts import (
    SPENT,
    asking,
    code_for,
    found_again,
    messages,
    redeem,
)
from tests.capillary.test_contract import connect

__all__ = ["connect"]
SMALL = Decimal(50)


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_code_whose_answer_never_came_is_not_known_and_asked_for_once(connect, sandbox, fault):
    client = connect()
    before = len(messages(sandbox))
    sandbox.add_fault(kind=fault, path="/v1.1/points/validationcode", count=1)
    with pytest.raises(OutcomeUnknown):
        code_for(client, sandbox, "referrer")
    assert len(sandbox.requests(path="/v1.1/points/validationcode")) == 1
    assert len(messages(sandbox)) == before + (1 if fault == "drop_after" else 0)


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_dropped_redemption_is_not_known_and_found_again_or_not(connect, sandbox, fault):
    client = connect()
    asked = asking(sandbox, code=code_for(client, sandbox))
    sandbox.add_fault(kind=fault, path="/v1.1/points/redeem", method="POST", count=1)
    with pytest.raises(OutcomeUnknown):
        client.send(points.redeem(**asked))
    assert len(sandbox.requests(path="/v1.1/points/redeem", method="POST")) == 1
    assert len(found_again(client, sandbox, asked["reference"])) == (1 if fault == "drop_after" else 0)
    if fault == "drop_before":
        client.send(points.redeem(**asked))
    assert len(found_again(client, sandbox, asked["reference"])) == 1


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_dropped_reversal_is_not_known_and_seen_in_the_redemption_or_not(connect, sandbox, fault):
    client = connect()
    done, ours = redeem(client, sandbox)
    sandbox.add_fault(kind=fault, path="/v2/points/reverse", method="POST", count=1)
    with pytest.raises(OutcomeUnknown):
        client.send(points.reverse(redemption_id=done.redemption_id, points=Decimal(20)))
    assert len(sandbox.requests(path="/v2/points/reverse", method="POST")) == 1
    (spent,) = found_again(client, sandbox, ours)
    assert [one.points for one in spent.reversals] == ([Decimal(20)] if fault == "drop_after" else [])


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 500}, {"kind": "status", "status": 503}, {"kind": "nonsense"}]
)
def test_failures_of_the_other_side_are_not_known(connect, sandbox, fault):
    client = connect()
    done, _ours = redeem(client, sandbox)
    for path, call in (
        ("/v1.1/points/redeem", points.redeem(**asking(sandbox, code="123456"))),
        ("/v2/points/reverse", points.reverse(redemption_id=done.redemption_id, points=Decimal(20))),
        ("/v1.1/points/validationcode", points.validation_code(points=SPENT, customer_id=done.customer_id)),
    ):
        sandbox.add_fault(path=path, count=1, **fault)
        with pytest.raises(OutcomeUnknown):
            client.send(call)
