"""A no in so many words: certainly not done, in plain words, beside the field it is about."""

import pytest

from apps.capillary.conclude import conclude
from apps.capillary.errors import (
    CustomerMerged,
    CustomerNotFound,
    Rejected,
)
from apps.capillary.exchange import Reply
from tests.capillary.points_shapes import (
    FAILED,
    NOTHING,
    REDEEMED,
    SENT,
    item_says,
    redeem,
    reverse,
    send_code,
)
from tests.capillary.request_shapes import NUMBERS, STRINGS, changed

V11_WRITES = {
    "code": (send_code, SENT, "validation_code__code"),
    "redeem": (redeem, REDEEMED, "responses__points"),
}
every_v11 = pytest.mark.parametrize(("make_call", "good", "item"), V11_WRITES.values(), ids=V11_WRITES)
DOCUMENTED = (
    *(
        "686",
        "801",
        "802",
        "803",
        "804",
        "805",
        "806",
        "807",
        "808",
        "809",
        "810",
        "811",
        "812",
        "813",
        "814",
    ),
    *(
        "815",
        "816",
        "817",
        "818",
        "819",
        "820",
        "821",
        "822",
        "823",
        "824",
        "825",
        "826",
        "827",
        "859",
        "860",
    ),
    *("881", "886", "887", "888", "889", "894", "895", "898", "899", "3045"),
)


@every_v11
@pytest.mark.parametrize("status", [STRINGS, NUMBERS, FAILED, {"success": True, "code": 201}])
@pytest.mark.parametrize(
    "told", [item_says(808), item_says("808", success=False), item_says("808", success="true")]
)
@pytest.mark.parametrize("wrap", [lambda row: row, lambda row: [row]])
def test_a_200_with_a_failed_item_is_rejected(client, outside, make_call, good, item, status, told, wrap):
    outside.says(changed(good, status=status, **{item: wrap({**NOTHING, "item_status": told})}))
    with pytest.raises(Rejected) as caught:
        client.send(make_call())
    assert (caught.value.code, caught.value.field) == ("808", "code")
    assert caught.value.outcome_known


@pytest.mark.parametrize("code", DOCUMENTED)
def test_every_documented_refusal_of_redeeming_is_a_known_no_in_plain_words(code):
    body = changed(REDEEMED, responses__points={**NOTHING, "item_status": item_says(code)})
    found = conclude(redeem(), Reply(200, {}, b""), body)
    assert found.outcome == "not_done"
    assert found.error.code == code
    assert code not in found.error.message
    assert found.error.next_step


@pytest.mark.parametrize("code", ["901", "902", "903", "904", "905", "3802", "810", "812", "815"])
@pytest.mark.parametrize(
    "body",
    [
        lambda row: {"errors": [row], "warnings": []},
        lambda row: {"warnings": [row]},
        lambda row: {"warnings": [row], "redemptionId": "r0njPT", "pointsReversed": 0, "reversalId": ""},
        lambda row: {"errors": [], "warnings": {"warning": [row]}, "reversalId": None},
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_a_reversal_refused_as_error_or_warning_is_not_done(code, body, status):
    row = {"code": int(code), "message": "no", "status": False}
    found = conclude(reverse(), Reply(status, {}, b""), body(row))
    assert (found.outcome, found.error.code) == ("not_done", code)
    assert code not in found.error.message


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("803", "points"),
        ("807", "points"),
        ("808", "code"),
        ("811", "transaction_number"),
        ("816", "identifier"),
        ("819", "points"),
        ("821", "points"),
        ("686", ""),
        ("822", "mobile"),
        ("823", ""),
        ("860", "code"),
        ("876", "code"),
        ("895", "program"),
        ("826", "program"),
        ("859", "redeemed_at"),
        ("3045", ""),
        ("902", "redemption"),
        ("904", "identifier"),
        ("3802", "redemption"),
    ],
)
def test_a_refusal_knows_the_field_it_belongs_beside(code, field):
    body = changed(REDEEMED, responses__points={**NOTHING, "item_status": item_says(code)})
    assert conclude(redeem(), Reply(200, {}, b""), body).error.field == field


@pytest.mark.parametrize("code", ["860", "876"])
@pytest.mark.parametrize("success", ["true", "false"])
def test_a_code_that_could_not_be_made_did_not_go_out(client, outside, code, success):
    outside.says(changed(SENT, validation_code__code__item_status=item_says(code, success=success)))
    with pytest.raises(Rejected) as caught:
        client.send(send_code())
    assert caught.value.code == code


@every_v11
def test_a_customer_nobody_knows_or_who_was_merged(client, outside, make_call, good, item):
    merged = item_says("8069", "Customer is merged, survivor is 500222")
    outside.says(
        changed(good, **{item: {"item_status": item_says("1012")}}),
        changed(good, **{item: {"item_status": merged}}),
    )
    with pytest.raises(CustomerNotFound):
        client.send(make_call())
    with pytest.raises(CustomerMerged) as caught:
        client.send(make_call())
    assert caught.value.survivor_id == 500222
