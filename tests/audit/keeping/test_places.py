"""Places of the log in few bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.keeping.places import Places


@given(st.sets(st.integers(0, 1 << 40), max_size=200), st.integers(0, 1 << 40), st.integers(0, 1 << 40))
def test_what_was_kept_is_read_again(places, one, other):
    found = Places.read(Places.of(sorted(places)).kept)
    assert list(found) == sorted(places)
    assert len(found) == len(places)
    start, end = sorted((one, other))
    assert list(found.between(start, end)) == [place for place in sorted(places) if start <= place < end]


@given(st.integers(0, 1_000), st.lists(st.integers(1, 5), max_size=60))
def test_runs_are_found_from_any_place(start, lengths):
    places, at = [], start
    for number, length in enumerate(lengths):
        places += range(at, at + length)
        at += length + number % 3
    found = Places.of(places)
    for first in range(start, at, 7):
        assert list(found.between(first, first + 11)) == [one for one in places if first <= one < first + 11]


def test_every_second_of_many_places_takes_few_bytes():
    assert len(Places.of(range(0, 50_000, 2)).kept) < 500


@pytest.mark.parametrize("kept", [b"", b"nothing", Places.of([1]).kept[:-3]])
def test_what_is_none_is_refused(kept):
    with pytest.raises(ValueError, match="cannot be read"):
        Places.read(kept)


def test_places_must_rise():
    with pytest.raises(ValueError, match="rise"):
        Places.of([3, 2])
