"""A code, a redemption, a reversal end in done, not done or not known: never in a guess, never sent twice."""

import json
import time

import pytest
from hypothesis import given, settings

from apps.capillary.conclude import conclude
from apps.capillary.errors import (
    NotSent,
    OutcomeUnknown,
    Rejected,
    Unauthorized,
    Unreachable,
)
from apps.capillary.exchange import Reply
from tests.capillary.points_shapes import (
    CODE,
    FAILED,
    NOTHING,
    REDEEMABLE,
    REDEEMED,
    REDEEMED_ITEM,
    REVERSED,
    SENT,
    SENT_ITEM,
    check,
    item_says,
    redeem,
    reverse,
    send_code,
)
from tests.capillary.request_shapes import DROP, changed
from tests.capillary.test_any_json import junk
from tests.capillary.test_requests_outcomes import TROUBLES

WRITES = {"code": (send_code, SENT), "redeem": (redeem, REDEEMED), "reverse": (reverse, REVERSED)}
every_write = pytest.mark.parametrize(("make_call", "good"), WRITES.values(), ids=WRITES)


@every_write
def test_a_good_answer_is_done_and_sent_once(client, outside, memory, make_call, good):
    outside.says(good)
    client.send(make_call())
    assert len(outside.seen) == 1
    assert memory.outcomes[-1].outcome == "done"
    assert memory.intents[-1].write


@every_write
@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_every_trouble_leaves_it_not_known_and_sent_once(client, outside, memory, make_call, good, trouble):
    outside.says(trouble, good)
    with pytest.raises(OutcomeUnknown) as caught:
        client.send(make_call())
    assert not caught.value.outcome_known
    assert len(outside.seen) == 1
    assert memory.outcomes[-1].outcome == "unknown"


@every_write
def test_no_answer_in_time_is_not_known_and_sent_once(make, outside, make_call, good):
    outside.says(lambda handler: time.sleep(0.5))
    with pytest.raises(OutcomeUnknown):
        make(read_timeout_seconds=0.2, deadline_seconds=0.4).send(make_call())
    assert len(outside.seen) == 1


@every_write
def test_a_reply_cut_short_or_under_a_bad_status_is_not_known(client, outside, make_call, good):
    whole = json.dumps(good).encode()
    outside.says(
        lambda handler: handler.send(whole[: len(whole) // 2]), lambda handler: handler.json(good, status=502)
    )
    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            client.send(make_call())


@every_write
def test_what_never_left_is_not_done(make, outside, make_call, good):
    client = make(base_url="http://127.0.0.1:1", auth="basic", username="u", password="p")
    with pytest.raises(NotSent) as caught:
        client.send(make_call())
    assert caught.value.outcome_known


@every_write
def test_a_refused_token_is_not_done(client, outside, make_call, good):
    outside.says(lambda handler: handler.json({}, status=401))
    with pytest.raises(Unauthorized) as caught:
        client.send(make_call())
    assert caught.value.outcome_known


@pytest.mark.parametrize(
    "nonsense",
    [
        changed(REDEEMED, responses__points__redemption_id="", responses__points__side_effects=[]),
        changed(REDEEMED, responses__points__redemption_id=-1, responses__points__side_effects={}),
        changed(REDEEMED, responses__points__points_redeemed="0"),
        changed(REDEEMED, responses__points=[REDEEMED_ITEM, REDEEMED_ITEM]),
        changed(REDEEMED, responses__points=[]),
        changed(REDEEMED, responses=DROP),
        changed(REDEEMED, status=DROP),
        changed(REDEEMED, status=FAILED),
        changed(REDEEMED, status={"success": "true", "code": "400"}),
        changed(REDEEMED, responses__points__item_status=item_says("819", "message not sent")),
        changed(REDEEMED, responses__points__item_status=item_says("808", success="true")),
        changed(REDEEMED, responses__points={**NOTHING, "item_status": item_says("", success="true")}),
        {"response": "done"},
        {},
    ],
)
def test_a_redemption_that_is_not_clearly_one_is_not_known(client, outside, memory, nonsense):
    outside.says(nonsense)
    with pytest.raises(OutcomeUnknown):
        client.send(redeem())
    assert (len(outside.seen), memory.outcomes[-1].outcome) == (1, "unknown")


@pytest.mark.parametrize(
    "nonsense",
    [
        changed(SENT, validation_code__code__item_status=DROP),
        changed(SENT, validation_code__code__item_status={"success": "None", "code": "200"}),
        changed(SENT, validation_code__code=[SENT_ITEM, SENT_ITEM]),
        changed(SENT, validation_code=CODE),
        changed(SENT, validation_code=DROP),
        changed(SENT, status=DROP),
    ],
)
def test_a_code_that_may_have_gone_out_is_not_known(client, outside, nonsense):
    outside.says(nonsense)
    with pytest.raises(OutcomeUnknown):
        client.send(send_code())
    assert len(outside.seen) == 1


@pytest.mark.parametrize(
    "nonsense",
    [
        {**REVERSED, "reversalId": ""},
        {**REVERSED, "reversalId": "0"},
        {**REVERSED, "pointsReversed": 0},
        {**REVERSED, "warnings": [{"code": 903, "message": "not redeemed"}]},
        {**REVERSED, "errors": [{"code": 902, "message": "unknown"}]},
        {"warnings": []},
        {"warnings": [{"code": 900, "message": "events pending"}]},
        {"errors": [{"code": 500, "message": "stumbled"}]},
    ],
)
def test_a_reversal_that_is_not_clearly_one_is_not_known(client, outside, nonsense):
    outside.says(nonsense)
    with pytest.raises(OutcomeUnknown):
        client.send(reverse())
    assert len(outside.seen) == 1


def test_the_check_is_a_read_and_may_be_asked_again(client, outside, memory):
    outside.says(lambda handler: handler.json({}, status=503), REDEEMABLE)
    assert client.send(check()).redeemable
    assert len(outside.seen) == 2
    assert not memory.intents[-1].write
    outside.says(lambda handler: handler.json({}, status=404))
    with pytest.raises(Rejected):
        client.send(check())
    outside.says(changed(REDEEMABLE, status=FAILED))
    with pytest.raises(Unreachable):
        client.send(check())


@settings(max_examples=150, deadline=None)
@given(junk)
def test_no_json_redeems_or_reverses_without_an_id(body):
    spent = conclude(redeem(), Reply(200, {}, b""), body)
    assert spent.error is not None or spent.value.redemption_id
    back = conclude(reverse(), Reply(200, {}, b""), body)
    assert back.error is not None or back.value.reversal_id
    for found in (spent, back, conclude(send_code(), Reply(200, {}, b""), body)):
        if found.outcome == "not_done":
            assert "success" in repr(body) or "code" in repr(body)
