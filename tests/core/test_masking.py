"""Masks show enough to recognise a value and never enough to use it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.masking import MASKS, mask, mask_cards


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("mobile", "+91 55500 14417", "•••••• 4417"),
        ("mobile", "12345", "•••••• 5"),
        ("email", "kavya.iyer@example.com", "k••••@example.com"),
        ("email", "k@example.com", "••••@example.com"),
        ("email", "not an address", "••••••"),
        ("card", "6010 2200 8820", "•••• 8820"),
        ("external_id", "CRM-000319", "CRM-•••319"),
        ("external_id", "AB12", "•••2"),
        ("id", "386251091", "•••091"),
        ("name", "Kavya Iyer", "K••• I•••"),
        ("code", "482913", "••••••"),
        ("something new", "whole", "••••••"),
        ("mobile", None, ""),
        ("email", "   ", ""),
    ],
)
def test_mask(kind, value, shown):
    assert mask(kind, value) == shown


@given(st.sampled_from(sorted(MASKS)), st.text(min_size=1, max_size=60))
def test_a_mask_never_gives_the_value_back(kind, value):
    shown = mask(kind, value)
    if value.strip():
        assert shown
        assert shown != value.strip() or "•" in value


@given(st.from_regex(r"\+?[0-9]{6,15}", fullmatch=True))
def test_a_masked_mobile_keeps_at_most_four_digits(number):
    assert sum(letter.isdigit() for letter in mask("mobile", number)) <= 4


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("card 7055000000000023.", "card •••• 0023."),
        ("card 7055 0000 0000 0023, call", "card •••• 0023, call"),
        ("7055-0000-0000-0023", "•••• 0023"),
        ("INV-20611 of 2026-11-23 2026-11-24", "INV-20611 of 2026-11-23 2026-11-24"),
        ("915550000001", "915550000001"),
    ],
)
def test_numbers_as_long_as_a_card_s_are_masked_in_typed_words(typed, kept):
    assert mask_cards(typed) == kept
