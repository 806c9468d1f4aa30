"""Programs with keys of every kind, in the Contact Centre and elsewhere; the outside is the look-alike."""

import itertools
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from apps.audit.actor import Actor
from apps.goodwill.seeding import seed_rules as seed_goodwill
from apps.points.seeding import seed_rules as seed_points
from apps.referrals.seeding import seed_rules as seed_referrals
from apps.staff.api.keys import make_key
from tests.points.conftest import customer_id, lead, outside, several

__all__ = ["customer_id", "lead", "outside", "several"]
SET_UP = Actor(user_id=None, name="Set-up", role="System")
_names = itertools.count()


class Caller:
    """A program as it calls: ``caller.post("goodwill/requests/", {…})``; every write under a name of its own."""

    def __init__(self, key, text):
        self.key, self.text, self.client = key, text, Client()

    @property
    def account(self):
        return self.key.service

    def headers(self, name=None, store=None):
        found = {"authorization": f"Bearer {self.text}", "idempotency-key": name or f"act-{next(_names)}"}
        return found | ({"console-store": store} if store else {})

    def get(self, path, **query):
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers())

    def post(self, path, body=None, *, name=None, store=None):
        return self.client.post(
            f"/api/v1/{path}", body or {}, content_type="application/json", headers=self.headers(name, store)
        )


def asking(customer_id, points="50", **more):
    values = {"customer_id": customer_id, "kind": "points", "points": points, "reason": "late-delivery"}
    return {**values, "different_matter": True, **more}


def problem(answer, status, code=None):
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), body
    assert body["reference"].startswith("LC-")
    assert code is None or body["code"] == code
    return body


@pytest.fixture(autouse=True)
def _clean_counters():
    cache.clear()


@pytest.fixture
def program(administrator, stores):
    """``program("goodwill_ask")``: a key made by the administrator for the Contact Centre."""

    def make(*scopes, where=None, by=None, shown_to=None, name="Shop"):
        key, text = make_key(
            actor=SET_UP,
            user=by or administrator,
            name=name,
            scopes=scopes,
            last_day=timezone.localdate() + timedelta(days=30),
            stores=[stores.contact_centre] if where is None else where,
            shown_to=shown_to,
        )
        return Caller(key, text)

    return make


@pytest.fixture
def rules(stores):
    """The rules of the demo, in every room."""
    for seed in (seed_goodwill, seed_points, seed_referrals):
        seed(actor=SET_UP)
