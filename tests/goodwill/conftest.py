"""The room's tests talk to a real sandbox; rules as in the demo, and a manager where the agent works."""

import sqlite3
import uuid
from decimal import Decimal

import pytest
from django.core.cache import cache

from apps.audit.actor import Actor
from apps.capillary import circuit
from apps.goodwill.asking import Wanted, ask
from apps.goodwill.models import CouponSeries, GoodwillRequest, OutsideAct, Reason
from apps.goodwill.seeding import seed_rules
from tests.support.people import person
from tests.support.times import LONG_AGO


def actor_for(user, store):
    """A person as the trail sees them."""
    role = "Agent" if user.name == "Asha Verma" else "Store manager"
    return Actor(user_id=user.pk, name=user.name, role=role, store_id=store.pk, store_code=store.code)


@pytest.fixture
def outside(settings, sandbox, stores):
    """The sandbox as the connection, well again for every test."""
    cache.clear()
    # A test that makes the outside ill must not leave the circuit open for the next one.
    circuit._circuits.clear()
    settings.CAPILLARY = {**settings.CAPILLARY, "base_url": sandbox.url, "calls_per_second": 500.0}
    return sandbox


@pytest.fixture
def rules(stores):
    """The rules of the demo."""
    return seed_rules(actor=Actor(user_id=None, name="Set-up", role="System"))


@pytest.fixture
def lead(stores):
    """Mira Kapoor, store manager of the Contact Centre: decides on what the agent asks."""
    return person(stores, "Mira Kapoor")


@pytest.fixture
def second_lead(stores):
    """Jonas Weber, the other store manager of the Contact Centre."""
    return person(stores, "Jonas Weber")


def crowd(database):
    """Customers one can give goodwill to: enrolled, with a mobile, neither marked nor merged.

    None who has goodwill from the seed: it may look the same as what a test asks.
    """
    words = """
        SELECT DISTINCT c.id FROM sandbox_customer c
        JOIN sandbox_enrolment e ON e.customer_id = c.id
        WHERE c.merged_into_id IS NULL AND c.fraud_status = 'NOT_FRAUD' AND c.status = 'ACTIVE'
        AND EXISTS (SELECT 1 FROM sandbox_identifier i WHERE i.customer_id = c.id AND i.kind = 'mobile')
        AND NOT EXISTS (SELECT 1 FROM sandbox_goodwillrequest g
                        WHERE g.customer_id = c.id AND g.added_at <= datetime('now', '-6 hours'))
        ORDER BY c.id DESC
    """
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as rows:
        return [row[0] for row in rows.execute(words)]


@pytest.fixture
def several(outside):
    """``several(20)`` customers, at every call others: what one was credited does not prove another's."""
    free = iter(crowd(outside.database))
    return lambda number: [next(free) for _ in range(number)]


@pytest.fixture
def customer_id(several):
    return several(1)[0]


class Desk:
    """The people at work: short words for what the services do."""

    def __init__(self, store, agent, lead, customer_id):
        self.store, self.agent, self.lead, self.customer_id = store, agent, lead, customer_id

    def wanted(self, amount=500, **more):
        values = {
            "customer_id": self.customer_id,
            "kind": "points",
            "amount": Decimal(amount),
            "reason": Reason.objects.get(code="late-delivery"),
            "token": uuid.uuid4(),
            "different_matter": True,
        }
        if more.get("kind") == "coupon":
            values["series"] = CouponSeries.objects.get(outside_id="4103")
        return Wanted(**{**values, **more})

    def ask(self, amount=500, *, user=None, **more):
        who = user or self.agent
        return ask(actor=actor_for(who, self.store), user=who, wanted=self.wanted(amount, **more))

    def actor(self, user=None):
        return actor_for(user or self.lead, self.store)

    def overdue(self):
        """Everything that is to be looked at later is to be looked at now."""
        now = LONG_AGO
        OutsideAct.objects.exclude(next_look_at=None).update(next_look_at=now)
        GoodwillRequest.objects.exclude(next_proof_at=None).update(next_proof_at=now)
        GoodwillRequest.objects.filter(by_policy=True).update(due_at=now)


@pytest.fixture
def desk(outside, stores, rules, agent, lead, customer_id):
    return Desk(stores.contact_centre, agent, lead, customer_id)
