"""What of referrals is kept: nobody's name, number or address, in no shape; and what must stay readable does."""

import json

import pytest

from apps.capillary.identifiers import identifiers_in
from apps.capillary.redact import Redactor
from apps.capillary.resources import referrals
from apps.capillary.types_referrals import Invitation
from tests.capillary.referral_shapes import (
    ALL_CODES,
    CAMPAIGN,
    CHECKED,
    EMAIL,
    LEELA,
    MOBILE,
    NO,
    PRIVATE,
    ROHAN,
    SECOND,
    TARA,
    answer,
    changed,
    echo,
    row,
)

PEOPLE = (LEELA, ROHAN, TARA)
V1 = answer(("MOBILE", [row(1, LEELA), row(3, TARA, NO)]), ("EMAIL", [row(2, ROHAN)]))
V2 = echo(("MOBILE", [LEELA, TARA]), ("EMAIL", [ROHAN]))


def invite(dialect="v1.1", people=PEOPLE):
    return referrals.invite(customer_id=341594, invitations=people, dialect=dialect, campaign_token="CWRME")


SHAPES = {
    "invited v1.1": (invite, V1),
    "invited v2": (lambda: invite("v2"), V2),
    "campaign": (lambda: referrals.statistics(mobile="447700900123"), CAMPAIGN),
    "codes": (lambda: referrals.get(customer_id=341594), ALL_CODES),
    "lookup": (
        lambda: referrals.lookup(source="INSTORE", identifier_name="mobile", identifier_value=MOBILE),
        ALL_CODES,
    ),
    "checked": (lambda: referrals.check_code(code="ASHA5K"), CHECKED),
}


def assert_nothing_private(kept, words=(*PRIVATE, "447700900123", "ASHA5K")):
    told = json.dumps(kept, ensure_ascii=False, default=str)
    for word in words:
        assert word not in told, word


@pytest.mark.parametrize(("make_call", "shape"), SHAPES.values(), ids=SHAPES)
def test_nothing_private_reaches_the_recorder(client, outside, memory, make_call, shape):
    outside.says(shape)
    client.send(make_call())
    assert_nothing_private([(one.path, one.params, one.body) for one in memory.intents])
    assert_nothing_private([(one.path, one.reply, one.error) for one in memory.outcomes])


@pytest.mark.parametrize(("make_call", "shape"), SHAPES.values(), ids=SHAPES)
def test_the_keys_alone_are_enough(make_call, shape):
    """Nothing that was learned from elsewhere: what is masked is masked by where it stands."""
    assert_nothing_private(Redactor().tree(shape))
    assert_nothing_private(Redactor().tree(make_call().body or {}))


@pytest.mark.parametrize("hole", [{"identifier": None}, {"identifier": ""}])
def test_a_name_without_an_identifier_beside_it_is_masked(hole):
    body = answer(("MOBILE", [row(1, LEELA, **hole)]))
    rows = body["response"]["customers"]["customer"]["referrals"]["referral_type"][0]["referral"]
    rows.append({"id": "2", "name": "Rohan D'Souza"})
    assert_nothing_private(Redactor().tree(body))
    assert_nothing_private(
        Redactor().tree({"invitees": [{"name": "Leela Nair", "till": {"name": "Bandra"}}]})
    )


@pytest.mark.parametrize(
    "said",
    [
        f"Leela Nair ({MOBILE}) was invited before by Asha",
        "LEELA is a customer already",
        f"{EMAIL} belongs to Rohan D'Souza",
        "Nair, Leela: not eligible",
        "tara",
    ],
)
@pytest.mark.parametrize("dialect", ["v1.1", "v2"])
def test_a_message_about_somebody_loses_name_and_number(client, outside, memory, said, dialect):
    status = {"success": "false", "code": "9777", "message": said}
    if dialect == "v1.1":
        outside.says(answer(("MOBILE", [row(1, LEELA, status), row(2, ROHAN), row(3, TARA)])))
    else:
        outside.says({**V2, "warnings": [{"status": False, "code": 9777, "message": said}]})
    client.send(invite(dialect))
    words = (MOBILE, EMAIL, "Leela", "LEELA", "Nair", "Souza", "Tara", '"tara"', " Rohan")
    assert_nothing_private([one.reply for one in memory.outcomes], words)


def test_names_in_scripts_without_capitals_or_spaces(client, outside, memory):
    wang = Invitation("MOBILE", MOBILE, "王小明")
    meera = Invitation("MOBILE", SECOND, "मीरा नायर")
    said = {"success": "false", "code": "9777", "message": "王小明已被邀请 मीरा को"}
    outside.says(answer(("MOBILE", [row(1, wang, said), row(2, meera)])))
    client.send(invite(people=(wang, meera)))
    assert_nothing_private(
        [(one.body) for one in memory.intents] + [one.reply for one in memory.outcomes],
        ("王小明", "मीरा", "नायर"),
    )


def test_a_name_that_is_a_common_word_spoils_only_words(client, outside, memory):
    will = Invitation("MOBILE", MOBILE, "An")
    outside.says(answer(("MOBILE", [row(1, will)])))
    client.send(invite(people=(will,)))
    status = memory.outcomes[-1].reply["response"]["status"]
    assert status == {"success": "true", "code": "200", "message": "Success"}


def test_what_the_trail_needs_stays_readable(client, outside, memory):
    outside.says(V1)
    client.send(invite())
    mobiles = memory.intents[-1].body["root"]["customer"][0]
    assert (mobiles["id"], mobiles["referrals"]["campaign_token"]) == ("341594", "CWRME")
    group = mobiles["referrals"]["referral_type"]
    assert (group["type"], [one["id"] for one in group["referral"]]) == ("SMS", ["1", "3"])
    assert group["referral"][0]["identifier"] == "•••••• 0301"
    kept = memory.outcomes[-1].reply["response"]["customers"]["customer"]["referrals"]["referral_type"]
    assert kept[0]["referral"][1]["status"] == NO
    assert memory.outcomes[-1].codes == ("200", "1000", "100", "1206")
    assert (memory.intents[-1].customer_id, memory.outcomes[-1].customer_id) == ("341594", "341594")


@pytest.mark.parametrize("dialect", ["v1.1", "v2"])
def test_invited_people_are_hashed_as_what_they_are_before_and_after(client, outside, memory, dialect):
    outside.says(V1 if dialect == "v1.1" else V2)
    client.send(invite(dialect))
    wanted = {("mobile", MOBILE), ("mobile", SECOND), ("email", EMAIL)}
    assert set(memory.intents[-1].identifiers) == wanted
    assert wanted <= set(memory.outcomes[-1].identifiers)
    assert not {kind for kind, value in memory.outcomes[-1].identifiers if value in {MOBILE, SECOND}} - {
        "mobile"
    }


def test_invited_people_of_a_campaign_are_known_by_their_look():
    """Their type stands outside their rows: what is known of them is masked wherever else it stands."""
    assert {("mobile", MOBILE), ("email", EMAIL)} <= set(identifiers_in(CAMPAIGN))


def test_a_lookup_names_the_customer_it_found(client, outside, memory):
    outside.says(ALL_CODES)
    client.send(referrals.lookup(source="INSTORE", identifier_name="mobile", identifier_value="447700900123"))
    assert (memory.outcomes[-1].told_id, memory.outcomes[-1].customer_id) == ("341594", "341594")


def test_a_referrer_is_an_id_and_a_phone_number_in_its_place_is_not():
    assert Redactor().tree(CHECKED)["referrer"] == 341594
    assert MOBILE not in json.dumps(Redactor().tree({"referrer": int(MOBILE)}), ensure_ascii=False)


def test_an_incentive_hides_its_code():
    reward = {"coupon_code": "SAVE20NOW", "description": "Ten friends"}
    kept = json.dumps(Redactor().tree(changed(CAMPAIGN, customer__incentives=[reward])), ensure_ascii=False)
    assert "SAVE20NOW" not in kept


def test_people_do_not_show_in_the_repr_of_a_call_or_an_invitation():
    assert_nothing_private([repr(invite()), repr(PEOPLE)])


def test_hundreds_of_people_are_masked_all_the_same(client, outside, memory):
    people = [Invitation("MOBILE", f"4477009{index:05d}", f"Leela Nr{index:03d}") for index in range(200)]
    outside.says(answer(("MOBILE", [row(number, one) for number, one in enumerate(people, start=1)])))
    assert len(client.send(invite(people=people)).rows) == 200
    kept = json.dumps([memory.intents[-1].body, memory.outcomes[-1].reply], ensure_ascii=False)
    assert "Leela" not in kept
    for one in people:
        assert one.identifier[2:] not in kept


READS = {
    "v2": (lambda: referrals.read(customer_id=341594), ALL_CODES, ()),
    "v1.1": (lambda: referrals.read(customer_id=341594, dialect="v1.1"), CAMPAIGN, ()),
    "lookup": (*SHAPES["lookup"], (("mobile", MOBILE),)),
    "campaign": (*SHAPES["campaign"], (("mobile", "447700900123"),)),
}


@pytest.mark.parametrize(("make_call", "shape", "asked"), READS.values(), ids=READS)
def test_friends_in_an_answer_are_not_kept_as_the_inviters_own(
    client, outside, memory, make_call, shape, asked
):
    outside.says(shape)
    client.send(make_call())
    assert memory.outcomes[-1].identifiers == asked
