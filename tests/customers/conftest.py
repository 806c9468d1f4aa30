"""The room's tests talk to a real sandbox; in the name of people at stores it knows."""

import uuid
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import connection

from apps.audit.actor import Actor
from apps.capillary import circuit


@pytest.fixture
def outside(settings, sandbox, stores):
    """The sandbox as the connection, well again for every test."""
    cache.clear()
    # A test that makes the outside ill must not leave the circuit open for the next one.
    circuit._circuits.clear()
    settings.CAPILLARY = {**settings.CAPILLARY, "base_url": sandbox.url, "calls_per_second": 500.0}
    return sandbox


@pytest.fixture
def person_of_the_sandbox(outside):
    """The id of a character: ``person_of_the_sandbox("everything")``."""
    return lambda key: int(outside.characters[key]["id"])


@pytest.fixture
def actor(agent, stores):
    """Asha Verma as the trail sees her."""
    return Actor(
        user_id=agent.pk,
        name=agent.name,
        role="Agent",
        store_id=stores.contact_centre.pk,
        store_code=stores.contact_centre.code,
    )


@pytest.fixture
def person(person_of_the_sandbox):
    """Asha Kulkarni, who has some of everything."""
    return person_of_the_sandbox("everything")


@pytest.fixture
def words():
    """A text nobody else wrote."""
    return f"Parcel came late, promised a call back. {uuid.uuid4().hex[:8]}"


def look_up(desk, text, **more):
    """A search by form, and the page of what it came to; a found customer is left as the redirect."""
    answer = desk.post("/customers/", {"q": text, **more})
    kept = answer.get("Location", "").startswith("/customers/?found=")
    return desk.get(answer["Location"]) if kept else answer


@contextmanager
def read_only():
    """The database takes no writing inside."""
    words = {
        "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
        "postgresql": ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(words[0])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(words[1])


REFUSE = {
    "sqlite": (
        """CREATE TRIGGER refuse BEFORE INSERT ON audit_entry WHEN NEW.action IN ({actions})
        BEGIN SELECT RAISE(ABORT, 'no room'); END""",
        "DROP TRIGGER refuse",
    ),
    "postgresql": (
        """CREATE FUNCTION refuse() RETURNS trigger AS $$
        BEGIN IF NEW.action IN ({actions}) THEN RAISE 'no room'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql;
        CREATE TRIGGER refuse BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse()""",
        "DROP FUNCTION refuse CASCADE",
    ),
}


@contextmanager
def trail_refuses(*actions):
    """The trail takes no entries of these actions inside, as if it was full just then."""
    begin, end = REFUSE[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(begin.format(actions=", ".join(f"'{action}'" for action in actions)))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(end)
