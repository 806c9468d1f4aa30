"""What the tests of the log share: a key of their own for each test, entries, and a verification of everything."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.audit import person_keys
from apps.audit.actor import Actor
from apps.audit.log import publishing, sealer
from apps.audit.models import Checkpoint, Entry, Leaf, Verification
from apps.audit.store import Draft, append
from apps.core.context import new_reference
from tests.audit.conftest import EMAIL, MOBILE
from tests.support.trail import without_triggers

ASHA = Actor(
    user_id=4,
    name="Asha Verma",
    role="Agent",
    store_id=12,
    store_code="012",
    session="5f1e",
    ip="203.0.113.24",
    browser="Firefox on Windows",
)


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    """The folder where this test's signing key is made."""
    settings.VAR_DIR = tmp_path
    settings.AUDIT_CHECKPOINT_FILE = ""
    publishing._logged.clear()
    # Keys of an earlier test are in no database any more.
    person_keys._remembered.clear()
    return tmp_path


def draft(number=0, **values):
    """An entry with something in every column: a call about a customer with two identifiers."""
    given = {
        "action": "call.answered",
        "actor": ASHA,
        "outcome": "done",
        "reference": new_reference(),
        "customer": str(4417 + number),
        "subject": f"note {number}",
        "reason": "The caller asked.",
        "call_id": f"{number:026}",
        "call": {
            "method": "GET",
            "path": "/v2/customers/lookup",
            "status": 200,
            "codes": ["200", "1000"],
            "request_id": "5c1f0e7a",
            "latency_ms": 212,
        },
        "identifiers": (("mobile", MOBILE), ("email", EMAIL)),
    }
    return Draft(**(given | values))


def plain(number=0):
    """An entry about nobody."""
    return draft(number, customer="", identifiers=())


def write(count, first=0, make=plain):
    """So many entries in one transaction; their ids."""
    return [one.pk for one in append([make(first + number) for number in range(count)])]


def sealed_log(*counts, make=plain):
    """A log with a checkpoint after each of the counts."""
    first = 0
    for count in counts:
        write(count, first, make)
        first += count
        sealer.seal()


def verify(*, quick=False):
    """Look at everything by the command; what was found, as "entry place words". Its status says the same."""
    said = StringIO()
    try:
        call_command("audit", "verify", *(["--quick"] if quick else []), stdout=said)
        state = Verification.State.SOUND
    except CommandError:
        state = Verification.State.BROKEN
    asked = Verification.objects.latest("pk")
    assert asked.state == state
    assert bool(asked.findings) == (state == Verification.State.BROKEN)
    for one in asked.findings:
        assert one["what"] in said.getvalue()
    return [" ".join(str(one[name]) for name in ("entry", "index", "what")) for one in asked.findings]


def assert_gapless():
    """Every entry has one place, places have no gaps, and everything verifies."""
    places = list(Leaf.objects.order_by("index").values_list("index", "entry_id"))
    assert [index for index, _entry in places] == list(range(len(places)))
    assert sorted(entry for _index, entry in places) == list(
        Entry.objects.order_by("pk").values_list("pk", flat=True)
    )
    last = Checkpoint.objects.order_by("-size").first()
    assert (last.size if last else 0) == len(places)
    assert verify() == []


def tamper(statement, *values):
    """One statement on the tables of the trail, as somebody who owns the database would; how many rows it met."""
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount
