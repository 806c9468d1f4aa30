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


# Pages, and what the rooms of the features do: they ask the database in the same words wherever it is. On SQLite run
# those that lean on what databases do each in their own way: transactions, locks, constraints, a process that dies.
_PAGES = re.compile(r"/tests/(?!capillary|sandbox)(\w+/)?test_(access|\w*(page|panel|screen)s?)(_\w+)?\.py$")
_ROOMS = re.compile(r"/tests/(?:api|customers|goodwill|points|referrals|staff)/(?:\w+/)?test_(\w+)\.py$")
_BY_DATABASE = re.compile(
    r"acts|address|at_once|bulk|claims|code|dying|duplicates|idempot|limits|machine|matching|models|own_roles|pasting|people"
    r"|processes|read_back|recognise|roles|states|sign_in|truth|two_people"
)
_ALIKE = re.compile(
    r"/tests/(?:audit/test_(?:filter_form|reading|saved|subject_requests)"
    r"|operations/test_(?:notices|proved_export|said_to_people|switches|webhooks|whose_file)"
    r"|staff/oidc/test_\w+)\.py$"
)


def pytest_collection_modifyitems(items):
    for item in items:
        path = item.path.as_posix()
        room = _ROOMS.search(path)
        if _PAGES.search(path) or _ALIKE.search(path) or (room and not _BY_DATABASE.search(room[1])):
            item.add_marker(pytest.mark.alike)


@pytest.fixture
def reference():
    """A reference as if a click were at hand."""
    from apps.core.context import new_reference, use_reference

    with use_reference(new_reference()) as given:
        yield given


@pytest.fixture(scope="session")
def django_db_keepdb():
    """The database is there already, migrated."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Every process has a name of its own by now: a copy of the migrated database goes there."""
    from django.db import connections

    from tests.support.ready_made import copy_ready_made

    copy_ready_made(connections["default"].settings_dict)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Row ids begin high: in a house that has worked for a year they have a thousands separator to lose."""
    from django.db import connections

    from tests.support.emptying import empty_instead_of_flushing, take_stock
    from tests.support.ids import begin_high
    from tests.support.ready_made import drop_copy

    with django_db_blocker.unblock():
        begin_high()
        take_stock()
    empty_instead_of_flushing()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        drop_copy(connections["default"].settings_dict)


@pytest.fixture(scope="session", autouse=True)
def _requests_are_watched():
    from tests.support.scanning import watch_entries
    from tests.support.still import watch_requests

    watch_requests()
    watch_entries()


@pytest.fixture(autouse=True)
def _no_secret_is_written_down():
    """Whatever a test is about: no entry it causes holds a secret or somebody's number."""
    from tests.support.scanning import take_found

    take_found()
    yield
    assert take_found() == []


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
