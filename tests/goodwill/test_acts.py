"""The fence of acts: what never left is not done, and what is settled can leave no more."""

import pytest
from django.utils import timezone

from apps.goodwill.acting import carry_out
from apps.goodwill.models import GoodwillRequest, OutsideAct
from apps.goodwill.settling import settle_unknown
from apps.goodwill.states import State

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
