"""What all tests share: people, services, and a clean house between tests."""

import os

import pytest

IN_CI = bool(os.environ.get("CI"))


@pytest.fixture
def reference():
    """A reference as if a click were at hand."""
    from apps.core.context import new_reference, use_reference

    with use_reference(new_reference()) as given:
        yield given
