"""The guard: whatever a room passes on, no secret and no full identifier comes through."""

import json

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from apps.audit.canonical import plain
from apps.audit.guard import FACTS, NEVER_KEPT, Guard
from apps.capillary.safe_keys import THING_IDS
from apps.capillary.sensitive import plain_key
from tests.audit.conftest import EMAIL, MOBILE

STRICT = Guard(strict=True)
LENIENT = Guard(strict=False)
SECRET_KEYS = [
    "password",
    "newPassword",
    "token",
    "access_tokens",
    "otp",
    "validation_code",
    "oneTimeCode",
    "secret",
]
WORDS = st.text(st.characters(categories=["L", "P", "Zs"]), max_size=12)


def nested(value):
    """The value somewhere inside lists and dictionaries."""
    inside = st.recursive(
        st.just(value),
        lambda inner: (
            st.lists(inner, min_size=1, max_size=2)
            | st.dictionaries(st.sampled_from(["a", "note", "items"]), inner, min_size=1, max_size=2)
        ),
        max_leaves=3,
    )
    return inside.map(lambda one: {"details": one})


def test_which_campaign_it_is_is_no_secret():
    for key in ("campaign_token", "campaignToken"):
        assert STRICT.clean({key: "MAPLEFRIENDS"}) == {key: "MAPLEFRIENDS"}
        assert LENIENT.clean({key: "MAPLEFRIENDS"}) == {key: "MAPLEFRIENDS"}


@given(st.sampled_from(SECRET_KEYS), st.text(min_size=1).filter(str.strip), st.booleans())
def test_what_stands_under_a_secret_name_never_comes_through(key, value, strict):
    assert Guard(strict=strict).clean({key: value}) == {key: NEVER_KEPT}


@given(st.sampled_from(SECRET_KEYS).flatmap(lambda key: nested({key: "s3cr3t-4711"})))
def test_however_deep_it_lies(value):
    assert "s3cr3t" not in json.dumps(STRICT.clean(value))


@given(WORDS, WORDS, st.booleans())
def test_full_e_mail_addresses_are_masked(before, after, strict):
    text = Guard(strict=strict).clean({"note": f"{before} {EMAIL} {after}"})["note"]
    assert "kavya.iyer" not in text


@given(WORDS, WORDS, st.booleans())
def test_phone_numbers_with_country_code_are_masked(before, after, strict):
    text = Guard(strict=strict).clean({"note": f"{before} {MOBILE} {after}"})["note"]
    assert "5550" not in text


@pytest.mark.parametrize(
    "number", ["5550 004417", "055-5000-4417", "(555) 000.44.17", "915550004417", 5550004417]
)
def test_bare_phone_numbers_are_masked_in_what_rooms_write(number):
    assert STRICT.clean({"called": number})["called"].endswith("417")
    assert "•" in STRICT.clean({"called": number})["called"]


@pytest.mark.parametrize("card", ["7055000000000023", "7055 0000 0000 0023", "7055-0000-0000-0000-023"])
def test_a_card_s_number_in_a_sentence_is_masked(card):
    clean = STRICT.clean({"reason": f"She read {card} out to me."})["reason"]
    assert card not in clean
    assert "•" in clean


@pytest.mark.parametrize(
    "fact",
    [
        {"note_id": 1234567890123},
        {"bill": "20261123000417"},
        {"day": "2026-11-23"},
        {"at": "2026-11-23 11:39:04"},
        {"points": 400},
        {"store_code": "012"},
        {"error_code": "8015"},
        {"file_sha256": "9" * 64},
        {"reset": True, "password_set": True},
    ],
)
def test_facts_stay(fact):
    assert STRICT.clean(plain(fact)) == fact


def test_what_the_outside_calls_code_stays_and_a_bare_code_of_ours_does_not():
    assert LENIENT.clean({"status": {"code": 200}}) == {"status": {"code": 200}}
    assert STRICT.clean({"code": "4711"}) == {"code": NEVER_KEPT}


@pytest.mark.parametrize("value", ["CRM-220319", "8842 1100 9931 8820", "wx_kavya-77"])
def test_the_entry_s_own_identifiers_are_masked_wherever_they_stand(value):
    guard = Guard(strict=False, identifiers=(("external_id", value),))
    clean = guard.clean({"reply": [{"echo": f"no customer {value} here", value: 1}]})
    assert value not in json.dumps(clean)


@pytest.mark.parametrize("guard", [STRICT, LENIENT], ids=["rooms", "calls"])
@pytest.mark.parametrize(
    ("content", "private"),
    [
        ({"name": "secondary_contact", "value": "5550004417"}, "5550004417"),
        ({"key": "aadhaar", "value": "234567"}, "234567"),
        ({"fields": [{"name": "login_pin", "value": "4821"}]}, "4821"),
        ({"contactNumber": "5550004417"}, "5550004417"),
        ({"contact": {"number": "555000"}}, "555000"),
        ({"passportNumber": "M1234567"}, "M1234567"),
        ({"anniversaryDate": "2011-02-14"}, "2011"),
        ({"date_of_marriage": "2011-02-14"}, "2011"),
        ({"accessCode": "X9K2"}, "X9K2"),
        ({"gate_code": "X9K2"}, "X9K2"),
        ({"couponCode": "MONSOON7788"}, "MONSOON7"),
        ({"note": "OTP 482193"}, "482193"),
        ({"note": "your code is 482193"}, "482193"),
        ({"note": "validation code 991188"}, "991188"),
        ({"note": "482193 is the PIN"}, "482193"),
    ],
)
def test_what_keys_and_words_give_away_is_not_kept(guard, content, private):
    assert private not in json.dumps(guard.clean(content))


KEYS = st.text("abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=4, max_size=14)


@given(KEYS, st.sampled_from(["5550004417", "+915550004417", 915550004417, EMAIL]), st.booleans())
@example("AAId", "5550004417", False)
def test_contacts_go_whatever_their_key(key, value, strict):
    # Such keys say that a number is nobody's; hypothesis reads our sources and finds them.
    assume(plain_key(key) not in THING_IDS)
    assume(not strict or not key.lower().endswith(tuple(FACTS)))
    told = json.dumps(Guard(strict=strict).clean({key: [{"x": value}], "n": {key: value}}))
    assert "5550004417" not in told
    assert EMAIL not in told


@given(KEYS, st.sampled_from(["_otp", "_access_code", "LoginCode", "_password"]), st.booleans())
def test_codes_go_whatever_stands_before_the_word(key, word, strict):
    assert "4821" not in Guard(strict=strict).clean({key + word: "4821"})[key + word]


def test_facts_the_client_keeps_stay_in_the_second_look():
    reply = {
        "transaction_id": "2147877652",
        "redeemedOn": "2026-11-20T10:15:00+05:30",
        "createdDate": 1763612100000,
        "store_code": "MUM.BANDRA.2",
        "errors": [{"code": 91021}],
    }
    assert LENIENT.clean(reply) == reply
