"""The room's tests talk to a real sandbox; campaigns as in the demo, and a manager where the agent works."""

import uuid
from itertools import count

import pytest
from django.core.cache import cache

from apps.audit.actor import Actor
from apps.capillary import circuit, ratelimit
from apps.operations.acts.settling import settle_due
from apps.referrals.inviting import invite
from apps.referrals.models import Invitation
from apps.referrals.seeding import seed_rules
from apps.referrals.sending import INVITING
from apps.referrals.wanted import Row, WantedInvites
from tests.support.people import person
from tests.support.referrals import REFERRER
from tests.support.times import LONG_AGO

MAPLE, CIRCLE = "MAPLEFRIENDS", "THREADCIRCLE"


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
    # The calls of an hour are counted anew for every test.
    ratelimit._limiters.clear()
    settings.CAPILLARY = {**settings.CAPILLARY, "base_url": sandbox.url, "calls_per_second": 500.0}
    return sandbox


@pytest.fixture
def rules(stores):
    """The campaigns and rules of the demo."""
    return seed_rules(actor=Actor(user_id=None, name="Set-up", role="System"))


@pytest.fixture
def lead(stores):
    """Mira Kapoor, store manager of the Contact Centre."""
    return person(stores, "Mira Kapoor")


_turns = count(1)
_mails = count(1)


def fresh():
    """A mobile number nobody has, from a block the look-alike leaves free: at every call another."""
    return f"91557{next(_turns):07d}"


def fresh_mail():
    """An address nobody has."""
    return f"friend.{next(_mails)}.anew@example.com"


class Desk:
    """The people at work: short words for what the services do."""

    customer_id = REFERRER

    def __init__(self, outside, store, agent, lead):
        self.outside, self.store, self.agent, self.lead = outside, store, agent, lead

    def wanted(self, *contacts, **more):
        rows = tuple(
            one if isinstance(one, Row) else Row(name=f"Friend {number}", contact=one)
            for number, one in enumerate(contacts, start=1)
        )
        values = {"customer_id": self.customer_id, "rows": rows, "token": uuid.uuid4(), "campaign": MAPLE}
        return WantedInvites(**{**values, **more})

    def invite(self, *contacts, user=None, **more):
        return self.send(self.wanted(*contacts, **more), user)

    def actor(self, user=None):
        return actor_for(user or self.agent, self.store)

    def stored(self, identifier):
        """What the sandbox has of this person, newest first."""
        return self.outside.invitations(identifier=identifier, limit=20)

    def send(self, wanted, user=None):
        who = user or self.agent
        return invite(actor=self.actor(who), user=who, wanted=wanted)

    def well_again(self):
        """No faults any more, and the console notices at once."""
        self.outside.clear()
        circuit._circuits.clear()

    def settle(self, rounds=1):
        """The worker comes by, the outside is well again."""
        circuit._circuits.clear()
        for _round in range(rounds):
            Invitation.objects.exclude(next_look_at=None).update(next_look_at=LONG_AGO)
            settle_due(INVITING)

    def over_the_horizon(self):
        """More than an hour of looking passes."""
        Invitation.objects.unsettled().update(started_at=LONG_AGO)
        self.settle(rounds=6)


@pytest.fixture
def desk(outside, stores, rules, agent, lead):
    return Desk(outside, stores.contact_centre, agent, lead)


@pytest.fixture
def dialect(settings, outside):
    """``dialect("v2")``: the organisation has referrals in this version only."""

    def choose(name):
        settings.CAPILLARY = {**settings.CAPILLARY, "referrals": name}
        outside.switch(referrals={"v1.1": "v11"}.get(name, name))

    return choose


def again(row):
    """The row as it is in the database now."""
    return type(row).objects.get(pk=row.pk)
