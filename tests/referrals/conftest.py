"""The room's tests talk to a real sandbox; campaigns as in the demo, and a manager where the agent works."""

import uuid
from itertools import count

import pytest
from django.core.cache import cache

from apps.audit.actor import Actor
from apps.capillary import circuit
from apps.referrals.inviting import invite
from apps.referrals.models import Invitation
from apps.referrals.seeding import seed_rules
from apps.referrals.wanted import Row, WantedInvites
from tests.support.people import person
from tests.support.referrals import REFERRER
from tests.support.sandbox import sandbox, sandbox_process

__all__ = ["sandbox", "sandbox_process"]

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


def fresh():
    """A mobile number nobody has: each test its own, from a block the look-alike leaves free."""
    return f"91557{next(_turns):07d}"


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
        who = user or self.agent
        return invite(actor=self.actor(who), user=who, wanted=self.wanted(*contacts, **more))

    def actor(self, user=None):
        return actor_for(user or self.agent, self.store)

    def stored(self, identifier):
        """What the sandbox has of this person, newest first."""
        return self.outside.invitations(identifier=identifier, limit=20)

    def overdue(self):
        """Everything that is to be looked at later is to be looked at now."""
        Invitation.objects.exclude(next_look_at=None).update(next_look_at="2020-01-01T00:00:00Z")


@pytest.fixture
def desk(outside, stores, rules, agent, lead):
    return Desk(outside, stores.contact_centre, agent, lead)
