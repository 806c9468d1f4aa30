"""What all tests share: people, services, and a clean house between tests."""

import gc
import os
import re

import hypothesis
import pytest
from pytest_django.plugin import blocking_manager_key

pytest_plugins = ["tests.support.people", "tests.support.sandbox"]

IN_CI = bool(os.environ.get("CI"))

# Objects of tests live short and there are many: looking for cycles among them costs a tenth of the time.
gc.set_threshold(50_000, 20, 20)

# The same examples every time, so that a red run is the change's own doing; to look for new ones:
# HYPOTHESIS_PROFILE=explore make unit. No deadline: the machine may be busy.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=500)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


_PAGES = re.compile(r"/tests/(?!capillary|sandbox)(\w+/)?test_(access|\w*(page|panel|screen)s?)(_\w+)?\.py$")


def pytest_collection_modifyitems(items):
    for item in items:
        if _PAGES.search(item.path.as_posix()):
            item.add_marker(pytest.mark.pages)


@pytest.fixture
def reference():
    """A reference as if a click were at hand."""
    from apps.core.context import new_reference, use_reference

    with use_reference(new_reference()) as given:
        yield given


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Row ids begin high: in a house that has worked for a year they have a thousands separator to lose."""
    from tests.support.emptying import empty_instead_of_flushing, take_stock
    from tests.support.ids import begin_high

    with django_db_blocker.unblock():
        begin_high()
        take_stock()
    empty_instead_of_flushing()


@pytest.fixture(scope="session", autouse=True)
def _requests_are_watched():
    from tests.support.still import watch_requests

    watch_requests()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """The test whose threads wrote what its rollback cannot take back is named, not a test after it."""
    from tests.support import still

    uses_database = "db" in item.fixturenames or item.get_closest_marker("django_db")
    if uses_database:
        still.wait_until_still()
    done = yield
    # After the last test there is no database any more.
    if (
        uses_database
        and nextitem
        and (left := still.remove_leftovers(item.config.stash[blocking_manager_key]))
    ):
        pytest.fail(f"Threads of this test left {left} entries behind: it needs django_db(transaction=True).")
    return done
