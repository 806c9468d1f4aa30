"""Values read the same on every page: points, money, days, ages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.core import formats, kept, reader
from apps.core.grouping import grouped, ungrouped


@pytest.mark.parametrize(
    ("given_value", "shown"),
    [
        (4820, "4,820"),
        (Decimal("4820.000"), "4,820"),
        (Decimal("0.000"), "0"),
        ("12.50", "12.5"),
        (Decimal("1E+3"), "1,000"),
        (-500, "−500"),
        (Decimal("-0.5"), "−0.5"),
        (None, "–"),
        ("", "–"),
    ],
)
def test_number_has_thousands_and_no_idle_zeros(given_value, shown):
    assert formats.number(given_value) == shown


@pytest.mark.parametrize(
    ("given_value", "thousands", "lakhs"),
    [
        (999, "999", "999"),
        (1000, "1,000", "1,000"),
        (99_999, "99,999", "99,999"),
        (100_000, "100,000", "1,00,000"),
        ("-1234567.50", "−1,234,567.5", "−12,34,567.5"),
        (10_00_00_000, "100,000,000", "10,00,00,000"),
    ],
)
def test_india_counts_in_lakhs(given_value, thousands, lakhs):
    for region, shown in (("en-gb", thousands), ("en-us", thousands), ("en-in", lakhs)):
        with reader.read_by("", region):
            assert formats.number(given_value) == shown
            # What is kept or sent is the same whoever caused it.
            assert kept.number(given_value) == thousands
    with reader.read_by("", "en-in"):
        assert formats.money("1234567", "INR") == "12,34,567.00 INR"


@given(st.integers(min_value=0, max_value=10**15), st.sampled_from([2, 3]))
def test_a_number_is_read_as_it_is_shown(value, size):
    assert ungrouped(grouped(str(value), size)) == str(value)


@pytest.mark.parametrize(
    "typed", ["1,00", "12,5", "1,0000", "1,000,00", ",100", "1,,000", "1,00,00", "100,00,000"]
)
def test_commas_in_strange_places_are_not_guessed_at(typed):
    assert ungrouped(typed) == typed


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12), max_value=10**12))
def test_number_never_changes_the_value(value):
    shown = formats.number(value).replace(",", "").replace(formats.MINUS, "-")
    assert Decimal(shown) == value


@pytest.mark.parametrize("wrong", [1.5, True])
def test_floats_and_truths_are_refused(wrong):
    with pytest.raises(TypeError, match="never float"):
        formats.points(wrong)


def test_points_name_one_and_many():
    assert formats.points(1) == "1 point"
    assert formats.points(Decimal("4820.000")) == "4,820 points"
    assert formats.points(0) == "0 points"
    assert formats.points(None) == "–"


def test_signed_shows_the_direction():
    assert [formats.signed(value) for value in (150, -500, 0, None)] == ["+150", "−500", "0", "–"]


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (Decimal("1205"), "INR", "1,205.00 INR"),
        ("6240.5", "INR", "6,240.50 INR"),
        (Decimal("0.125"), "INR", "0.125 INR"),
        (Decimal("1205.000"), "JPY", "1,205 JPY"),
        ("1", "KWD", "1.000 KWD"),
        (-3, "", "−3.00"),
        (None, "INR", "–"),
    ],
)
def test_money_has_the_digits_of_its_currency_and_loses_none(amount, currency, shown):
    assert formats.money(amount, currency) == shown


def test_times_are_shown_on_the_readers_clock_and_in_their_writing():
    late = datetime(2026, 11, 24, 4, 4, 12, tzinfo=UTC)
    with reader.read_by("America/Los_Angeles", "en-us"):
        assert formats.moment(late) == "Nov 23, 2026, 8:04 PM PST"
        assert formats.clock_exact(late) == "8:04:12 PM"
        assert formats.day_in_full(date(2026, 3, 1)) == "March 1, 2026"
        assert formats.clock(late.replace(hour=8, minute=0)) == "12:00 AM"
        assert formats.clock(late.replace(hour=20, minute=0)) == "12:00 PM"
        assert kept.moment(late) == "24 Nov 2026, 09:34 IST"
    with reader.read_by("Asia/Dubai", "en-in"):
        assert formats.moment(late) == "24 Nov 2026, 08:04 UTC+04"
    assert formats.moment(late) == "24 Nov 2026, 09:34 IST"


def test_times_are_shown_in_the_zone_of_the_console():
    late = datetime(2026, 11, 22, 20, 0, 12, tzinfo=UTC)
    assert formats.day(late) == "23 Nov 2026"
    assert formats.clock(late) == "01:30"
    assert formats.moment(late) == "23 Nov 2026, 01:30 IST"
    assert formats.moment(late, seconds=True) == "23 Nov 2026, 01:30:12 IST"
    assert formats.day(date(2026, 3, 1)) == "1 Mar 2026"
    assert [formats.day(None), formats.clock(None), formats.moment(None)] == ["–", "–", "–"]


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        ({"seconds": 0}, "0 s"),
        ({"seconds": 59}, "59 s"),
        ({"minutes": 12}, "12 min"),
        ({"hours": 1, "minutes": 38}, "1 h 38 min"),
        ({"hours": 2}, "2 h"),
        ({"days": 1, "hours": 5}, "1 day"),
        ({"days": 40}, "40 days"),
        ({"seconds": -5}, "0 s"),
    ],
)
def test_durations_have_their_units(span, shown):
    assert formats.duration(timedelta(**span)) == shown


def test_ages_look_back_and_ahead():
    now = timezone.now()
    assert formats.age(now - timedelta(minutes=98)) == "1 h 38 min ago"
    assert formats.age(now - timedelta(minutes=100), "old") == "1 h 40 min old"
    assert formats.age(now - timedelta(minutes=3), "bare") == "3 min"
    assert formats.age(now + timedelta(minutes=11, seconds=30)) == "in 11 min"
    assert formats.age(None) == "–"
