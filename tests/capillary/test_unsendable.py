"""Requests no wire can carry: said to be not sent, because not a byte has left."""

import pytest

from apps.capillary.config import Till
from apps.capillary.errors import NotSent
from apps.capillary.resources import loyalty
from tests.capillary.sending import note

BAD = ["till\n01", "till\r\nX-Evil: 1", "till.मुंबई.01", "тест", " till.01", "till.01 ", "tïll.01", "x" * 101]


@pytest.mark.parametrize("code", BAD)
def test_a_till_takes_no_code_a_header_cannot_carry(code):
    with pytest.raises(ValueError, match="code"):
        Till(code)


@pytest.mark.parametrize("code", ["", "till.bandra.01", "EXT-MUM-01", "Store 12/3"])
def test_a_till_takes_what_stores_use(code):
    assert Till(code).code == code


@pytest.mark.parametrize("value", ["till\n01", "till.मुंबई.01"])
@pytest.mark.parametrize("make_call", [note, lambda: loyalty.details(customer_id=1)], ids=["write", "read"])
def test_what_cannot_be_written_on_the_wire_was_not_sent(make, outside, memory, make_call, value):
    outside.says({"data": []})
    client = make(auth="basic", username="u", password="p", extra_headers={"X-Till": value})
    with pytest.raises(NotSent) as caught:
        client.send(make_call())
    assert caught.value.outcome_known
    assert caught.value.permanent
    assert outside.seen == []
    assert [one.outcome for one in memory.outcomes] == ["not_done"]
    assert client.circuit.health().calls == 0


def test_the_connection_is_whole_after_it(make, outside):
    outside.says({"data": []})
    client = make(auth="basic", username="u", password="p", extra_headers={"X-Till": "मुंबई"})
    with pytest.raises(NotSent):
        client.send(note())
    client.config.extra_headers.clear()
    assert client.send(loyalty.details(customer_id=1)) == ()
