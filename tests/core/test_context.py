"""References: unreadable never, the same all through one click, gone after it."""

import logging

from apps.core.context import PATTERN, ReferenceFilter, current_reference, new_reference, use_reference


def test_reference_can_be_read_out_on_the_phone():
    assert all(PATTERN.fullmatch(new_reference()) for _ in range(200))


def test_reference_lasts_as_long_as_the_click():
    assert current_reference() == ""
    with use_reference("LC-0000-0000-0001"):
        with use_reference("LC-0000-0000-0002"):
            assert current_reference() == "LC-0000-0000-0002"
        assert current_reference() == "LC-0000-0000-0001"
    assert current_reference() == ""


def test_log_lines_carry_the_reference(reference):
    record = logging.LogRecord("any", logging.INFO, __file__, 1, "words", None, None)
    assert ReferenceFilter().filter(record)
    assert record.reference == reference
