"""Numbers of payment cards are refused in typed words; bills, mobiles and loyalty cards are not taken for one."""

import pytest

from apps.core.errors import BadInput
from apps.core.payment_cards import holds_payment_card
from apps.core.words import line, lines, needed


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111111",
        "Card 4111 1111 1111 1111",
        "card:4111-1111-1111-1111, please",
        "4111.1111.1111.1111",
        "4111 1111 1111 1111 12 27",
        "Paid 30 12 4111 1111 1111 1111",
        "5500 0000 0000 0004",
        "2223 0000 4841 0010",
        "3782 822463 10005",
        "30569309025904",
        "3530111333300000",
        "6011 0009 9013 9424",
        "6521 1111 1111 1110",
        "٤١١١ ١١١١ ١١١١ ١١١١",
    ],
)
def test_a_payment_card_is_seen_however_it_is_written(text):
    assert holds_payment_card(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4111 1111 1111 1112",
        "7055000000000023",
        "+91 55500-00001 or +91 55500-00002",
        "B70000123 of 2026-11-23 12:30",
        "941111111111111111119",
        "0" * 1000,
        "4006381333924",
        "Points 411 1111 1111 1111 11 to 4111",
        "4 " * 500,
    ],
)
def test_other_numbers_are_left_alone(text):
    assert not holds_payment_card(text)


@pytest.mark.parametrize("tidy", [line, lines, lambda *of: needed(*of, missing="Say why.")])
def test_typed_words_with_one_are_refused_beside_their_field(tidy):
    with pytest.raises(BadInput, match="number of a payment card") as no:
        tidy("She paid with 4111 1111 1111 1111.", 200, "comment")
    assert no.value.field == "comment"
    assert "4111" not in no.value.words


def test_a_till_may_number_its_bills_like_cards():
    assert line("4111111111111111", 60, "bill", is_number=True) == "4111111111111111"
