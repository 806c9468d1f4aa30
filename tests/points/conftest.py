"""The room's tests talk to a real sandbox; rules as in the demo, and managers where the agent works."""

import sqlite3
import uuid
from decimal import Decimal

import pytest
from django.core.cache import cache

from apps.audit.actor import Actor
from apps.capillary import circuit
from apps.operations.acts.settling import settle_due
from apps.points.codes import send_code
from apps.points.giving_back import REVERSING
from apps.points.models import CodeSending, Redemption, Reversal, ReversalAct
from apps.points.proving import prove_redemptions, prove_reversals
from apps.points.redeeming import REDEEMING, redeem
from apps.points.reversing import ask_reversal
from apps.points.seeding import seed_rules
from apps.points.wanted import Wanted, WantedReversal
from tests.support.people import person
from tests.support.times import LONG_AGO

REDEEM, REVERSE, LIST = "/v1.1/points/redeem", "/v2/points/reverse", "/v1.1/customer/redemptions"


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
    """Mira Kapoor, store manager of the Contact Centre."""
    return person(stores, "Mira Kapoor")


@pytest.fixture
def second_lead(stores):
    """Jonas Weber, the other store manager of the Contact Centre."""
    return person(stores, "Jonas Weber")


def crowd(database):
    """Customers with a mobile of the stores whose first programme counts whole points; neither marked nor merged."""
    words = """
        SELECT c.id FROM sandbox_customer c
        WHERE c.merged_into_id IS NULL AND c.fraud_status = 'NOT_FRAUD' AND c.status = 'ACTIVE'
        AND c.loyalty_type != 'non_loyalty'
        AND (SELECT min(programme_id) FROM sandbox_enrolment e WHERE e.customer_id = c.id) = 101
        AND EXISTS (SELECT 1 FROM sandbox_identifier i
                    WHERE i.customer_id = c.id AND i.kind = 'mobile' AND i.source = 'INSTORE')
        ORDER BY c.id DESC
    """
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as rows:
        return [row[0] for row in rows.execute(words)]


@pytest.fixture
def several(outside):
    """``several(3)`` customers with points enough, at every call others."""
    free = iter([one for one in crowd(outside.database) if one != outside.characters["empty"]["id"]])

    def take(number):
        chosen = [next(free) for _ in range(number)]
        for customer in chosen:
            outside.credit(customer, 5000)
        return chosen

    return take


@pytest.fixture
def customer_id(several):
    return several(1)[0]


class Desk:
    """The people at work: short words for what the services do."""

    def __init__(self, outside, store, agent, lead, customer_id):
        self.outside, self.store, self.agent, self.lead = outside, store, agent, lead
        self.customer_id = customer_id

    def actor(self, user=None):
        return actor_for(user or self.agent, self.store)

    def wanted(self, points=100, **more):
        values = {"customer_id": self.customer_id, "points": Decimal(points), "token": uuid.uuid4()}
        return Wanted(**{**values, **more})

    def code(self, wanted, user=None):
        """Have a code sent, and read it out of the look-alike as the customer would."""
        who = user or self.agent
        send_code(actor=self.actor(who), user=who, wanted=wanted)
        return self.outside.last_code(wanted.customer_id)["code"]

    def send_in(self, wanted, code, user=None):
        who = user or self.agent
        return redeem(actor=self.actor(who), user=who, wanted=wanted, code=code)

    def redeem(self, points=100, *, user=None, **more):
        wanted = self.wanted(points, **more)
        code = self.code(wanted, user)
        # The next code is asked for as if half a minute had passed.
        CodeSending.objects.update(at=LONG_AGO)
        return self.send_in(wanted, code, user)

    def to_reverse(self, redemption_id, points, **more):
        values = {
            "customer_id": self.customer_id,
            "redemption_id": str(redemption_id),
            "points": Decimal(points),
            "reason": "Bought nothing after all.",
            "token": uuid.uuid4(),
        }
        return WantedReversal(**{**values, **more})

    def reverse(self, redemption_id, points, *, user=None, **more):
        who = user or self.agent
        wanted = self.to_reverse(redemption_id, points, **more)
        return ask_reversal(actor=self.actor(who), user=who, wanted=wanted)

    def overdue(self):
        """Everything that is to be looked at later is to be looked at now."""
        for model in (Redemption, ReversalAct):
            model.objects.exclude(next_look_at=None).update(next_look_at=LONG_AGO)
        for model in (Redemption, Reversal):
            model.objects.exclude(next_proof_at=None).update(next_proof_at=LONG_AGO)

    def settle(self, rounds=1):
        """The worker comes by, the outside is well again."""
        circuit._circuits.clear()
        for _round in range(rounds):
            self.overdue()
            settle_due(REDEEMING)
            settle_due(REVERSING)

    def prove(self):
        """Everything that is to be proved is looked for once; a sweep takes some at a time."""
        self.overdue()
        while prove_redemptions() + prove_reversals():
            pass

    def over_the_horizon(self):
        """More than an hour of looking passes."""
        for model in (Redemption, ReversalAct):
            model.objects.unsettled().update(started_at=LONG_AGO)
        self.settle(rounds=6)


@pytest.fixture
def desk(outside, stores, rules, agent, lead, customer_id):
    return Desk(outside, stores.contact_centre, agent, lead, customer_id)


def again(row):
    """The row as it is in the database now."""
    return type(row).objects.get(pk=row.pk)
