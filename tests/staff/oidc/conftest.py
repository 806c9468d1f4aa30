"""The provider in its own process, for everything about single sign-on."""

import pytest

from apps.audit.models import Entry
from tests.support.oidc.running import provider, provider_process  # noqa: F401 fixtures


@pytest.fixture
def problems(db):
    """Codes of the refusals in the trail, in their order."""

    def found():
        told = Entry.objects.filter(action="staff.oidc_refused").order_by("id")
        return [one.content["details"]["problem"] for one in told]

    return found


def is_in(client):
    return "_auth_user_id" in client.session


@pytest.fixture
def refused(problems):
    """Asserts that an answer let nobody in, says so with the code, and is in the trail with it."""

    def check(client, answer, code, status=403):
        page = answer.content.decode()
        assert (answer.status_code, problems()) == (status, [code])
        assert not is_in(client)
        assert code in page
        assert "Try again" in page
        return page

    return check
