"""The scan of all entries finds what it is there for, and the wrapper sees what tests write."""

import pytest

from apps.audit import store
from apps.audit.canonical import canonical
from apps.staff import demo
from tests.audit.conftest import ASHA
from tests.support.scanning import secrets_in, take_found


@pytest.mark.parametrize(
    "content",
    [
        {"reason": demo.PASSWORD},
        {"reply": {"mobile": "+91 5550 004417"}},
        {"reply": "919999 +915550004417, again"},
        {"reply": ["kavya.iyer@example.com"]},
        {"call": {"params": {"validation_code": "482913"}}},
        {"call": {"body": {"access_token": "x"}}},
    ],
)
def test_a_secret_is_found(content):
    assert list(secrets_in(canonical(content)))


@pytest.mark.parametrize(
    "content",
    [
        {"mask": "•••••• 4417", "e": "k••••@example.com"},
        {"validation_code": "never kept", "campaign_token": "SUMMER"},
        {"customer": "500000001", "otp_sent": True},
        {"commitment": "9f5550123456c0", "balance": "15550123456"},
    ],
)
def test_what_may_stand_there_is_left_alone(content):
    assert not list(secrets_in(canonical(content)))


def test_what_goes_around_the_guard_is_seen(db):
    store.append([store.Draft("trail.viewed", ASHA, "done", "", details={"otp": "482913"})])
    assert len(take_found()) == 1
