"""Walks redemption and reversal with faults: each act at most once outside, and every row agrees or is unknown."""

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
from apps.points.deciding import approve_reversal, reject_reversal, withdraw_reversal
from apps.points.models import CodeSending, Redemption, Reversal, ReversalAct, State
from apps.points.resolving import give_up, it_is
from apps.points.reversing import ask_reversal
from apps.points.states import OPEN
from tests.points.conftest import LIST, LONG_AGO, REDEEM, REVERSE

pytestmark = pytest.mark.django_db(transaction=True)
FAULTS = st.sampled_from(["drop_before", "drop_after", "status", "nonsense", "busy"])
STEPS = settings(
    max_examples=8,
    stateful_step_count=14,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


class Walk(RuleBasedStateMachine):
    """What both machines share; people, outside and customer are given by the test (see `machine_at`)."""

    desk = second_lead = outside = several = None

    def __init__(self):
        super().__init__()
        self.outside.reset()
        [self.desk.customer_id] = self.several(1)

    def try_it(self, act):
        """What a person tries may be refused; it must never be anything but a sentence."""
        circuit._circuits.clear()
        try:
            return act()
        except ConsoleError as error:
            if not error.message:
                raise
            return None

    def break_next(self, path, kind):
        order = {"kind": "status", "status": 429} if kind == "busy" else {"kind": kind, "status": 500}
        self.outside.add_fault(path=path, count=1, **order)

    @rule(late=st.booleans())
    def the_list_comes_late_or_at_once(self, late):
        self.outside.switch(read_lag="600" if late else "0")

    @rule()
    def the_list_cannot_be_read(self):
        self.outside.add_fault(path=LIST, count=4, kind="status", status=500)

    @rule()
    def the_worker_comes_by(self):
        self.desk.settle()
        self.desk.prove()

    def a_person_looks(self):
        """What the console gave up on is settled by somebody else than who sent it, by what the outside has."""
        for subject in (*Redemption.objects.unsettled(), *Reversal.objects.filter(state=State.GOING)):
            for user in (self.desk.lead, self.second_lead):
                who = {"actor": self.desk.actor(user), "user": user, "subject": subject, "reason": "Looked."}
                for listed_id in self.really(subject):
                    self.try_it(lambda listed_id=listed_id, who=who: it_is(**who, listed_id=listed_id))
                self.try_it(lambda who=who: give_up(**who))

    def heal(self):
        self.outside.reset()
        circuit._circuits.clear()

    def time_passes(self):
        """Looked for five times over more than an hour: a person is asked. The times themselves stay, since they
        are compared with those outside."""
        for model in (Redemption, ReversalAct):
            model.objects.unsettled().filter(state="unknown").update(state="person", next_look_at=None)

    def teardown(self):
        """In the end everything is known: the outside is well, time passes, people look."""
        self.heal()
        self.desk.settle(rounds=2)
        self.time_passes()
        self.a_person_looks()
        self.desk.prove()
        self.outside_and_inside_agree()
        assert not Redemption.objects.unsettled().exists()
        assert not ReversalAct.objects.unsettled().exists()
        assert not Reversal.objects.filter(state=State.GOING).exists()
        for model in (Redemption, Reversal):
            assert not model.objects.filter(state="done", proved_at=None).exists(), "done and not proved"
            model.objects.all().update(next_proof_at=None)
        Reversal.objects.filter(state=State.WAITING).update(state=State.WITHDRAWN)


class Redeeming(Walk):
    """One customer, two people who redeem, tills that redeem too."""

    def __init__(self):
        super().__init__()
        # Where the outside has shown one of our references, a row without ours is never taken for it.
        self.desk.redeem(20)
        self.desk.prove()

    @rule(kind=FAULTS)
    def redeeming_breaks(self, kind):
        self.break_next(REDEEM, kind)

    @rule(points=st.sampled_from([20, 50, 100]), lead=st.booleans(), twice=st.booleans())
    def redeem(self, points, lead, twice):
        CodeSending.objects.update(at=LONG_AGO)
        user = self.desk.lead if lead else self.desk.agent
        wanted = self.desk.wanted(points)
        code = self.try_it(lambda: self.desk.code(wanted, user))
        for _press in range(1 + twice):
            self.try_it(lambda: self.desk.send_in(wanted, code or "123456", user))

    @rule(points=st.sampled_from([20, 50, 100]))
    def a_till_redeems(self, points):
        self.outside.redeem_elsewhere(self.desk.customer_id, points, till="till.cc.01")

    def really(self, subject):
        """The row outside that carries our reference, as somebody who looks into Capillary would see it."""
        return [
            str(row["id"]) for row in self.outside.redemptions(external_reference_number=subject.reference)
        ]

    @invariant()
    def outside_and_inside_agree(self):
        for act in Redemption.objects.filter(customer_id=self.desk.customer_id):
            theirs = self.outside.redemptions(external_reference_number=act.reference)
            assert len(theirs) <= 1, "redeemed twice"
            if act.state == "done":
                assert [row["points"] for row in theirs] == [act.points]
                assert act.listed_id in ("", str(theirs[0]["id"]))
            if act.state == "not_done":
                assert theirs == [], "said not done, and it was"
        open_ones = Redemption.objects.filter(customer_id=self.desk.customer_id).unsettled()
        assert open_ones.count() <= 1


class Reversing(Walk):
    """One redemption of 600 points at our till, people who ask and decide, tills that give back too."""

    def __init__(self):
        super().__init__()
        # The number the list shows for our till is learnt from the first reversal that is proved.
        row = self.outside.redeem_elsewhere(self.desk.customer_id, 20, till="till.cc.01")
        self.desk.reverse(row["id"], 20)
        self.desk.prove()
        self.row = self.outside.redeem_elsewhere(self.desk.customer_id, 600, till="till.cc.01")

    @rule(kind=FAULTS)
    def reversing_breaks(self, kind):
        self.break_next(REVERSE, kind)

    @rule(points=st.sampled_from([50, 100, 300]), lead=st.booleans(), twice=st.booleans())
    def ask(self, points, lead, twice):
        user = self.desk.lead if lead else self.desk.agent
        wanted = self.desk.to_reverse(self.row["id"], points)
        for _press in range(1 + twice):
            self.try_it(lambda: ask_reversal(actor=self.desk.actor(user), user=user, wanted=wanted))

    @precondition(lambda self: Reversal.objects.filter(state=State.WAITING).exists())
    @rule(
        who=st.sampled_from(["lead", "second", "agent"]),
        word=st.sampled_from(["approve", "reject", "withdraw"]),
    )
    def decide(self, who, word):
        user = {"lead": self.desk.lead, "second": self.second_lead, "agent": self.desk.agent}[who]
        values = {
            "actor": self.desk.actor(user),
            "user": user,
            "reversal": Reversal.objects.get(state=State.WAITING),
            "reason": "Looked at it.",
        }
        services = {"approve": approve_reversal, "reject": reject_reversal, "withdraw": withdraw_reversal}
        self.try_it(lambda: services[word](**values))

    @rule(points=st.sampled_from([50, 100]))
    def another_till_gives_back(self, points):
        if self.outside.redemptions(code=self.row["code"])[0]["remaining"] >= points:
            self.outside.reverse_elsewhere(self.row["code"], points, till="till.012.01")

    def really(self, subject):
        """Those of our till that no other reversal of ours is, as somebody who looks into Capillary would see."""
        taken = set(Reversal.objects.exclude(pk=subject.pk).values_list("listed_id", flat=True))
        return [row for row in self.of_our_till() if row not in taken]

    def of_our_till(self):
        rows = self.outside.reversals(redemption_code=self.row["code"])
        return {str(row["id"]): row["points"] for row in rows if row["till_id"] == 70070}

    @invariant()
    def outside_and_inside_agree(self):
        theirs = self.of_our_till()
        ours = Reversal.objects.filter(redemption_id=str(self.row["id"]))
        done = ours.filter(state=State.DONE)
        going = ours.filter(state=State.GOING)
        assert ours.filter(state__in=OPEN).count() <= 1
        assert self.outside.redemptions(code=self.row["code"])[0]["remaining"] >= 0
        assert done.count() <= len(theirs) <= done.count() + going.count(), (
            "given back twice, or unknown to us"
        )
        given = sum((one.given for one in done), Decimal(0))
        open_points = sum((one.points for one in going), Decimal(0))
        assert given <= sum(theirs.values()) <= given + open_points
        for one in done.exclude(listed_id=""):
            assert theirs[one.listed_id] == one.given


@pytest.mark.parametrize("machine", [Redeeming, Reversing])
def test_after_any_sequence_each_act_took_place_at_most_once_and_everything_settles(
    desk, second_lead, outside, several, machine
):
    given = {"desk": desk, "second_lead": second_lead, "outside": outside, "several": staticmethod(several)}
    run_state_machine_as_test(type(machine.__name__, (machine,), given), settings=STEPS)
