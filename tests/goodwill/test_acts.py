"""The fence of acts: what never left is not done, and what is settled can leave no more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.capillary import ratelimit
from apps.capillary.ratelimit import BULK_WAIT_SECONDS, limiter_for
from apps.goodwill.acting import carry_out, reserve
from apps.goodwill.models import GoodwillRequest, OutsideAct
from apps.goodwill.settling import settle_unknown
from apps.goodwill.states import State
from apps.operations.acts.carrying import reserved
from apps.staff.connection import config

pytestmark = pytest.mark.django_db(transaction=True)
ADD = "/v1.1/request/add"


@pytest.fixture
def dead(desk, outside):
    """An act as a process leaves it that dies between reserving and sending."""
    outside.add_fault(path=ADD, count=1, kind="drop_before")
    desk.ask(500)
    outside.reset()
    OutsideAct.objects.update(state="in_progress", sent_at=None)
    return OutsideAct.objects.get()


def test_what_never_left_is_not_done_and_nothing_is_asked(desk, outside, dead):
    desk.overdue()
    settle_unknown()
    request = GoodwillRequest.objects.get()
    assert (dead.request_id, request.state) == (request.pk, State.REFUSED)
    assert request.message == "The console stopped before it was sent."
    assert outside.requests(path=ADD) == outside.goodwill(reference_id=request.reference) == []
    assert desk.ask(500).outside_id


def test_a_process_that_slept_too_long_sends_nothing_any_more(desk, outside, dead):
    desk.overdue()
    settle_unknown()
    after = carry_out(actor=desk.actor(desk.agent), act=dead)
    assert after.state == "not_done"
    assert outside.requests(path=ADD) == []


def test_what_may_have_left_is_looked_for(desk, outside, dead):
    OutsideAct.objects.update(sent_at=timezone.now())
    desk.overdue()
    settle_unknown()
    assert OutsideAct.objects.get().state == "unknown"


@pytest.fixture
def crowded(settings, outside):
    """Somebody waits for the line, all the time; long work soon loses its patience."""
    settings.CAPILLARY = {**settings.CAPILLARY, "calls_per_second": 499.0}
    limiter = limiter_for(config())
    limiter.wait_seconds["bulk"] = 0.05
    limiter._storage.incr(f"waiting/{limiter.key}", 60)
    yield
    ratelimit._limiters.clear()


@pytest.mark.parametrize(("channel", "state"), [("web", "done"), ("operation", "not_done")])
def test_what_long_work_writes_gives_way_to_people(desk, crowded, channel, state):
    request = desk.ask(2500)
    actor = replace(desk.actor(), channel=channel)
    request.state = "deciding"
    request.save()
    act = reserve(request, kind=OutsideAct.Kind.REJECT, actor=actor)
    assert carry_out(actor=actor, act=act).state == state


def test_an_act_of_long_work_is_not_given_up_while_it_waits_for_its_turn(desk):
    row = reserved(replace(desk.actor(), channel="operation"), customer_id=1)
    assert row["next_look_at"] - row["started_at"] > timedelta(seconds=2 * BULK_WAIT_SECONDS)
