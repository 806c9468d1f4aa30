"""What holds for every call: it is an entry, it costs the same for many rows, and whatever goes wrong is a problem."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Entry
from apps.goodwill.api.views import Choices
from apps.goodwill.models import GoodwillRequest, Reason
from apps.operations.colleagues import mobiles_of_staff
from apps.operations.models import Operation
from apps.points.models import Redemption, Reversal
from apps.referrals.models import Invitation, Invitee
from apps.staff.stores_admin.closing import people_at
from tests.support.programs import ACTING

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
LISTS = ("goodwill/requests/", "redemptions/", "reversals/", "referrals/invitations/", "operations/")


@pytest.fixture
def key(program, rules):
    return program(
        "customers", "goodwill_ask", "goodwill_decide", "points_redeem", "reversals_decide", "referrals", "operations",
    )  # fmt: skip


def add_rows(user, store, number):
    """One more row of each room."""
    now, common = timezone.now(), {"customer_id": 4417, "store": store}
    GoodwillRequest.objects.create(
        kind="points", amount=5, reason=Reason.objects.first(), tag=f"LC#{number}", requester=user,
        requester_name="Asha", asked_at=now, **common,
    )  # fmt: skip
    act = {"user": user, "user_name": "Asha", "user_role": "Agent", "started_at": now, **common}
    Redemption.objects.create(token=uuid.uuid4(), points=5, state="done", **act)
    sent = Invitation.objects.create(token=uuid.uuid4(), campaign="c", asked=1, state="done", **act)
    Invitee.objects.create(invitation=sent, position=0, customer_id=4417, kind="email", digest=str(number))
    Reversal.objects.create(
        token=uuid.uuid4(), user=user, user_name="Asha", redemption_id=str(number), redemption_points=5, points=5,
        reason="x", state="waiting", facts={}, **common,
    )  # fmt: skip
    Operation.objects.create(kind="bulk_goodwill", requested_by=user, requester_name="Asha", store=store)


def test_a_list_costs_the_same_for_one_and_for_many(key, agent, stores):
    def queries(path):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            answer = key.get(path)
        assert answer.status_code == 200, answer.json()
        return len(answer.json()["items"]), len(caught)

    add_rows(agent, stores.contact_centre, 1)
    # The first call of a key notes that it was used.
    key.get(LISTS[0])
    few = {path: queries(path) for path in LISTS}
    for number in (2, 3, 4):
        add_rows(agent, stores.contact_centre, number)
    many = {path: queries(path) for path in LISTS}
    assert {rows for rows, _asked in few.values()} == {1}
    assert {rows for rows, _asked in many.values()} == {4}
    assert {path: asked for path, (_rows, asked) in few.items()} == {
        path: asked for path, (_rows, asked) in many.items()
    }


def test_every_read_is_an_entry_also_of_what_is_not_there(key):
    reads = [one for one in ACTING if one.method == "get" and one.name.partition("_")[0] != "customers"]
    for one in reads:
        answer = key.client.get(reverse(one.name, kwargs=one.values), headers=key.headers())
        entry = Entry.objects.filter(reference=answer["X-Reference"]).get()
        assert (entry.actor_name, entry.channel, entry.outcome) == (
            "Program Shop", "api", "done" if answer.status_code < 400 else "not_done",
        )  # fmt: skip
        if entry.action == "api.called":
            assert entry.content["details"]["status"] == answer.status_code
    assert Entry.objects.filter(action="api.called", outcome="not_done").count() >= 4


def test_what_nobody_foresaw_is_a_problem_that_tells_nothing(key, monkeypatch, caplog):
    def breaks(*_args):
        raise LookupError("mobile +91 55599 00001")

    monkeypatch.setattr(Choices, "get", breaks)
    answer = key.get("goodwill/choices/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json()["reference"] == answer["X-Reference"]
    assert "55599" not in answer.content.decode()
    assert "LookupError" in caplog.text


def test_a_program_is_none_of_the_people(key, stores, agent):
    before = mobiles_of_staff().people
    assert key.account.memberships.filter(store=stores.contact_centre).exists()
    assert key.account not in people_at(stores.contact_centre)
    assert agent in people_at(stores.contact_centre)
    key.account.is_active = False
    key.account.save()
    assert mobiles_of_staff().people == before
