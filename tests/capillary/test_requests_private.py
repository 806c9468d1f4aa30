"""What of the request family, the ledger and the series is kept: nobody's contact data, in no shape."""

import copy
import json
from datetime import date

import pytest

from apps.capillary.errors import Rejected
from apps.capillary.redact import Redactor
from apps.capillary.resources import ledger, requests
from tests.capillary.request_shapes import (
    ADDED,
    APPROVED,
    CHANGE_ROW,
    EMAIL,
    LISTED,
    LOGGED,
    MOBILE,
    REFERENCE,
    REFUSED,
    REJECTED,
    changed,
)
from tests.capillary.test_requests_outcomes import add, approve, reject

PRIVATE = (
    MOBILE,
    MOBILE[2:],
    EMAIL,
    "Asha",
    "Verma",
    "0042319",
    "447700900456",
    "ravi@",
    "203.0.113.7",
    "Menon",
)
DAY = date(2026, 11, 20)
SHAPES = {
    "added": (add, ADDED),
    "approved": (approve, APPROVED),
    "rejected": (reject, REJECTED),
    "listed": (requests.listing, LISTED),
    "logged": (lambda: requests.logs(start_date=DAY, end_date=DAY), LOGGED),
}


def assert_nothing_private(kept):
    told = json.dumps(kept, ensure_ascii=False, default=str)
    for word in PRIVATE:
        assert word not in told, word


@pytest.mark.parametrize(("make_call", "shape"), SHAPES.values(), ids=SHAPES)
def test_nothing_private_reaches_the_recorder(client, outside, memory, make_call, shape):
    outside.says(shape)
    client.send(make_call())
    assert_nothing_private([(one.path, one.params, one.body) for one in memory.intents])
    assert_nothing_private([(one.path, one.reply, one.error) for one in memory.outcomes])


@pytest.mark.parametrize(
    "shape", [ADDED, REJECTED, LISTED, LOGGED], ids=["added", "rejected", "listed", "logs"]
)
def test_an_old_value_is_masked_without_anything_beside_it(shape):
    """No customer block that would teach the value: the key alone must do."""
    kept = Redactor().tree(_without_customers(shape))
    assert_nothing_private(kept)
    assert "•" in json.dumps(kept, ensure_ascii=False)


def _without_customers(value):
    if isinstance(value, dict):
        return {key: _without_customers(inner) for key, inner in value.items() if key != "customer"}
    return [_without_customers(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "old", [MOBILE, int(MOBILE), f"+{MOBILE}", EMAIL, "CRM-0042319", [MOBILE], {"value": MOBILE}]
)
@pytest.mark.parametrize("key", ["old_value", "new_value", "oldValue", "NewValue"])
def test_values_of_any_form_are_masked(old, key):
    assert_nothing_private(Redactor().tree({"base_type": "POINTS", key: old}))


@pytest.mark.parametrize(
    "info",
    [
        {"target_customer": {"mobile": MOBILE, "external_id": "CRM-0042319", "email": EMAIL, "id": "5"}},
        json.dumps({"target_customer": {"mobile": MOBILE, "name": "Asha Verma"}}),
        f"moved from {MOBILE} of Asha Verma",
        ["Asha Verma", {"note": "Asha Verma"}],
    ],
)
def test_misc_info_is_masked_whatever_it_holds(info):
    assert_nothing_private(Redactor().tree(changed(ADDED, requests={"request": [{"misc_info": info}]})))


def test_free_text_loses_numbers_and_addresses_and_keeps_our_tag():
    call = requests.reject(
        request_id=7, kind="POINTS", comments=f"LC#7F3K92QD call {MOBILE} or {EMAIL} on 2026-11-20"
    )
    kept = Redactor().tree(call.body)
    assert_nothing_private(kept)
    comments = kept["root"]["request"][0]["updated_comments"]
    assert comments.startswith("LC#7F3K92QD call ")
    assert comments.endswith("2026-11-20")


def test_what_the_trail_needs_stays_readable(client, outside, memory):
    outside.says(ADDED)
    client.send(add())
    (sent,) = memory.intents[-1].body["root"]["request"]
    assert sent["reference_id"] == REFERENCE
    assert (sent["points"], sent["customer"], sent["base_type"], sent["reason"]) == (
        "250",
        {"id": "341594"},
        "POINTS",
        "DELAY",
    )
    (kept,) = memory.outcomes[-1].reply["response"]["requests"]["request"]
    assert (kept["id"], kept["status"], kept["item_status"]["code"]) == ("789849", "PENDING", 9100)
    assert memory.outcomes[-1].codes == ("200", "9100")
    assert (memory.intents[-1].customer_id, memory.outcomes[-1].customer_id) == ("341594", "341594")


@pytest.mark.parametrize("reference", [REFERENCE, "01234567890123456789012345", "7ZZZZZZZZZ9999999999999999"])
def test_a_reference_with_many_digits_stays_whole(reference):
    assert Redactor().tree({"reference_id": reference}) == {"reference_id": reference}
    assert Redactor().tree({"comments": "0123456789"})["comments"] != "0123456789"


def test_a_list_of_many_people_enters_the_history_of_none(client, outside, memory):
    outside.says(LISTED)
    client.send(requests.listing(status="PENDING"))
    assert memory.outcomes[-1].identifiers == ()
    client.send(requests.listing(mobile=MOBILE))
    assert ("mobile", MOBILE) in memory.outcomes[-1].identifiers
    client.send(requests.listing(customer_id=5))
    assert ("mobile", MOBILE) in memory.outcomes[-1].identifiers
    assert memory.outcomes[-1].customer_id == "5"


def test_more_people_than_are_ever_learned_are_masked_all_the_same():
    rows = []
    for index in range(50):
        row = copy.deepcopy(CHANGE_ROW)
        row.update(id=str(index), old_value=f"4477009{index:05d}", new_value=f"p{index}@example.com")
        row["customer"] = {
            "firstname": "Asha",
            "mobile": f"4477008{index:05d}",
            "external_id": f"CRM-99{index:05d}",
        }
        rows.append(row)
    kept = json.dumps(Redactor().tree(changed(LISTED, requests__change_identifier=rows)), ensure_ascii=False)
    assert_nothing_private(kept)
    for index in range(50):
        assert f"4477009{index:05d}"[2:] not in kept
        assert f"4477008{index:05d}"[2:] not in kept
        assert f"p{index}@" not in kept


def test_a_refusal_told_to_people_holds_no_number(client, outside):
    said = {"success": "false", "code": "9777", "message": f"Request of {MOBILE} ({EMAIL}) was decided"}
    outside.says(changed(REFUSED, requests__request__item_status=said))
    with pytest.raises(Rejected) as caught:
        client.send(approve())
    assert_nothing_private([caught.value.message, caught.value.next_step])


def test_the_identifier_of_a_ledger_is_masked(client, outside, memory):
    outside.says(
        {
            "customerDetails": {"userId": 341594, "externalId": "CRM-0042319", "entityType": "CUSTOMER"},
            "ledgerDetails": {"pageNumber": 0},
            "ledgerEntries": [{"eventLogId": 5, "store": "Bandra"}],
        }
    )
    client.send(ledger.information(identifier_name="mobile", identifier_value=MOBILE, customer_id=341594))
    assert_nothing_private([memory.intents[-1].params, memory.intents[-1].path, memory.outcomes[-1].reply])
    assert memory.intents[-1].identifiers == (("mobile", MOBILE),)
    assert memory.outcomes[-1].customer_id == "341594"
