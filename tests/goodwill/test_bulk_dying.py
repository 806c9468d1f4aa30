"""Workers that die with a row's request kept and nothing sent: the row asks anew, and exactly once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone

from apps.goodwill.limits import left_to_give
from apps.goodwill.models import FileGrant, GoodwillRequest, LimitRule, OutsideAct, Taking
from apps.goodwill.settling import settle_unknown
from apps.operations.acts import carrying
from apps.operations.models import Chunk
from apps.operations.work import claims, services
from tests.goodwill.test_bulk import HEADER, KIND, row
from tests.support.bulk import Clerk
from tests.support.dying import worker_dies_before_sending

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clerk(desk, lead, stores):
    rule = {"user": lead, "purpose": "give", "kind": "points"}
    LimitRule.objects.create(**rule, per_request=Decimal(1000), per_day=Decimal(3000))
    return Clerk(lead, stores.contact_centre)


@pytest.fixture
def started(clerk, several):
    """One row of 500 points, started and not worked on."""
    operation = clerk.checked(KIND, HEADER, row(several(1)[0]))
    return services.run(actor=clerk.actor, user=clerk.user, operation=operation)


def ends_in_one_request(clerk, operation, outside, before):
    """The row is done by its last request; of those before nothing has left."""
    [item] = clerk.work(operation)
    requests = list(GoodwillRequest.objects.order_by("pk"))
    assert [one.state for one in requests] == [*["refused"] * before, "approved"]
    assert (item.state, item.act_reference) == ("done", requests[-1].reference)
    assert [len(outside.goodwill(reference_id=one.reference)) for one in requests] == [*[0] * before, 1]
    held = Taking.objects.filter(file=FileGrant.objects.get(), request=None)
    assert {one["left"] for one in held.values("account").annotate(left=Sum("amount"))} == {Decimal(0)}
    assert left_to_give(clerk.user, "points").used_day == Decimal(500)
    operation.refresh_from_db()
    assert operation.state == "done"


def test_the_row_of_a_worker_killed_before_sending_asks_anew(clerk, started, outside):
    worker_dies_before_sending(started, outside.url)
    [act] = OutsideAct.objects.all()
    assert (act.state, act.sent_at) == ("in_progress", None)
    ends_in_one_request(clerk, started, outside, before=1)


def test_it_does_so_after_the_second_death_too(clerk, started, outside):
    worker_dies_before_sending(started, outside.url)
    worker_dies_before_sending(started, outside.url)
    ends_in_one_request(clerk, started, outside, before=2)


def test_and_where_reading_back_was_quicker(clerk, started, outside):
    worker_dies_before_sending(started, outside.url)
    OutsideAct.objects.update(next_look_at=timezone.now())
    assert settle_unknown() == 1
    assert GoodwillRequest.objects.get().state == "refused"
    ends_in_one_request(clerk, started, outside, before=1)


def test_a_row_that_kills_every_worker_is_parked_for_a_person(clerk, started, outside):
    for _death in range(claims.MOST_TRIES):
        worker_dies_before_sending(started, outside.url)
    assert started.chunks.get(phase="run").state == "parked"
    for request in GoodwillRequest.objects.all():
        assert outside.goodwill(reference_id=request.reference) == []


def test_a_cancelled_row_is_not_begun_anew(clerk, started, outside):
    worker_dies_before_sending(started, outside.url)
    services.cancel(actor=clerk.actor, user=clerk.user, operation=started)
    clerk.work(started)
    OutsideAct.objects.update(next_look_at=timezone.now())
    settle_unknown()
    services_cleared(started)
    [item] = clerk.follow(started)
    assert (item.state, item.words) == ("not_done", "The console stopped before it was sent.")
    assert left_to_give(clerk.user, "points").used_day == 0


def test_a_worker_that_only_seemed_dead_sends_nothing_more(clerk, started, outside, monkeypatch):
    plain = carrying.fenced

    def sleeps(*values):
        monkeypatch.setattr(carrying, "fenced", plain)
        Chunk.objects.filter(state="claimed").update(lease_until=timezone.now() - timedelta(seconds=1))
        claims.free_expired(timezone.now())
        clerk.work(started)
        return plain(*values)

    monkeypatch.setattr(carrying, "fenced", sleeps)
    ends_in_one_request(clerk, started, outside, before=1)


def services_cleared(operation):
    """The sweep that clears up what was cancelled."""
    from apps.operations.work import ending, following

    ending.stop_wanted()
    following.clear_cancelled()
