"""The auditor's way: from an entry to its request, from a number to its entries, and only its own calls."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.audit.models import Entry
from apps.capillary import circuit
from apps.core.context import new_reference, use_reference
from apps.goodwill.deciding import Chosen, approve_many, open_evidence
from apps.goodwill.escalating import escalate
from apps.goodwill.models import Escalation, GoodwillRequest
from apps.goodwill.syncing import sync_pending

pytestmark = pytest.mark.django_db(transaction=True)
CLICK = "LC-7F3K-92QD-M4XA"


@pytest.fixture
def reader(client_as, auditor):
    """``reader("/trail/")``: what Lena Fischer sees, tags and all."""
    client = client_as(auditor)
    return lambda path: client.get(path, follow=True).content.decode()


def test_an_entry_and_its_click_lead_to_the_request(desk, reader):
    with use_reference(CLICK):
        request = desk.ask(500)
    entry = Entry.objects.get(action="goodwill.request.asked")
    link = f'href="/goodwill/requests/{request.pk}/">{request.number}</a>'
    assert link in reader(f"/trail/{entry.pk}/")
    assert link in reader(f"/trail/clicks/{CLICK}/")


@pytest.mark.parametrize("typed", ["{0}", "request:{0}", "about:{0}"])
def test_a_number_finds_its_entries(desk, reader, typed):
    request, other = desk.ask(500), desk.ask(90)
    for number in (request.number, request.number.lower()):
        page = reader(f"/trail/?q={typed.format(number)}")
        sentences = " ".join(re.findall(r"(?s)<summary.*?</summary>", page))
        assert request.number in sentences
        assert other.number not in sentences


def test_the_navigation_leads_to_all_requests_to_read(desk, client_as, auditor, agent, reader):
    waiting, given = desk.ask(500), desk.ask(90)
    assert 'href="/goodwill/requests/"' in reader("/trail/")
    page = reader("/goodwill/requests/")
    assert waiting.number in page
    assert given.number in page
    page = reader("/goodwill/requests/?state=waiting")
    assert (waiting.number in page, given.number in page) == (True, False)
    page = reader(f"/goodwill/requests/?number={given.number.lower()}")
    assert "What happened" in page
    assert "No request has this number." in reader("/goodwill/requests/?number=GR-99999999")
    assert client_as(agent).get("/goodwill/requests/").status_code == 403


def test_calls_of_a_request_are_its_own_after_several_were_approved_at_once(desk, outside, several, reader):
    asked = []
    for place, customer in enumerate(several(3)):
        with use_reference(new_reference()):
            asked.append(desk.ask(400 + place, customer_id=customer))
    with use_reference(CLICK):
        approve_many(actor=desk.actor(), user=desk.lead, chosen=[Chosen(one) for one in asked])
    first, *others = asked
    page = reader(f"/goodwill/requests/{first.pk}/calls/")
    titles = "".join(re.findall(r"(?s)<summary>.*?</summary>", page))
    assert (titles.count("/v1.1/request/approve"), titles.count("/v1.1/request/add")) == (1, 1)
    assert f"/v2/customers/{first.customer_id}<" in page
    for other in others:
        assert f"/v2/customers/{other.customer_id}" not in page
        assert f"start_id={other.outside_id}" not in page
    assert f"start_id={first.outside_id}" in page


def test_its_entries_stay_when_a_till_s_customer_becomes_known(desk, outside, reader):
    [theirs] = outside.make_requests(
        count=1, customers=[desk.customer_id], base_type="POINTS", tills=["till.cc.01"]
    )
    outside.add_fault(kind="status", path="/v1.1/request/logs", status=500)
    sync_pending()
    outside.clear()
    circuit._circuits.clear()
    request = GoodwillRequest.objects.get(outside_id=str(theirs), customer_id=None)
    Escalation.objects.update(escalate_minutes=1, due_minutes=1)
    long_ago = timezone.now() - timedelta(days=1)
    GoodwillRequest.objects.filter(pk=request.pk).update(due_at=long_ago, asked_at=long_ago)
    assert escalate() > 0
    open_evidence(actor=desk.actor(), user=desk.lead, request=request)
    assert GoodwillRequest.objects.get(pk=request.pk).customer_id == desk.customer_id
    page = reader(f"/goodwill/requests/{request.pk}/")
    assert "waits too long" in page
    assert "opened the evidence" in page
