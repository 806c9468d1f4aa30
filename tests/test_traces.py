"""No act without its entry: a walk over every service that changes rows.

Services are read, not run: each comes to `record` when all goes well. What may be silent stands here, with why.
"""

import ast
import textwrap

import pytest

from tests.support.call_graph import Graph
from tests.support.walking import is_within, modules

ROOMS = tuple(
    f"apps.{room}"
    for room in ("staff", "operations", "customers", "goodwill", "points", "referrals", "audit", "core")
)
# Functions, or modules of them, that change rows and leave no entry themselves, and why.
ERASER = "registered as an eraser: `subject_requests.erasing` writes down what was destroyed, room by room"
LOG = "the log about the trail: its own places, checkpoints and verifications prove it"
STREAM = "how far the trail was sent elsewhere"
WORKER = "what a worker has read and checked of a file; asking, deciding, running and the end are entries"
ROW = "the row of a file beside its act, which is written down by its own room"
PULSE = "that a process lives, and whose turn it is"
PAST = "what is over is cleared away after its time; no act of anybody"
SILENT = {
    "apps.audit.log": LOG,
    "apps.audit.streaming.pushing": STREAM,
    "apps.audit.texts": "the words by which entries are found, made anew from the entries",
    "apps.audit.person_keys.forget": ERASER,
    "apps.audit.subject_requests.forgetting": ERASER,
    "apps.audit.subject_requests.packing._Writing._renew": "the claim of the worker that writes a pack",
    "apps.audit.subject_requests.packs": "parts of a pack; that it is ready, fetched and gone are entries",
    "apps.core.tables.writing": "a workbook somebody downloads: no row is changed",
    "apps.customers.glass.forget_opened": PAST,
    "apps.customers.kept.forget_kept": PAST,
    "apps.customers.recent.forget_old": PAST,
    "apps.customers.subject_data": ERASER,
    "apps.goodwill.granting": "registered for approvals: the operation's approval is the entry, each row's own follows",
    "apps.goodwill.subject_data": ERASER,
    "apps.goodwill.taking.lock_counting": "a row that is only locked, so that two do not count at once",
    "apps.operations.acts.carrying.FencedRecorder._mark": "that a call has left: `call.sent` stands beside it",
    "apps.operations.health.processes.database_writes": PULSE,
    "apps.operations.heartbeats": PULSE,
    "apps.operations.housekeeping": PAST,
    "apps.operations.leases": PULSE,
    "apps.operations.notices": "a person's own notices: told beside the entry of what they are about, and put away",
    "apps.operations.subject_data": ERASER,
    "apps.operations.webhooks.sending.forget_old": PAST,
    "apps.operations.work.checking": WORKER,
    "apps.operations.work.claims": PULSE,
    "apps.operations.work.ending.settle_if_known": WORKER,
    "apps.operations.work.files": "parts of a file; asking for it and fetching it are entries",
    "apps.operations.work.following": ROW,
    "apps.operations.work.moving": WORKER,
    "apps.operations.work.outcomes": ROW,
    "apps.operations.work.reading": WORKER,
    "apps.points.looking.keep_candidates": "what a look found, for a person to compare; the look is an entry",
    "apps.points.proofs.see_reversal": "the till the outside names, kept beside what is proved",
    "apps.points.reconciling.run": "compares only; what it keeps is that till, and its calls are entries",
    "apps.points.reversal_looking.keep_candidates": "as for redemptions",
    "apps.points.subject_data": ERASER,
    "apps.referrals.sightings.prune": PAST,
    "apps.referrals.subject_data": ERASER,
    "apps.staff.confirming.views.change": "that whoever asked has seen what became of it; the decision is the entry",
    "apps.staff.factors.limiter": "how many tries are left; each that was wrong is an entry of whoever asked",
    "apps.staff.sessions.closing.forget_old": PAST,
    "apps.staff.sessions.held.hold": "what somebody sent while the page was locked; sending it on is the entry",
    "apps.staff.sessions.opening.forget_what_waits": "what waited in it: signing out is the entry",
    "apps.staff.api.once": "that a call of a program is on its way, and its answer; what it did is the entry",
    "apps.staff.confirming.proposing.draft": "what somebody looks at before they ask; asking is the entry",
    "apps.staff.confirming.proposing.drop": "a draft nobody was asked about",
    "apps.staff.people_csv.rows.forget_files": PAST,
    "apps.staff.people_csv.views._kept": "a file somebody looks at before they apply it; applying is the entry",
    "apps.staff.review.deciding._settled": "kept and removed are entries; what ended elsewhere left its entry there",
    "apps.staff.review.signing.sign": "the signature of a result whose closing and SHA-256 are an entry",
    "apps.staff.strangers": "a count of what strangers tried: it becomes one entry, and what another has told is gone",
    "apps.staff.services.give_role": "a part of giving a role, of inviting and of making somebody: those write it down",
}


# Functions that take an actor and leave the entry to another one: which.
THROUGH = {
    "apps.goodwill.acting.reserve": "apps.goodwill.outcomes.conclude",
    "apps.goodwill.identifying.identify": "apps.goodwill.opening.open_evidence",
    "apps.goodwill.reading.read_evidence": "apps.goodwill.opening.open_evidence",
    "apps.goodwill.reading.read_facts": "apps.goodwill.opening.open_evidence",
    "apps.points.codes._reserve": "apps.points.codes.send_code",
    "apps.points.giving_back.reserve": "apps.points.reversal_outcomes.conclude",
    "apps.points.reversal_outcomes._by_its_other_id": "apps.points.reversal_outcomes.conclude",
    "apps.referrals.reading.read_referrals": "apps.referrals.views.customer_panel.customer_panel",
    "apps.staff.api.keys._account": "apps.staff.api.keys.make_key",
    "apps.staff.stores_admin.closing._end_what_may_not_meet": "apps.staff.stores_admin.closing.reopen_store",
}


@pytest.fixture(scope="module")
def house():
    return Graph(modules(*ROOMS))


def test_whatever_changes_rows_comes_to_an_entry(house):
    silent = house.silent()
    named = [name for name in silent if name in THROUGH or any(is_within(name, row) for row in SILENT)]
    assert [name for name in silent if name not in named] == []
    # What has found its entry needs no excuse any more.
    assert [row for row in THROUGH if row not in silent] == []
    assert [row for row in SILENT if not any(is_within(name, row) for name in silent)] == []


def test_the_one_who_writes_for_another_comes_to_an_entry(house):
    assert set(THROUGH.values()) <= house.recording


def test_the_walk_sees_the_services(house):
    """A walk that sees little finds little: services everybody knows are among what it holds to account."""
    with_actor = {
        name for name, one in house.functions.items() if "actor" in one.takes and name in house.changing
    }
    assert len(with_actor) > 120
    assert with_actor >= {
        "apps.staff.services.add_person",
        "apps.customers.notes.add_note",
        "apps.goodwill.deciding.reject",
        "apps.points.redeeming.redeem",
        "apps.referrals.inviting.invite",
        "apps.operations.work.steering.free_chunk",
        "apps.audit.saved.delete_view",
    }


MADE_UP = """
from apps.audit.services import record
from apps.made_up.models import Greeting

def greet(*, actor, customer_id):
    row = _kept(customer_id)
    record("customer.greeted", actor=actor, customer=customer_id)
    return row

def _kept(customer_id):
    return Greeting.objects.create(customer_id=customer_id)

def forgotten(*, actor, customer_id):
    return _kept(customer_id)

def only_refused(*, actor, greeting):
    if greeting.is_over:
        record("customer.greeted", actor=actor, outcome="refused")
        raise ValueError
    greeting.delete()

def only_failed(*, actor, greeting):
    try:
        greeting.save()
    except ValueError:
        _told(actor)

def _told(actor):
    record("customer.greeted", actor=actor)

def traced(service):
    _told(None)
    return service

@traced
def only_decorated(*, actor, greeting):
    Greeting.objects.filter(pk=greeting.pk).update(is_over=True)

def only_later(*, actor, greeting):
    greeting.save()
    transaction.on_commit(lambda: record("customer.greeted", actor=actor))

def of_a_dict(*, actor, found):
    found.update({"a": 1})

def sweep():
    Greeting.objects.filter(is_over=True).delete()

class Book:
    def note(self, actor):
        self._keep()
        self._tell(actor)

    def _keep(self):
        Greeting.objects.bulk_create([])

    def _tell(self, actor):
        _told(actor)
"""


def test_a_forgotten_entry_is_found_by_the_function_s_name():
    made_up = ast.parse(textwrap.dedent(MADE_UP))
    found = Graph({"apps.made_up.greeting": made_up}).silent()
    names = {name.removeprefix("apps.made_up.greeting.") for name in found}
    expected = {"_kept", "forgotten", "only_refused", "only_failed", "only_decorated", "only_later", "sweep"}
    assert names == expected


def test_an_entry_taken_out_of_any_service_is_missed(house):
    """Each without its own entry: found, unless it goes on to a service that leaves entries of its own."""
    known, found = house.silent(), 0
    for name in sorted(house.recording & house.functions.keys()):
        forgetful = house.without_entry(name) if house.is_answerable(name) else None
        if forgetful and forgetful.silent() != known:
            found += 1
        elif forgetful:
            goes_on = not forgetful.well[name][0].isdisjoint(forgetful.recording)
            assert goes_on or "actor" not in house.functions[name].takes, name
    assert found >= 25
