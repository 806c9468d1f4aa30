"""Asking and deciding end in done, not done or not known: never in a guess, never sent twice."""

import copy
import json
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings

from apps.capillary.conclude import conclude
from apps.capillary.envelopes import codes_in
from apps.capillary.errors import (
    CustomerMerged,
    CustomerNotFound,
    OutcomeUnknown,
    Rejected,
    Unauthorized,
)
from apps.capillary.exchange import Reply
from apps.capillary.resources import requests
from tests.capillary.conftest import zipped
from tests.capillary.request_shapes import (
    ADDED,
    ADDED_ITEM,
    APPROVED,
    APPROVED_ITEM,
    DROP,
    MOBILE,
    NUMBERS,
    REFERENCE,
    REFUSED,
    REFUSED_ITEM,
    REJECTED,
    STRINGS,
    changed,
)
from tests.capillary.test_any_json import junk

FAILED = {"success": "false", "code": "500", "message": "all failed"}


def add():
    return requests.add(
        customer_id=341594,
        kind="POINTS",
        points=Decimal(250),
        reference=REFERENCE,
        reason="DELAY",
        comments="Late.",
    )


def approve():
    return requests.approve(request_id="789849", kind="POINTS", points=Decimal(200), customer_id=341594)


def reject():
    return requests.reject(request_id="789849", kind="POINTS", comments="No bill.")


WRITES = {"add": (add, ADDED), "approve": (approve, APPROVED), "reject": (reject, REJECTED)}
every_write = pytest.mark.parametrize(("make_call", "good"), WRITES.values(), ids=WRITES)


@every_write
def test_a_good_answer_is_done_and_sent_once(client, outside, memory, make_call, good):
    outside.says(good)
    found = client.send(make_call())
    assert found.status == {"add": "PENDING", "approve": "APPROVED", "reject": "REJECTED"}[make_call.__name__]
    assert len(outside.seen) == 1
    assert memory.outcomes[-1].outcome == "done"
    assert memory.intents[-1].write


@pytest.mark.parametrize(
    "good",
    [
        APPROVED,
        changed(APPROVED, requests__goodwill=[APPROVED_ITEM]),
        changed(APPROVED, status=STRINGS),
        changed(APPROVED, status=NUMBERS, requests__goodwill__item_status={"success": True, "code": 9000}),
        changed(APPROVED, requests=[{"goodwill": {**APPROVED_ITEM, "status": "approved"}}]),
        APPROVED["response"],
        {"root": APPROVED},
    ],
)
def test_an_approval_in_every_shape(client, outside, good):
    outside.says(good)
    found = client.send(approve())
    assert (found.id, found.status, found.base_type) == ("", "APPROVED", "POINTS")
    assert (found.reason, found.updated_comments) == ("DELAY", "Agreed.")
    assert found.decided_at.isoformat() == "2026-11-20T15:00:00+05:30"


def test_an_approval_in_xml_with_its_empty_reply(client, outside):
    body = (
        b"<response><requests><goodwill><type>COUPONS</type><status>APPROVED</status><reply/></goodwill>"
        b"</requests></response>"
    )
    outside.says(lambda handler: handler.send(body, kind="application/xml"))
    assert client.send(approve()).base_type == "COUPONS"


@pytest.mark.parametrize(
    "nonsense",
    [
        changed(APPROVED, requests__goodwill__status="PENDING"),
        changed(APPROVED, requests__goodwill__status="REJECTED"),
        changed(APPROVED, requests__goodwill__status=DROP),
        changed(APPROVED, requests__goodwill=[]),
        changed(APPROVED, requests__goodwill=[APPROVED_ITEM, {**APPROVED_ITEM, "status": "PENDING"}]),
        changed(APPROVED, requests__goodwill=[APPROVED_ITEM, APPROVED_ITEM]),
        changed(APPROVED, requests={}),
        changed(APPROVED, requests=DROP),
        changed(APPROVED, requests=DROP, status=STRINGS),
        changed(APPROVED, requests__request=REFUSED_ITEM),
        changed(APPROVED, status=FAILED),
        changed(APPROVED, status={"success": "true", "code": "400"}),
        changed(APPROVED, requests__goodwill__item_status={"success": "false", "code": "9777"}),
        {"response": {"requests": "APPROVED"}},
        {"response": "APPROVED"},
        {"goodwill": APPROVED_ITEM},
        {},
    ],
)
def test_an_approval_that_is_not_clearly_one_is_not_known(client, outside, memory, nonsense):
    outside.says(nonsense)
    with pytest.raises(OutcomeUnknown) as caught:
        client.send(approve())
    assert not caught.value.outcome_known
    assert len(outside.seen) == 1
    assert memory.outcomes[-1].outcome == "unknown"


@pytest.mark.parametrize(
    "no",
    [
        REFUSED,
        changed(REFUSED, requests__request=[REFUSED_ITEM]),
        changed(REFUSED, status=DROP),
        changed(REFUSED, status=STRINGS),
        changed(REFUSED, status={"success": True, "code": 201}),
        changed(REFUSED, requests={"goodwill": REFUSED_ITEM}),
        changed(
            REFUSED,
            status=STRINGS,
            requests__request__item_status={"success": True, "code": 712, "message": "flags say yes"},
        ),
        {"response": {"status": {"success": "false", "code": "400", "message": "bad"}}},
        {"response": {"status": {"success": False, "code": 406, "message": "not supported"}}},
    ],
)
def test_an_approval_refused_in_so_many_words_is_not_done(client, outside, memory, no):
    outside.says(no)
    with pytest.raises(Rejected) as caught:
        client.send(approve())
    assert caught.value.outcome_known
    assert caught.value.code in {"9777", "712", "400", "406"}
    assert memory.outcomes[-1].outcome == "not_done"
    assert len(outside.seen) == 1


@pytest.mark.parametrize("make_call", [add, reject])
@pytest.mark.parametrize("status", [STRINGS, NUMBERS, FAILED, {"success": True, "code": 201}])
def test_a_200_with_a_failed_item_is_rejected(client, outside, make_call, status):
    outside.says(changed(REFUSED, status=status))
    with pytest.raises(Rejected) as caught:
        client.send(make_call())
    assert caught.value.code == "9777"
    assert "Decided already" in caught.value.next_step
    assert caught.value.request_id == "REQ5670"


@pytest.mark.parametrize(
    ("code", "kind", "field"),
    [
        ("1012", CustomerNotFound, "identifier"),
        ("707", Rejected, "series"),
        ("712", Rejected, "series"),
        ("801", Rejected, "points"),
        ("1013", Rejected, ""),
        ("1101", Rejected, "program"),
    ],
)
def test_refusals_have_words_and_a_field(client, outside, code, kind, field):
    item = {"item_status": {"success": False, "code": int(code), "message": "no"}}
    outside.says(changed(REFUSED, requests={"request": [item]}))
    with pytest.raises(kind) as caught:
        client.send(add())
    assert (caught.value.code, caught.value.field) == (code, field)
    assert code not in caught.value.message


def test_a_merged_customer_names_the_survivor(client, outside):
    no = {"success": "false", "code": "8069", "message": "Customer 341594 is merged, survivor is 500222"}
    outside.says(changed(REFUSED, requests__request__item_status=no))
    with pytest.raises(CustomerMerged) as caught:
        client.send(add())
    assert caught.value.survivor_id == 500222


TROUBLES = {
    "500": lambda handler: handler.json({}, status=500),
    "503 with a page": lambda handler: handler.send(b"<html>gone", status=503, kind="text/html"),
    "nonsense": lambda handler: handler.send(b"%%%", kind="application/json"),
    "nothing": lambda handler: handler.send(b""),
    "a status alone": lambda handler: handler.json({"response": {"status": STRINGS}}),
    "stumbled": lambda handler: handler.json({"response": {"status": {"success": "false", "code": "407"}}}),
    "all failed without a word": lambda handler: handler.json({"response": {"status": FAILED}}),
    "item stumbled": lambda handler: handler.json(
        changed(REFUSED, requests__request__item_status={"success": "false", "code": "500"})
    ),
    "dropped": lambda handler: handler.cut(),
    "not gzip": lambda handler: handler.send(b"not gzip", Content_Encoding="gzip"),
}


@every_write
@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_every_trouble_leaves_it_not_known_and_sent_once(client, outside, memory, make_call, good, trouble):
    outside.says(trouble, good)
    with pytest.raises(OutcomeUnknown):
        client.send(make_call())
    assert len(outside.seen) == 1
    assert memory.outcomes[-1].outcome == "unknown"


@every_write
def test_a_good_answer_under_a_bad_http_status_is_not_known(client, outside, make_call, good):
    outside.says(lambda handler: handler.json(good, status=500))
    with pytest.raises(OutcomeUnknown):
        client.send(make_call())


@every_write
def test_no_answer_in_time_is_not_known(make, outside, make_call, good):
    outside.says(lambda handler: time.sleep(0.6))
    with pytest.raises(OutcomeUnknown):
        make(read_timeout_seconds=0.2, deadline_seconds=0.5).send(make_call())
    assert len(outside.seen) == 1


@every_write
def test_a_reply_cut_short_is_not_known(client, outside, make_call, good):
    whole = json.dumps(good).encode()
    outside.says(lambda handler: handler.send(whole[: len(whole) // 2]))
    with pytest.raises(OutcomeUnknown):
        client.send(make_call())


@every_write
def test_a_zipped_answer_is_read(client, outside, make_call, good):
    outside.says(zipped(good))
    client.send(make_call())


@every_write
def test_a_refused_token_is_not_done(client, outside, make_call, good):
    outside.says(lambda handler: handler.json({}, status=401))
    with pytest.raises(Unauthorized) as caught:
        client.send(make_call())
    assert caught.value.outcome_known


def test_what_is_sent_is_the_body_as_made(client, outside):
    outside.says(ADDED)
    client.send(add())
    method, path, _, body = outside.seen[-1]
    assert (method, path.partition("?")[0]) == ("POST", "/v1.1/request/add")
    assert json.loads(body) == add().body
    assert b'"points":"250"' in body
    assert MOBILE.encode() not in body


@settings(max_examples=150, deadline=None)
@given(junk)
def test_no_json_approves_without_saying_so(body):
    found = conclude(approve(), Reply(200, {}, b""), body)
    assert found.error is not None
    assert found.outcome in {"unknown", "not_done"}
    if found.outcome == "not_done":
        assert "success" in repr(body) or "code" in repr(body)
    added = conclude(add(), Reply(200, {}, b""), body)
    assert added.error is not None or added.value.id.isdecimal()


def test_codes_of_a_deep_item_and_of_a_rooted_body_reach_the_trail():
    deep = {"response": {"status": STRINGS, "series": {"items": {"item": {"item_status": {"code": "707"}}}}}}
    assert codes_in(deep) == ("200", "707")
    assert codes_in({"root": copy.deepcopy(deep)}) == ("200", "707")
    assert codes_in({"response": {"requests": {"request": [ADDED_ITEM]}}}) == ("9100",)
