"""What all tests share: people, services, and a clean house between tests."""

import os

import pytest

pytest_plugins = ["tests.support.people", "tests.support.sandbox"]

IN_CI = bool(os.environ.get("CI"))


@pytest.fixture
def reference():
    """A reference as if a click were at hand."""
    from apps.core.context import new_reference, use_reference

    with use_reference(new_reference()) as given:
        yield given


@pytest.fixture(scope="session", autouse=True)
def _trail_may_be_flushed():
    """Transactional tests and live servers empty all tables afterwards; the trail's triggers would refuse."""
    from tests.support.trail import let_transactional_tests_flush

    let_transactional_tests_flush()
