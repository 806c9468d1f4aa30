"""Lists and logs of requests, in every shape the reference shows."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from apps.capillary.envelopes import ApiSaidNo
from apps.capillary.readers import ShapeError
from apps.capillary.resources import goodwill, requests
from apps.capillary.types_common import Place
from apps.core.errors import BadInput
from tests.capillary.request_shapes import (
    APPROVED_ROW,
    CHANGE_ROW,
    DROP,
    LISTED,
    LOG_ROW,
    LOGGED,
    MOBILE,
    PENDING_ROW,
    changed,
)
from tests.capillary.shapes import read

PERIOD = {"start_date": date(2026, 11, 1), "end_date": date(2026, 11, 24)}


def test_a_list_grouped_by_kind_with_counts_as_strings():
    page = read(requests.listing(), LISTED)
    assert (page.count, page.page_size) == (3, 30)
    assert [(row.id, row.group, row.kind) for row in page.rows] == [
        ("11", "goodwill", "COUPON"),
        ("13", "change_identifier", "EMAIL"),
        ("14", "change_identifier", "EMAIL"),
    ]
    first = page.rows[0]
    assert (first.status, first.approved_value, first.updated_by, first.last_action_at) == (
        "PENDING",
        None,
        None,
        None,
    )
    assert first.added_by == Place("till.bandra.01", "Bandra till 1")
    assert (first.customer.name, first.customer.mobile, first.customer.fraud_status) == (
        "Asha Verma",
        MOBILE,
        "NONE",
    )
    assert first.customer.id == ""


def test_a_decided_row_with_the_other_form_of_date():
    row = read(requests.listing(), changed(LISTED, requests__goodwill=[APPROVED_ROW])).rows[0]
    assert (row.status, row.approved_value, row.kind) == ("APPROVED", Decimal(450), "POINTS")
    assert row.added_at.isoformat() == "2026-11-20T14:05:09+05:30"
    assert row.last_action_at.astimezone(UTC) == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert row.updated_by == Place("mgr", "Member Care")


@pytest.mark.parametrize("word", ["COUPON", "COUPONS", "coupons"])
def test_a_coupon_in_either_spelling(word):
    row = {**PENDING_ROW, "base_type": word}
    assert read(requests.listing(), changed(LISTED, requests__goodwill=row)).rows[0].kind == "COUPON"


@pytest.mark.parametrize("empty", [DROP, None, "", [], {}, [{}]])
def test_an_absent_group_has_no_rows(empty):
    page = read(
        requests.listing(),
        changed(LISTED, requests__goodwill=empty, requests__change_identifier=empty, requests__count="0"),
    )
    assert (page.rows, page.count) == ((), 0)


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_requests_that_are_absent_altogether(empty):
    assert read(requests.listing(), changed(LISTED, requests=empty)).rows == ()
    assert read(requests.logs(**PERIOD), changed(LOGGED, requests=empty)).rows == ()
    with pytest.raises(ShapeError):
        read(requests.listing(), changed(LISTED, requests=DROP))


def test_requests_inside_a_list_and_a_group_no_sample_shows():
    shape = changed(LISTED, requests=[{**LISTED["response"]["requests"], "transaction_update": [CHANGE_ROW]}])
    assert [row.group for row in read(requests.listing(), shape).rows][-1] == "transaction_update"


def test_empty_elements_of_the_xml_form():
    row = {
        **PENDING_ROW,
        "assoc_id": "",
        "approved_value": "",
        "updated_comments": "",
        "last_action_on": "",
        "updated_by": {"code": "", "name": ""},
    }
    found = read(requests.listing(), changed(LISTED, requests__goodwill=row)).rows[0]
    assert (found.approved_value, found.updated_comments, found.updated_by) == (None, "", None)


def test_one_refusal_for_the_whole_list():
    refused = {"success": "false", "code": "1012", "message": "nobody"}
    status = {"success": "false", "code": "500", "message": "all failed"}
    for overall in (status, {"success": "true", "code": "200"}):
        with pytest.raises(ApiSaidNo) as caught:
            read(
                requests.listing(),
                changed(
                    LISTED, status=overall, requests={"count": "0", "rows": "50", "item_status": refused}
                ),
            )
        assert (caught.value.code, caught.value.entity) == ("1012", "")


def test_every_filter_of_the_list():
    call = requests.listing(
        base_type="COUPONS",
        status="PENDING",
        start_id=5,
        end_id=900,
        offset=50,
        limit=50,
        customer_id=341594,
        **PERIOD,
    )
    assert dict(call.params) == {
        "user_id": "341594",
        "type": "GOODWILL",
        "base_type": "COUPONS",
        "status": "PENDING",
        "start_date": "2026-11-01",
        "end_date": "2026-11-24",
        "start_id": "5",
        "end_id": "900",
        "start_limit": "50",
        "limit": "50",
    }
    assert (call.customer_id, call.about_many, call.write) == ("341594", False, False)
    assert requests.listing(mobile=MOBILE).identifiers == (("mobile", MOBILE),)
    assert requests.listing().about_many
    with pytest.raises(BadInput):
        requests.listing(mobile=MOBILE, customer_id=5)
    with pytest.raises(BadInput):
        requests.listing(request_type="")


def test_logs_with_different_shapes_for_who():
    page = read(requests.logs(**PERIOD), LOGGED)
    (row,) = page.rows
    assert (page.count, row.kind, row.one_step, row.approval_type) == (1, "COUPON", False, "CONFIG_DISABLED")
    assert (row.customer.id, row.customer.external_id, row.old_value) == ("341594", "", MOBILE)
    assert (row.added.till, row.added.store, row.added.user) == (
        Place("till.bandra.01", "Bandra till 1"),
        None,
        None,
    )
    assert (row.updated.user, row.updated.ip) == (Place(name="Ravi Menon"), "203.0.113.7")
    assert row.updated.at > row.added.at
    assert MOBILE not in repr(row.added) + repr(row.updated)


@pytest.mark.parametrize("empty", [DROP, {}, "", None, []])
def test_logs_without_steps(empty):
    logs = {"added_by": empty, "updated_by": empty} if empty is not DROP else {}
    (row,) = read(requests.logs(**PERIOD), changed(LOGGED, requests__goodwill={**LOG_ROW, "logs": logs})).rows
    assert (row.added, row.updated) == (None, None)


def test_every_filter_of_the_logs():
    call = requests.logs(
        **PERIOD,
        base_type="COUPONS",
        request_id=7,
        added_by="a",
        updated_by="b",
        one_step=False,
        approval_type="CONFIG",
        customer_id=5,
        start_id=1,
        end_id=9,
        limit=10,
        status="APPROVED",
    )
    assert dict(call.params) == {
        "customer_id": "5",
        "type": "GOODWILL",
        "base_type": "COUPONS",
        "start_date": "2026-11-01",
        "end_date": "2026-11-24",
        "user_id": "true",
        "status": "APPROVED",
        "request_id": "7",
        "added_by": "a",
        "updated_by": "b",
        "is_one_step_change": "false",
        "approval_type": "CONFIG",
        "start_id": "1",
        "end_id": "9",
        "limit": "10",
    }


def test_the_customers_own_list_carries_what_settling_needs():
    (row,) = read(
        goodwill.requests(customer_id=5),
        {
            "data": {
                "id": 3,
                "requestId": 789849,
                "goodwillType": "COUPONS",
                "goodwillStatus": "APPROVED",
                "approvedValue": "450.50",
                "reason": "DELAY",
                "comments": "Late. LC#7F3K92QD",
            }
        },
    ).rows
    assert (row.request_id, row.status, row.approved_value, row.reason, row.comments, row.kind) == (
        "789849",
        "APPROVED",
        Decimal("450.50"),
        "DELAY",
        "Late. LC#7F3K92QD",
        "COUPON",
    )
