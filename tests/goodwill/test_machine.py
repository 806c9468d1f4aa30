"""Walks the state machine with faults: no path ends in two credits, or without a decision on record."""

import sqlite3
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.capillary import circuit
from apps.core.errors import ConsoleError
from apps.goodwill import states
from apps.goodwill.answering import answer, withdraw
from apps.goodwill.deciding import approve, open_evidence, reject, send_back
from apps.goodwill.models import GoodwillRequest, OutsideAct, Taking
from apps.goodwill.policy import approve_due
from apps.goodwill.proving import prove_credits
from apps.goodwill.resolving import give_up
from apps.goodwill.settling import settle_unknown
from apps.goodwill.states import State
from apps.goodwill.syncing import sync_pending
from tests.support.times import LONG_AGO

pytestmark = pytest.mark.django_db(transaction=True)
WRITES = st.sampled_from(["add", "approve", "reject"])
FAULTS = st.sampled_from(["drop_before", "drop_after", "status", "nonsense"])


class Goodwill(RuleBasedStateMachine):
    """People, outside and customers are given by the test (see `machine_at`)."""

    desk = second_lead = outside = several = None

    def __init__(self):
        super().__init__()
        self.outside.reset()
        self.mine = []

    def heal(self):
        self.outside.clear()
        self.outside.switch(goodwill="credited")

    def try_it(self, act):
        """What a person tries may be refused; it must never be anything but a sentence."""
        circuit._circuits.clear()
        try:
            return act()
        except ConsoleError as error:
            if not error.message:
                raise
            return None

    def pick(self, number):
        pk = self.mine[number % len(self.mine)]
        return GoodwillRequest.objects.select_related("store", "series").get(pk=pk)

    @rule(write=WRITES, kind=FAULTS)
    def something_breaks(self, write, kind):
        self.outside.add_fault(kind=kind, path=f"/v1.1/request/{write}", count=1, status=500)

    @rule(quiet=st.booleans())
    def credits_come_or_do_not(self, quiet):
        self.outside.switch(goodwill="approved_not_credited" if quiet else "credited")

    @precondition(lambda self: len(self.mine) < 3)
    @rule(amount=st.sampled_from([60, 500, 2500]))
    def ask(self, amount):
        [customer] = self.several(1)
        request = self.try_it(lambda: self.desk.ask(amount, customer_id=customer))
        if request is not None:
            self.mine.append(request.pk)

    @precondition(lambda self: self.mine)
    @rule(number=st.integers(0, 2), who=st.sampled_from(["lead", "second", "agent"]), less=st.booleans())
    def approve(self, number, who, less):
        request = self.pick(number)
        user = {"lead": self.desk.lead, "second": self.second_lead, "agent": self.desk.agent}[who]
        actor = self.desk.actor(user)
        amount = Decimal(40) if less else None
        evidence = self.try_it(lambda: open_evidence(actor=actor, user=user, request=request))
        if evidence is not None:
            seen = evidence.fingerprint
            self.try_it(lambda: approve(actor=actor, user=user, request=request, seen=seen, amount=amount))

    @precondition(lambda self: self.mine)
    @rule(number=st.integers(0, 2), word=st.sampled_from(["reject", "withdraw", "send_back", "answer"]))
    def say(self, number, word):
        request = self.pick(number)
        lead = {"actor": self.desk.actor(), "user": self.desk.lead, "request": request}
        agent = {"actor": self.desk.actor(self.desk.agent), "user": self.desk.agent, "request": request}
        self.try_it(
            {
                "reject": lambda: reject(**lead, reason="No."),
                "send_back": lambda: send_back(**lead, reason="Which?"),
                "withdraw": lambda: withdraw(**agent, reason="Twice."),
                "answer": lambda: answer(**agent, words="That one."),
            }[word]
        )

    @precondition(lambda self: self.mine)
    @rule(number=st.integers(0, 2), verdict=st.sampled_from(["approve", "reject"]))
    def somebody_decides_outside(self, number, verdict):
        request = self.pick(number)
        for row in self.outside.goodwill(reference_id=request.reference):
            self.outside.decide(row["id"], verdict)

    @rule()
    def the_worker_comes_by(self):
        circuit._circuits.clear()
        self.desk.overdue()
        settle_unknown()
        approve_due()
        prove_credits()

    @rule()
    def an_hour_passes(self):
        OutsideAct.objects.filter(request__in=self.mine).update(started_at=LONG_AGO, looks=5)
        self.the_worker_comes_by()

    @precondition(lambda self: self.mine)
    @rule(number=st.integers(0, 2))
    def a_second_person_gives_up(self, number):
        request = self.pick(number)
        for user in (self.desk.lead, self.second_lead):
            self.try_it(
                lambda user=user: give_up(
                    actor=self.desk.actor(user), user=user, request=request, reason="Not there."
                )
            )

    @invariant()
    def outside_and_inside_agree(self):
        for pk in self.mine:
            request = GoodwillRequest.objects.get(pk=pk)
            rows = self.outside.goodwill(reference_id=request.reference)
            assert len(rows) <= 1, "two requests outside"
            status = rows[0]["status"] if rows else ""
            if request.state in states.GIVEN:
                assert status == "APPROVED"
            if request.state in {State.REJECTED, State.WITHDRAWN}:
                assert status == "REJECTED"
            if request.state == State.DONE:
                assert credits_of(self.outside, rows[0]["id"]) == 1
            if rows:
                assert credits_of(self.outside, rows[0]["id"]) <= 1, "two credits"
            said_yes = request.decisions.filter(verdict="approve", took_effect=True)
            said_no = request.decisions.filter(verdict__in=["reject", "withdraw"], took_effect=True)
            assert said_yes.count() == (request.state in states.GIVEN)
            assert said_no.count() == (request.state in {State.REJECTED, State.WITHDRAWN})
            held = Taking.objects.filter(request=request, released_at=None)
            assert not (request.state in states.ENDED_WITHOUT and held.exists())
            assert request.state not in states.GIVEN or held.filter(account="store").count() == 1

    def teardown(self):
        """In the end everything is known: the outside is well, time passes, people look."""
        self.heal()
        for _round in range(2):
            self.an_hour_passes()
            for number in range(len(self.mine)):
                self.a_second_person_gives_up(number)
            sync_pending(round_pages=100)
            self.the_worker_comes_by()
        self.outside_and_inside_agree()
        for pk in self.mine:
            request = GoodwillRequest.objects.get(pk=pk)
            assert request.state not in {State.SENDING, State.DECIDING}
            assert request.open_act is None
            if request.state == State.REFUSED:
                assert not self.outside.goodwill(reference_id=request.reference)


def machine_at(**given):
    """The machine with the people, outside and customers of a test."""
    return type("GoodwillHere", (Goodwill,), given)


def credits_of(outside, request_id):
    """How often the look-alike has credited this request."""
    with sqlite3.connect(f"file:{outside.database}?mode=ro", uri=True, timeout=20) as rows:
        points = "SELECT count(*) FROM sandbox_ledgerentry WHERE note = ?"
        return rows.execute(points, (f"Goodwill {request_id}",)).fetchone()[0]


def test_no_path_ends_in_two_credits_or_without_a_decision(desk, second_lead, outside, several):
    run_state_machine_as_test(
        machine_at(desk=desk, second_lead=second_lead, outside=outside, several=staticmethod(several)),
        settings=settings(
            max_examples=10,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
