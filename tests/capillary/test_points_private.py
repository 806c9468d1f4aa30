"""The one-time code is in the request and nowhere else; identifiers are kept masked, what the trail needs whole."""

import json
import logging
import pickle
from decimal import Decimal

import pytest

from apps.capillary.errors import CapillaryError, OutcomeUnknown, Rejected
from apps.capillary.exchange import Request
from apps.core.errors import BadInput
from tests.capillary.points_shapes import (
    CODE,
    REDEEMABLE,
    REDEEMED,
    REVERSED,
    SENT,
    check,
    item_says,
    redeem,
    reverse,
    send_code,
)
from tests.capillary.request_shapes import MOBILE, REFERENCE, changed

SAID = (
    f"Validation code {CODE} is wrong",
    f"{CODE} does not match what was issued",
    f"no:{CODE}",
    f"expected {CODE}, customer 500222 merged",
)


def everything_kept(memory):
    intents = [(one.path, one.params, one.body, repr(one)) for one in memory.intents]
    outcomes = [
        (one.path, one.reply, one.error, one.codes, one.request_id, repr(one)) for one in memory.outcomes
    ]
    return json.dumps([intents, outcomes], default=str)


def test_the_code_leaves_once_and_is_kept_nowhere(client, outside, memory, caplog):
    caplog.set_level(logging.DEBUG)
    outside.says(REDEEMED)
    found = client.send(redeem())
    assert CODE.encode() in outside.seen[-1][3]
    assert CODE not in outside.seen[-1][1]
    assert CODE not in everything_kept(memory)
    assert CODE not in caplog.text
    assert CODE not in repr(found) + repr(found.raw)


def test_no_repr_tells_the_code_or_whom_a_call_is_about():
    call = redeem()
    request = Request("POST", call.path, {"mobile": MOBILE}, json.dumps(call.body).encode(), {})
    for told in (repr(call), str(call), f"{call!r}", repr(request), repr(send_code()), repr(check())):
        assert CODE not in told
        assert MOBILE not in told


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("code", ["9777", "808", "8069"])
def test_a_refusal_that_repeats_the_code_tells_nobody(client, outside, memory, caplog, said, code):
    caplog.set_level(logging.DEBUG)
    item = {"redemption_id": "", "note": CODE, CODE: "a key", "item_status": item_says(code, said)}
    outside.says(changed(REDEEMED, responses__points=item))
    with pytest.raises(Rejected) as caught:
        client.send(redeem())
    error = caught.value
    told = "".join(map(str, (*error.args, *vars(error).values(), repr(error), str(error))))
    assert CODE not in told + caplog.text + everything_kept(memory)
    assert getattr(error, "survivor_id", None) in (None, 500222)


@pytest.mark.parametrize(
    "trouble",
    [
        lambda handler: handler.send(f"<html>{CODE}".encode(), status=500, kind="text/html"),
        lambda handler: handler.send(f"code={CODE}".encode(), kind="text/plain"),
        lambda handler: handler.json({"response": {"echo": {"validation_code": CODE, "text": CODE}}}),
        lambda handler: handler.cut(),
    ],
)
def test_a_trouble_that_repeats_the_code_tells_nobody(client, outside, memory, caplog, trouble):
    caplog.set_level(logging.DEBUG)
    outside.says(trouble)
    with pytest.raises(OutcomeUnknown) as caught:
        client.send(redeem())
    told = "".join(map(str, vars(caught.value).values())) + repr(caught.value)
    assert CODE not in told + caplog.text + everything_kept(memory)


def test_a_code_of_letters_or_in_another_case_is_found_as_well(client, outside, memory):
    outside.says(changed(REDEEMED, responses__points={"item_status": item_says("9777", "xk7qpm is not it")}))
    with pytest.raises(Rejected) as caught:
        client.send(redeem(code="XK7QPM"))
    assert "xk7qpm" not in (caught.value.next_step + everything_kept(memory)).lower()


@pytest.mark.parametrize("code", ["12", "1\n234", "5" * 41])
def test_a_refused_input_does_not_repeat_the_code(code):
    with pytest.raises(BadInput) as caught:
        redeem(code=code)
    assert code not in repr(caught.value) + caught.value.message + caught.value.next_step


def test_what_the_trail_needs_stays_readable(client, outside, memory):
    outside.says(REDEEMED, REVERSED, SENT, REDEEMABLE)
    client.send(redeem(notes="At the counter."))
    (sent,) = memory.intents[-1].body["root"]["redeem"]
    assert (sent["external_reference_number"], sent["points_redeemed"], sent["notes"]) == (
        REFERENCE,
        100,
        "At the counter.",
    )
    kept = memory.outcomes[-1].reply["response"]["responses"]["points"]
    (effect,) = kept["side_effects"]["effect"]
    assert (kept["redemption_id"], kept["points_redeemed"], kept["balance"]) == ("r0njPT", "100", 900)
    assert (effect["id"], effect["points_redemption_summary_id"]) == (1425658, "1425658")
    assert memory.outcomes[-1].codes == ("200", "800")
    client.send(reverse(identifier_type="mobile", identifier_value=MOBILE))
    sent, kept = memory.intents[-1].body, memory.outcomes[-1].reply
    assert (sent["redemptionId"], sent["pointsToBeReversed"]) == ("r0njPT", 20)
    assert (kept["reversalId"], Decimal(kept["pointsReversed"])) == ("5wyOZM", Decimal(20))
    client.send(send_code())
    client.send(check())
    assert memory.outcomes[-1].codes == ("200", "800")
    shown = json.dumps([(one.path, one.reply) for one in memory.outcomes], default=str)
    shown += json.dumps([(one.path, one.params, one.body) for one in memory.intents], default=str)
    for word in (MOBILE, MOBILE[2:], "asha.verma@"):
        assert word not in shown


def test_identifiers_are_handed_over_for_hashing_only(client, outside, memory):
    outside.says(SENT)
    client.send(send_code())
    assert memory.intents[-1].identifiers == (("mobile", MOBILE),)
    shown = json.dumps([memory.intents[-1].params, memory.outcomes[-1].reply], default=str)
    assert MOBILE not in shown
    assert MOBILE[2:] not in shown


def test_an_error_can_be_kept_without_the_call(client, outside):
    outside.says(lambda handler: handler.cut())
    with pytest.raises(CapillaryError) as caught:
        client.send(redeem())
    assert CODE.encode() not in pickle.dumps(str(vars(caught.value)))
