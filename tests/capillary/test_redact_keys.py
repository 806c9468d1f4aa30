"""Keys nobody has listed: contacts, papers and codes go whatever their key is called; facts of acts stay."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.capillary.identifiers import identifiers_in
from apps.capillary.redact import Redactor, scrub
from apps.capillary.safe_keys import THING_IDS
from apps.capillary.sensitive import plain_key

MOBILE = "9812345678"
FULL = "+919812345678"
EMAIL = "asha.verma@example.com"


def kept(tree):
    redactor = Redactor()
    redactor.learn(identifiers_in(tree))
    return json.dumps(redactor.tree(tree), ensure_ascii=False)


@pytest.mark.parametrize(
    ("tree", "private"),
    [
        ({"custom_fields": {"field": [{"name": "secondary_contact", "value": MOBILE}]}}, MOBILE),
        ({"custom_fields": {"field": [{"name": "favourite_colour", "value": "violet"}]}}, "violet"),
        ({"customFields": {"favourite_colour": "violet"}}, "violet"),
        ({"extendedFields": {"city_of_birth": "Kanpur"}}, "Kanpur"),
        ({"field": {"key": "nickname_of_dog", "value": "Bruno"}}, "Bruno"),
        ({"contactNumber": MOBILE}, MOBILE),
        ({"emergency_contact": "Ravi"}, "Ravi"),
        ({"aadhaarNumber": "234567890123"}, "234567890123"),
        ({"aadhaarNumber": "2345 6789 0123"}, "0123"),
        ({"customerPan": "ABCDE1234F"}, "1234"),
        ({"passportNumber": "M1234567"}, "M1234567"),
        ({"anniversaryDate": "2011-02-14"}, "2011"),
        ({"date_of_marriage": "2011-02-14"}, "2011"),
        ({"childs_day": "2011-02-14T00:00:00+05:30"}, "2011"),
        ({"customerNumber": MOBILE}, MOBILE),
        ({"accessCode": "X9K2"}, "X9K2"),
        ({"login_code": "482193"}, "482193"),
        ({"code": "482193"}, "482193"),
        ({"code": 4821}, "4821"),
        ({"couponCode": "MONSOON7788"}, "MONSOON7"),
        ({"discountCode": "MONSOON7788"}, "MONSOON7"),
        ({"series_code": "MON", "code": "HAPPY7788"}, "HAPPY7"),
        ({"coupon": {"id": 5, "code": "HAPPY7788"}}, "HAPPY7"),
        ({"id": 5, "code": "HAPPY7788"}, "HAPPY7"),
        ({"displayName": "Asha Verma"}, "Verma"),
        ({"recipientName": "Asha Verma"}, "Verma"),
        ({"recipient": {"name": "Asha Verma"}}, "Verma"),
        ({"loginId": MOBILE}, MOBILE),
        ({"number": MOBILE}, MOBILE),
        ({"userId": FULL[1:]}, FULL[1:]),
        ({"total_points": FULL[1:]}, FULL[1:]),
        ({"registered_on": MOBILE}, MOBILE),
    ],
)
def test_what_used_to_slip_through(tree, private):
    assert private not in kept(tree)
    assert private not in kept({"response": {"customers": {"customer": [tree]}}})


def test_the_last_three_of_a_coupon_stay():
    told = Redactor().tree({"couponCode": "MONSOON7788", "coupons": [{"code": "HAPPY123", "redemptions": 1}]})
    assert told == {"couponCode": "•••788", "coupons": [{"code": "•••123", "redemptions": 1}]}
    assert Redactor().tree({"couponCode": "A1B2"}) == {"couponCode": "•••"}


@pytest.mark.parametrize(
    "text",
    [
        "OTP 482193",
        "your code is 482193",
        "validation code 991188",
        "Your one-time password for Maple is 4821.",
        "482193 is your OTP",
        "Use 4821 93 as the verification code",
        "PIN: 4821",
        "code sent on 2026-11-20 10:15: 482193",
    ],
)
def test_codes_in_free_text_go(text):
    told = scrub(text)
    assert not any(code in told for code in ("4821", "482193", "991188", " 93 "))
    assert "2026-11-20" in told or "2026" not in text


@pytest.mark.parametrize(
    "text",
    [
        "Bill 482193 of 2026-11-20 has 4821 points",
        "The code was sent on 2026-11-20",
        "No customer in 12 stores",
        "Operation Successful",
    ],
)
def test_other_numbers_in_free_text_stay(text):
    assert scrub(text) == text


FACTS = {
    "transaction_id": "2147877652",
    "transactionNumber": "B70000026",
    "id": 341594630,
    "customer_id": "341594630",
    "seriesId": 9876543,
    "redeemedOn": "2026-11-20T10:15:00+05:30",
    "billing_time": "2026-11-20 10:15:00",
    "tier_expiry_date": "2027-01-01",
    "createdDate": 1763612100000,
    "valid_till_date": "2027-01-01 00:00:00",
    "lifetime_purchases": "12345678.50",
    "store_code": "MUM.BANDRA.2",
    "seriesName": "Monsoon",
    "status": {"success": "true", "code": "1012", "message": "Not found"},
    "errors": [{"code": 91021}],
    "registered_till": {"code": "till.bandra.01", "name": "Bandra till 1"},
    "campaignCode": "DIWALI",
}


def test_facts_of_acts_places_and_programmes_stay():
    assert Redactor().tree(FACTS) == FACTS


letters = st.text("abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=14)
values = st.sampled_from([MOBILE, FULL, FULL[1:], int(MOBILE), EMAIL, f"call {MOBILE} or {EMAIL}"])
codes = st.builds(
    lambda before, word, after: f"{before}_{word}{after}",
    letters,
    st.sampled_from(
        ["otp_code", "access_code", "AccessCode", "login_code", "password", "secret", "passcode"]
    ),
    st.just(""),
)


def believed_of_nothing(key):
    """A key that says "the id of a thing" is believed; hypothesis reads our sources and finds those."""
    return plain_key(key) not in THING_IDS


def nested(tree, depth):
    for key in depth:
        tree = {key: [tree]}
    return tree


@settings(max_examples=300, deadline=None)
@given(letters.filter(believed_of_nothing), values, st.lists(letters, max_size=3))
def test_contacts_go_whatever_their_key(key, value, depth):
    told = kept(nested({key: value, "n": 1}, depth))
    assert MOBILE not in told
    assert EMAIL not in told


@settings(max_examples=100, deadline=None)
@given(codes, st.sampled_from(["482193", "4821", "X9K2-77", 482193]), st.lists(letters, max_size=3))
def test_codes_go_whatever_stands_before_the_word(key, value, depth):
    assert str(value) not in kept(nested({key: value}, depth))


@settings(max_examples=100, deadline=None)
@given(letters, st.sampled_from(["violet", MOBILE, EMAIL, "2011-02-14", "482193"]))
def test_fields_an_organisation_makes_up_keep_nothing(name, value):
    assert value not in kept({"custom_fields": {"field": [{"name": name, "value": value}]}})
    assert value not in kept({"extendedFields": {name: value}})
    assert value not in kept({"name": name, "value": value})
