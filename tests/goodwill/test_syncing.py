"""In step with the outside: requests made at tills come in, decisions made there are followed."""

import pytest

from apps.audit.models import Entry
from apps.core.errors import BadInput, Conflict
from apps.goodwill import syncing
from apps.goodwill.deciding import approve, open_evidence, send_back
from apps.goodwill.models import GoodwillRequest, SyncCursor
from apps.goodwill.syncing import sync_pending
from tests.audit.conftest import unwritable

pytestmark = pytest.mark.django_db(transaction=True)
TILL = "till.cc.01"


@pytest.fixture
def in_step(desk, outside):
    """All that waits at the sandbox from before has been read."""
    sync_pending(round_pages=100)
    GoodwillRequest.objects.all().delete()


def elsewhere():
    return GoodwillRequest.objects.filter(origin="elsewhere")


def test_requests_of_tills_come_into_the_queue_of_their_store(desk, outside, in_step, lead, manager):
    [asked] = outside.make_requests(
        count=1, tills=[TILL], customers=[desk.customer_id], base_type="POINTS", points="250"
    )
    assert sync_pending() >= 1
    request = elsewhere().get(outside_id=str(asked))
    assert (request.state, request.store.code, request.amount) == ("waiting", "CC", None)
    assert (request.customer_id, request.requester) == (desk.customer_id, None)
    assert request.customer_name
    assert "•" in request.customer_mask
    assert request.due_at > request.asked_at
    assert request in GoodwillRequest.objects.decidable_by(lead)
    assert request not in GoodwillRequest.objects.decidable_by(manager)


def test_what_comes_into_the_queue_is_an_entry(desk, outside, in_step):
    before = Entry.objects.filter(action="goodwill.taken_in").count()
    asked = outside.make_requests(count=3, tills=[TILL], customers=[desk.customer_id])
    sync_pending(round_pages=0)
    sync_pending(round_pages=0)
    entries = Entry.objects.filter(action="goodwill.taken_in").order_by("pk")[before:]
    told = [entry.content["details"] for entry in entries]
    assert told == [{"count": 3, "first_id": min(asked), "last_id": max(asked)}]
    assert entries[0].actor_name == "Reading of pending requests"


def test_nothing_comes_into_the_queue_unwritten(desk, outside, in_step):
    outside.make_requests(count=1, tills=[TILL], customers=[desk.customer_id])
    with unwritable():
        sync_pending(round_pages=0)
    assert not elsewhere().exists()
    sync_pending(round_pages=0)
    assert elsewhere().count() == 1


def test_reading_twice_takes_in_once(desk, outside, in_step):
    outside.make_requests(count=3, tills=[TILL], customers=[desk.customer_id])
    sync_pending()
    known = elsewhere().count()
    SyncCursor.objects.all().delete()
    sync_pending()
    assert elsewhere().filter(outside_number__gt=0).values("outside_id").distinct().count() >= known
    ids = list(elsewhere().values_list("outside_id", flat=True))
    assert len(ids) == len(set(ids))


def test_our_own_are_not_taken_in_again(desk, outside, in_step):
    ours = desk.ask(500)
    outside.add_fault(path="/v1.1/request/add", count=1, kind="drop_after")
    lost = desk.ask(501, customer_id=int(outside.characters["everything"]["id"]))
    assert lost.state == "sending"
    sync_pending()
    found = {
        one["id"] for one in outside.goodwill() if one["reference_id"] in {ours.reference, lost.reference}
    }
    assert len(found) == 2
    assert not elsewhere().filter(outside_number__in=found).exists()


def test_only_new_ones_are_read_and_the_cursor_goes_on(desk, outside, in_step, monkeypatch):
    monkeypatch.setattr(syncing, "PAGE", 2)
    made = outside.make_requests(count=5, tills=[TILL], customers=[desk.customer_id])
    outside.reset()
    sync_pending(round_pages=0)
    assert set(elsewhere().values_list("outside_number", flat=True)) == set(made)
    calls = outside.requests(path="/v1.1/request/get")
    assert len(calls) == 3
    assert SyncCursor.objects.get().head_id == max(made)
    outside.reset()
    sync_pending(round_pages=0)
    assert len(outside.requests(path="/v1.1/request/get")) == 1


@pytest.mark.parametrize(("verdict", "state"), [("approve", "approved"), ("reject", "rejected")])
def test_decisions_made_elsewhere_are_followed(desk, outside, in_step, verdict, state):
    ours = desk.ask(500)
    [theirs] = outside.make_requests(
        count=1, tills=[TILL], customers=[desk.customer_id], base_type="POINTS", points="40"
    )
    sync_pending()
    outside.decide(ours.outside_id, verdict)
    outside.decide(theirs, verdict)
    sync_pending(round_pages=100)
    for request in (GoodwillRequest.objects.get(pk=ours.pk), elsewhere().get(outside_number=theirs)):
        assert (request.state, request.decided_by) == (state, "elsewhere")
        assert request.decisions.get().elsewhere
    if verdict == "approve":
        assert elsewhere().get(outside_number=theirs).approved_amount == 40


def test_a_request_made_elsewhere_is_approved_here_for_a_number_that_is_given(desk, outside, in_step):
    [asked] = outside.make_requests(
        count=1, tills=[TILL], customers=[desk.customer_id], base_type="POINTS", points="250"
    )
    sync_pending()
    request = elsewhere().get(outside_number=asked)
    with pytest.raises(Conflict, match="nobody here can answer"):
        send_back(actor=desk.actor(), user=desk.lead, request=request, reason="Why?")
    evidence = open_evidence(actor=desk.actor(), user=desk.lead, request=request)
    assert evidence.asked is None
    with pytest.raises(BadInput) as caught:
        approve(actor=desk.actor(), user=desk.lead, request=request, seen=evidence.fingerprint)
    assert caught.value.field == "amount"
    with pytest.raises(Conflict, match="changed"):
        approve(actor=desk.actor(), user=desk.lead, request=request, seen="", amount=200)
    done = approve(actor=desk.actor(), user=desk.lead, request=request, seen=evidence.fingerprint, amount=200)
    assert (done.state, done.approved_amount) == ("approved", 200)


def test_a_customer_of_elsewhere_who_is_a_colleague_needs_another_store(desk, outside, in_step, lead, agent):
    kavya = outside.characters["everything"]
    agent.set_mobile(outside.identifier("everything", "mobile"))
    agent.save()
    [asked] = outside.make_requests(count=1, tills=[TILL], customers=[int(kavya["id"])])
    sync_pending()
    request = elsewhere().get(outside_number=asked)
    assert request.needs_other_store
    assert request not in GoodwillRequest.objects.decidable_by(lead)


def test_an_outside_that_is_ill_loses_nothing(desk, outside, in_step):
    outside.make_requests(count=1, tills=[TILL], customers=[desk.customer_id])
    outside.add_fault(kind="status", path="/v1.1/request/get", status=500)
    assert sync_pending() == 0
    outside.clear()
    from apps.capillary import circuit

    circuit._circuits.clear()
    assert sync_pending() >= 1
    assert elsewhere().count() >= 1
