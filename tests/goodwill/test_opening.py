"""Opening the form reads a customer, so it is an act of the person in the trail."""

import pytest

from apps.audit.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("answers", [True, False])
def test_who_opens_the_form_is_in_the_trail(desk, outside, client_as, agent, answers):
    if not answers:
        outside.add_fault(kind="status", path="/v2/*", status=500)
    assert client_as(agent).get(f"/goodwill/customers/{desk.customer_id}/ask/").status_code == 200
    [entry] = Entry.objects.filter(action="goodwill.form_opened")
    assert (entry.actor_id, entry.customer) == (agent.pk, str(desk.customer_id))
    calls = Entry.objects.filter(action="call.sent", customer=str(desk.customer_id))
    assert calls.filter(reference=entry.reference).exists()
    assert entry.pk < calls.order_by("id")[0].pk


def test_a_form_about_nobody_ends_with_nobody_found(outside, client_as, agent):
    assert client_as(agent).get("/goodwill/customers/499999999/ask/").status_code == 404
    entries = Entry.objects.filter(action="goodwill.form_opened").order_by("id")
    assert [one.outcome for one in entries] == ["done", "not_done"]
    assert len({one.reference for one in entries}) == 1


def test_typing_in_the_form_asks_nobody_and_is_no_act(desk, client_as, agent):
    data = {"kind": "points", "amount": "50"}
    before = Entry.objects.count()
    client_as(agent).post(f"/goodwill/customers/{desk.customer_id}/ask/check/", data)
    assert Entry.objects.count() == before
