"""Tolerant readers: every spelling the reference shows, and never a crash on what it does not."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.capillary.moments import day, moment
from apps.capillary.readers import flag, integer, many, notices, number, one, pairs, place, text
from apps.capillary.types_common import Notice, Place

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=True) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("nothing", [None, "", "None", "null", "NULL", [], {}, "  "])
def test_absent_in_every_spelling(nothing):
    assert text(nothing) == ""
    assert number(nothing) is None
    assert flag(nothing) is None
    assert moment(nothing) is None
    assert place(nothing) is None
    assert many(nothing) == []


def test_none_in_capitals_is_a_value_since_fraud_uses_it():
    assert text("NONE") == "NONE"


@pytest.mark.parametrize(
    ("told", "meant"),
    [("12.50", "12.50"), (12, "12"), (Decimal("-10.000"), "-10.000"), (["4000"], "4000"), ("1E+3", "1E+3")],
)
def test_numbers_in_every_type(told, meant):
    assert number(told) == Decimal(meant)


@pytest.mark.parametrize("told", ["NaN", "Infinity", "1e999999", True, "12 points", {"x": 1}])
def test_what_is_no_number(told):
    assert number(told) is None


def test_whole_numbers_only_when_whole():
    assert integer("7") == 7
    assert integer(Decimal("7.0")) == 7
    assert integer("7.5") is None


@pytest.mark.parametrize(
    ("told", "meant"), [("true", True), ("False", False), ("1", True), ("0", False), (True, True)]
)
def test_flags_in_every_spelling(told, meant):
    assert flag(told) is meant


INDIA = timedelta(hours=5, minutes=30)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2021-09-25T16:28:11+05:30", "2021-09-25T10:58:11"),
        ("2021-05-31T00:00:00Z", "2021-05-31T00:00:00"),
        ("2016-06-23T19:11:18+08:00", "2016-06-23T11:11:18"),
        ("2026-11-20 10:00:00", "2026-11-20T04:30:00"),
        ("2026-11-20", "2026-11-19T18:30:00"),
        ("20-11-2026", "2026-11-19T18:30:00"),
        ("2022-02-14 18:30:59.0", "2022-02-14T13:00:59"),
        ("20160912T15:19:21+05:30", "2016-09-12T09:49:21"),
        ("2016-09-12 T15:19:21+05:30", "2016-09-12T09:49:21"),
        (" 2016-09-12T15:19:21+05:30", "2016-09-12T09:49:21"),
        ("2012-08-05 22:00:00IST", "2012-08-05T16:30:00"),
        ("2016-08-05 22:00::IST", "2016-08-05T16:30:00"),
        ("20120820", "2012-08-19T18:30:00"),
        ("2012-3-12 11:33:23", "2012-03-12T06:03:23"),
        ("2020-04-20T10:35:47.473+0000", "2020-04-20T10:35:47.473"),
        ("2020-02-25T22:35:55.000+05:30", "2020-02-25T17:05:55"),
        ("2019-01-30T01:33:58.930Z", "2019-01-30T01:33:58.930"),
        ("1632397476258", "2021-09-23T11:44:36.258"),
        (1632397476, "2021-09-23T11:44:36"),
        ("2019/01/31", "2019-01-30T18:30:00"),
        ("2013-12-21+23:45:45", "2013-12-21T18:15:45"),
        ("2026-11-20 10-11-12", "2026-11-20T04:41:12"),
        ("23rd Sep, 2021", "2021-09-22T18:30:00"),
        ("Thu Sep 23 17:14:37 IST 2021", "2021-09-23T11:44:37"),
        ("2117-07-18", "2117-07-17T18:30:00"),
    ],
)
def test_moments_in_every_form_of_the_reference(told, meant):
    assert moment(told) == datetime.fromisoformat(meant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "told",
    [
        "45837-06-15 02:56:40",
        "time in 8601",
        "2026-13-01",
        "0000-00-00 00:00:00",
        "2026-02-30",
        "9999-12-31+99:99",
    ],
)
def test_what_is_no_moment(told):
    assert moment(told) is None


def test_a_day_is_the_day_where_it_was_written():
    assert day("2029-09-01T00:00:00+05:30") == date(2029, 9, 1)
    assert day("2022-05-02 23:59:59") == date(2022, 5, 2)


@given(st.dates(min_value=date(1971, 1, 1), max_value=date(2120, 1, 1)), st.times(), st.integers(-12, 14))
def test_written_moments_come_back(on, at, hours):
    told = f"{on:%Y-%m-%d}T{at:%H:%M:%S}{'-' if hours < 0 else '+'}{abs(hours):02}:00"
    assert moment(told) == datetime.fromisoformat(told)


@given(anything)
def test_no_reader_ever_crashes(value):
    text(value), flag(value), one(value), place(value), pairs(value), notices(value), day(value)
    found = number(value)
    assert found is None or found.is_finite()
    stamp = moment(value)
    assert stamp is None or stamp.utcoffset() is not None
    assert all(isinstance(row, dict) for row in many(value, "customer"))


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=3))
def test_points_come_back_as_written(points):
    assert number(str(points)) == points == number(points)


@pytest.mark.parametrize(
    "wrapped",
    [
        {"customer": {"id": 1}},
        {"customer": [{"id": 1}]},
        [{"id": 1}],
        [{"customer": {"id": 1}}],
        {"customer": [{"id": 1}, {}]},
    ],
)
def test_one_object_or_a_list_however_wrapped(wrapped):
    assert many(wrapped, "customer") == [{"id": 1}]


def test_one_blank_row_is_no_row():
    assert many({"field": [{"name": "", "value": ""}]}, "field") == []


def test_warnings_in_four_shapes():
    codes = (Notice("91017"), Notice("1017"))
    assert notices({"warning": ["91017", "1017"]}) == codes
    assert notices(["91017", "1017"]) == codes
    assert notices({"warning": {"element": ["91017", "1017"]}}) == codes
    assert notices([{"status": False, "code": 91009, "message": "survivor"}, {}]) == (
        Notice("91009", "survivor"),
    )


def test_fields_as_rows_or_as_an_object():
    assert pairs({"field": {"name": "shoe", "value": "42"}}) == {"shoe": "42"}
    assert pairs({"Favorite Color": "blue", "Gender": "None"}) == {"Favorite Color": "blue"}
    assert pairs([]) == {}


def test_a_place_as_text_or_object():
    assert place("Bandra") == Place(name="Bandra")
    assert place({"code": "b", "name": "Bandra", "type": "TILL"}) == Place("b", "Bandra", "TILL")
    assert place({"code": "", "name": ""}) is None
