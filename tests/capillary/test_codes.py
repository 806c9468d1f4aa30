"""The code table: every code a person can meet is there once, in full sentences."""

import re

from apps.capillary import codes


def spread(written):
    """ "1001-1003 1006" as the four numbers it names."""
    found = set()
    for part in written.split():
        first, _, last = part.partition("-")
        found |= set(map(str, range(int(first), int(last or first) + 1)))
    return found


# Numbers the reference lists per entity, both versions together.
EXPECTED = {
    "api": "200 201 400-408 415 461 500 521 1060-1062 1064",
    "customer": "100 200 400 461 500 618 700 816 1000-1004 1006-1021 1023-1053 1059-1062 1086-1110 1150 1202-1206"
    " 1212-1217 1222 1300-1303 8007-8013 8015 8045 8050 8051 8053 8055-8059 8062-8067 8069 8089 10001 10002"
    " 19223 91001-91007 91009-91022",
    "points": "200 412-419 686 800-824 825-827 859 860 872 873 876 877 881 886-889 894-896 898-905 3045 3802",
    "coupon": "200 400 500 700-707 709-716 718-726 728-730 732 733 735 736 738-740 742 750 786-799",
    "request": "9000 9100",
    "referral": "100 1000 1202-1206 1222",
    "otp": "429 600-606 610 874-876 9001",
}
# Holes in the ranges above: the reference has no such code.
HOLES = {
    "customer": spread("1100"),
    "coupon": spread("708 717 727"),
    "points": spread("897"),
}


def test_every_code_a_person_can_meet_has_words():
    for entity, written in EXPECTED.items():
        have = {row.code for row in codes.every() if row.entity == entity}
        assert spread(written) - HOLES.get(entity, set()) - have == set(), entity


def test_no_code_twice():
    pairs = [(row.entity, row.code) for row in codes.every()]
    assert len(pairs) == len(set(pairs))


def test_words_are_plain_full_sentences():
    for row in codes.every():
        for sentence in filter(None, (row.words, row.next_step)):
            assert sentence.endswith("."), row
            assert sentence[0].isupper(), row
            assert "!" not in sentence, row
            assert not re.search(r"\b(null|API|HTTP|OTP|slab|entity|param)\b", sentence), row
        assert row.words
        assert row.kind in {"success", "warning", "error"}
        assert row.next_step or row.kind != "error" or row.code in {"1028", "1031", "1046", "1051"}, row


def test_a_number_is_read_with_its_entity():
    assert codes.find("points", "876").words != codes.find("otp", "876").words
    assert codes.find("points", "1012").entity == "customer"
    assert codes.find("points", "407").entity == "api"
    assert codes.find("points", "123456") is None


def test_passing_troubles_are_not_permanent():
    assert not codes.find("points", "815").permanent
    assert not codes.find("api", "521").permanent
    assert codes.find("customer", "8015").permanent
