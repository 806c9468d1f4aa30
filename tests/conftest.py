"""What all tests share: people, services, and a clean house between tests."""

import os

import hypothesis
import pytest

pytest_plugins = ["tests.support.people", "tests.support.sandbox"]

IN_CI = bool(os.environ.get("CI"))

# The same examples every time, so that a red run is the change's own doing; to look for new ones:
# HYPOTHESIS_PROFILE=explore make unit. No deadline: the machine may be busy.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=500)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


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
