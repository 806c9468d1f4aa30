"""Every address × every scope: a key opens what it was made for, and everything else is refused and written down."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import Entry
from apps.staff.api.scopes import SCOPES, role_for
from tests.support.programs import ACTING

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alike]


def call(one, **headers):
    url = reverse(one.name, kwargs=one.values)
    options = {"headers": {"idempotency-key": "x", **headers}}
    if one.method == "get":
        return Client().get(url, **options)
    return Client().post(url, {}, content_type="application/json", **options)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_opens_exactly_its_addresses(scope, program, settings):
    settings.CAPILLARY = settings.CAPILLARY | {"deadline_seconds": 0.1, "connect_timeout_seconds": 0.1}
    key = program(scope, where=[] if scope == "trail" else None)
    # What it opens, and a third of the others: each of those is tried by three scopes or more.
    turn = list(SCOPES).index(scope)
    tried = [one for place, one in enumerate(ACTING) if scope in one.scopes or (place + turn) % 3 == 0]
    for one in tried:
        answer = call(one, authorization=f"Bearer {key.text}")
        refused = Entry.objects.filter(action="staff.refused", reference=answer["X-Reference"])
        assert answer.status_code != 500, one
        if scope in one.scopes:
            assert answer.status_code != 403 or answer.json().get("code") == "reason_needed", one
            assert not refused.exists(), one
            continue
        assert answer.status_code == 403, one
        assert answer.json().get("outcome") == (None if one.method == "get" else "not_done"), one
        told = refused.get().content["details"]
        assert (told["view"], told["permission"]) == (one.name, f"staff.{one.permission}")


def test_no_key_and_no_session_opens_any(administrator, agent):
    client = Client()
    client.force_login(agent, backend="apps.staff.backends.RoleBackend")
    for one in ACTING:
        answer = call(one)
        assert answer.status_code == 401, one
        assert answer.json().get("outcome") == (None if one.method == "get" else "not_done"), one
        assert getattr(client, one.method)(reverse(one.name, kwargs=one.values)).status_code == 401, one


def test_an_account_holds_the_least_role_that_may():
    roles = {code: role_for([code]) for code in SCOPES if code != "trail"}
    managers = {code for code, role in roles.items() if role == "store_manager"}
    assert managers == {"goodwill_decide", "reversals_decide", "operations"}
