"""points/validationcode: a GET that sends a message, the same code while it holds; tries, sends and channels."""

import re

import pytest
import requests
import xmltodict

from tests.support.points import CODE, ask_code, code_of, fresh_code, redeem, redeemed
from tests.support.sandbox import Sandbox

LAYLA, MOBILE, EMAIL = 500000011, "915550000011", "layla.haddad@example.com"


def messages(sandbox: Sandbox, to: str) -> list[dict[str, str]]:
    reply = requests.get(f"{sandbox.url}/_control/messages.json", params={"to": to}, timeout=5)
    return list(reply.json()["messages"])


@pytest.fixture(autouse=True)
def no_code_left(sandbox: Sandbox) -> None:
    """Every test starts with a customer whose last code, if any, is spent."""
    sandbox.credit(LAYLA, 100)
    redeemed(sandbox, MOBILE, 20, validation_code=fresh_code(sandbox, MOBILE))


def test_answer_is_as_documented_and_keeps_the_code_to_itself(sandbox: Sandbox) -> None:
    reply = sandbox.get(CODE, mobile=MOBILE, points=50)
    assert reply.json()["response"] == {
        "status": {"success": "true", "code": "200", "message": "SUCCESS"},
        "validation_code": {
            "code": {
                "user_id": str(LAYLA),
                "mobile": MOBILE,
                "points": "50",
                "item_status": {
                    "success": "true",
                    "code": "200",
                    "message": "Validation code sent successfully",
                },
            }
        },
    }
    assert sandbox.last_code(LAYLA)["code"] not in reply.text
    tree = xmltodict.parse(sandbox.get(f"{CODE}.xml", mobile=MOBILE, points=50).content)
    assert tree["response"]["validation_code"]["code"]["user_id"] == str(LAYLA)


def test_same_code_is_sent_again_while_it_holds(sandbox: Sandbox) -> None:
    before = len(messages(sandbox, MOBILE))
    for points in (50, 60, 50):
        assert code_of(ask_code(sandbox, MOBILE, points)) == 200
    code = sandbox.last_code(LAYLA)
    assert (code["sent"], code["points"], code["holds"]) == (3, "50", True)
    sent = messages(sandbox, MOBILE)[: len(messages(sandbox, MOBILE)) - before]
    assert len(sent) == 3
    assert all(re.match(rf"{code['code']}\b", message["body"]) for message in sent)
    assert {message["channel"] for message in sent} == {"SMS"}


def test_new_code_comes_when_the_old_one_is_too_old(sandbox: Sandbox) -> None:
    first = fresh_code(sandbox, MOBILE)
    old = sandbox.last_code(LAYLA)["id"]
    sandbox.switch(code_seconds="0")
    assert code_of(redeem(sandbox, MOBILE, 20, validation_code=first)) == 808
    ask_code(sandbox, MOBILE)
    assert sandbox.last_code(LAYLA)["id"] != old


def test_wrong_codes_are_counted_and_void_it(sandbox: Sandbox) -> None:
    code = fresh_code(sandbox, MOBILE)
    for tries in (1, 2, 3):
        assert code_of(redeem(sandbox, MOBILE, 20, validation_code="000000")) == 808
        assert sandbox.last_code(LAYLA)["wrong"] == tries
    assert sandbox.last_code(LAYLA)["holds"] is False
    assert code_of(redeem(sandbox, MOBILE, 20, validation_code=code)) == 808
    other = fresh_code(sandbox, MOBILE)
    assert sandbox.last_code(LAYLA)["wrong"] == 0
    assert code_of(redeem(sandbox, MOBILE, 20, validation_code=other)) == 800


def test_tries_and_sends_can_be_chosen(sandbox: Sandbox) -> None:
    sandbox.switch(code_tries="1", code_sends="2")
    code = fresh_code(sandbox, MOBILE)
    assert code_of(ask_code(sandbox, MOBILE)) == 200
    assert code_of(ask_code(sandbox, MOBILE)) == 860
    redeem(sandbox, MOBILE, 20, validation_code="000000")
    assert code_of(redeem(sandbox, MOBILE, 20, validation_code=code)) == 808


def test_code_buys_once_and_for_its_customer_alone(sandbox: Sandbox) -> None:
    code = fresh_code(sandbox, MOBILE)
    sandbox.credit(500000020, 100)
    assert code_of(redeem(sandbox, "915550000020", 20, validation_code=code)) == 808
    assert code_of(redeem(sandbox, MOBILE, 20, validation_code=code)) == 800
    assert sandbox.last_code(LAYLA)["used_at"]
    assert code_of(redeem(sandbox, MOBILE, 20, validation_code=code)) == 808


def test_refused_redemption_leaves_the_code_unspent(sandbox: Sandbox) -> None:
    code = fresh_code(sandbox, MOBILE)
    assert code_of(redeem(sandbox, MOBILE, 25, validation_code=code)) == 807
    assert code_of(redeem(sandbox, MOBILE, 20, validation_code=code)) == 800


@pytest.mark.parametrize(("channel", "sms", "email"), [("sms", 1, 0), ("email", 0, 1), ("both", 1, 1)])
def test_channel_is_a_setting_of_the_organisation(
    sandbox: Sandbox, channel: str, sms: int, email: int
) -> None:
    before = len(messages(sandbox, MOBILE)), len(messages(sandbox, EMAIL))
    ask_code(sandbox, MOBILE, how=f"code_channel={channel}")
    after = len(messages(sandbox, MOBILE)), len(messages(sandbox, EMAIL))
    assert (after[0] - before[0], after[1] - before[1]) == (sms, email)


@pytest.mark.parametrize(
    ("query", "how", "code"),
    [
        ({"mobile": MOBILE, "points": "0"}, "", 801),
        ({"mobile": "abc", "points": "50"}, "", 802),
        ({"mobile": "915559999999", "points": "50"}, "", 816),
        ({"user_id": "1", "points": "50"}, "", 816),
        ({"mobile": "915550000013", "points": "50"}, "", 686),
        ({"mobile": MOBILE, "points": "50"}, "codes=not_issued", 860),
        ({"mobile": MOBILE, "points": "50"}, "codes=not_sent", 819),
        ({"mobile": "915550000012", "points": "50"}, "code_channel=email", 860),
    ],
)
def test_refusals_send_nothing(sandbox: Sandbox, query: dict[str, str], how: str, code: int) -> None:
    before = requests.get(f"{sandbox.url}/_control/messages.json", timeout=5).json()
    reply = sandbox.get(CODE, sandbox=how, **query).json()["response"]
    assert reply["status"]["code"] == "500"
    assert code_of(reply["validation_code"]["code"]) == code
    assert requests.get(f"{sandbox.url}/_control/messages.json", timeout=5).json() == before


def test_every_identifier_finds_the_customer(sandbox: Sandbox) -> None:
    for name, value in (("email", EMAIL), ("external_id", "MT-0011"), ("user_id", str(LAYLA))):
        item = sandbox.get(CODE, **{name: value, "points": "50"}).json()["response"]["validation_code"][
            "code"
        ]
        assert item["user_id"] == str(LAYLA)


def test_dropped_reply_has_sent_the_message(sandbox: Sandbox) -> None:
    before = len(messages(sandbox, MOBILE))
    with pytest.raises(requests.ConnectionError):
        ask_code(sandbox, MOBILE, how="fault=drop_after")
    assert len(messages(sandbox, MOBILE)) == before + 1


def test_messages_have_a_page_the_control_page_leads_to(sandbox: Sandbox) -> None:
    code = fresh_code(sandbox, MOBILE)
    control = requests.get(f"{sandbox.url}/_control/", timeout=5).text
    assert 'href="/_control/messages/"' in control.partition('id="content"')[2]
    page = requests.get(f"{sandbox.url}/_control/messages/", timeout=5).text
    assert f"{code} is your code" in page
