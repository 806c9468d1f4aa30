"""The end of a dry run of many rows: in pieces, with the lease held, and going on where it stopped."""

import pytest
from django.utils import timezone

from apps.operations.models import Chunk, Item
from apps.operations.work import claims, looking, services
from apps.operations.work.duplicates import mark_duplicates
from apps.operations.work.summing import totals_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def summing(office):
    """An operation of four chunks whose summing up waits for a worker."""
    operation = office.upload(*(f"{101 + one},10," for one in range(38)), "101,10,", "abc,1,")
    due = Chunk.objects.filter(state="waiting").exclude(phase="sum")
    while chunk := due.first():
        looking.work_on(claims.claim(chunk.pk), 9e9)
    return operation


def waiting_sum():
    return claims.claim(Chunk.objects.get(phase="sum").pk)


def prints_of(operation):
    chunks = operation.chunks.filter(phase="check").order_by("number")
    return list(chunks.values_list("fingerprint", flat=True))


def test_it_stops_when_its_time_is_over_and_goes_on_with_the_next_chunk(office, summing):
    seen = []
    for there in range(1, 5):
        looking.work_on(waiting_sum(), 0.0)
        prints = prints_of(summing)
        assert [bool(one) for one in prints] == [number < there for number in range(4)]
        assert prints[: there - 1] == seen
        seen = prints[:there]
    assert office.now(summing).state == "checking"
    looking.work_on(waiting_sum(), 9e9)
    operation = office.now(summing)
    assert (operation.state, operation.totals["ready"], operation.totals["bad"]) == ("checked", 38, 2)
    assert office.states(operation)[39] == "bad"


def test_what_it_has_found_already_is_not_looked_for_again(office, summing):
    looking.work_on(waiting_sum(), 0.0)
    operation = office.now(summing)
    assert operation.state == "checking"
    operation.chunks.filter(phase="check", number=1).update(fingerprint="f" * 64)
    # Would be a duplicate, if they were looked for once more.
    first, second = Item.objects.filter(operation=operation).order_by("row")[:2]
    Item.objects.filter(pk=second.pk).update(digest=first.digest)
    office.work()
    operation = office.now(operation)
    assert prints_of(operation)[0] == "f" * 64
    assert (operation.state, operation.totals["ready"]) == ("checked", 38)


def test_the_lease_is_held_while_nothing_is_found(summing):
    Item.objects.filter(row=39).delete()
    held = waiting_sum()
    before = timezone.now()
    Chunk.objects.filter(pk=held.chunk.pk).update(lease_until=before)
    mark_duplicates(held)
    assert Chunk.objects.get(pk=held.chunk.pk).lease_until > before
    Chunk.objects.filter(pk=held.chunk.pk).update(owner="another")
    with pytest.raises(claims.Lost):
        mark_duplicates(held)


def test_totals_hold_the_lease_every_so_many_rows(office, summing, monkeypatch):
    monkeypatch.setattr("apps.operations.work.summing.AT_ONCE", 10)
    held = []
    totals = totals_of(office.now(summing), lambda: held.append(True))
    # 39 rows are ready and one is left out.
    assert len(held) == 5
    assert (totals["points"], totals["ready"], totals["bad"]) == ("390", 39, 1)
    assert totals["problems"] == {"This is no customer id.": 1}


def test_one_that_is_cancelled_meanwhile_is_summed_up_no_further(office, summing):
    held = waiting_sum()
    services.cancel(actor=office.actor, user=office.user, operation=office.now(summing))
    looking.work_on(held, 9e9)
    assert office.now(summing).state == "cancelled"
    assert not any(prints_of(summing))
