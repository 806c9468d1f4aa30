"""Values read the same on every page: points, money, days, ages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.core import formats


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
