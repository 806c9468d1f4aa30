"""Administrators say which customers open only for a reason: by internal id, each step in the trail."""

import pytest
from django.urls import reverse

from apps.audit.models import Entry
from apps.core.errors import Refused
from apps.customers.models import ProtectedCustomer
from apps.customers.protecting import end_protection, protect
from tests.customers.conftest import trail_refuses

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/customers/protected/"
ADD = "/customers/protected/add/"
GOOD = {"customer_id": "500000001", "kind": "vip", "reason": "Member of the board"}


@pytest.fixture
def desk(client_as, administrator):
    return client_as(administrator)


def text(answer):
    return answer.content.decode()


def entries(action):
    return Entry.objects.filter(action=action)


def end_url(row):
    return reverse("customers:protection_end", args=[row.pk])


def test_a_customer_is_protected_and_it_is_in_the_trail(desk, administrator):
    answer = desk.post(ADD, GOOD, follow=True)
    html = text(answer)
    assert "Customer 500000001 is protected." in html
    assert "Member of the board" in html
    row = ProtectedCustomer.objects.get()
    assert (row.customer_id, row.kind, row.marked_by) == (500000001, "vip", administrator)
    entry = entries("customer.protected").get()
    assert (entry.customer, entry.subject, entry.reason) == ("500000001", "VIP", "Member of the board")
    assert entry.actor_id == administrator.pk


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"customer_id": ""}, "internal id."),
        ({"customer_id": "915550000001"}, "not a mobile or card number."),
        ({"customer_id": "neha@example.com"}, "not a mobile or card number."),
        ({"customer_id": "0"}, "not a mobile or card number."),
        ({"kind": "friend"}, "Choose one of those shown."),
        ({"kind": ""}, "Choose one of those shown."),
        ({"reason": " "}, "Say why they are protected."),
        ({"reason": "x" * 301}, "300"),
    ],
)
def test_what_cannot_be_used_is_said_beside_the_field_and_kept(desk, change, said):
    answer = desk.post(ADD, GOOD | change)
    html = text(answer)
    assert answer.status_code == 422
    assert said in html
    assert all(f'value="{value}"' in html for value in (GOOD | change).values() if value in ("500000001",))
    assert not ProtectedCustomer.objects.exists()
    assert not entries("customer.protected").exists()


def test_nobody_is_protected_twice(desk):
    desk.post(ADD, GOOD)
    answer = desk.post(ADD, GOOD | {"kind": "staff"})
    assert answer.status_code == 422
    assert "is protected already" in text(answer)
    assert ProtectedCustomer.objects.count() == entries("customer.protected").count() == 1


def test_what_ended_stays_with_who_when_and_why(desk, administrator):
    desk.post(ADD, GOOD)
    row = ProtectedCustomer.objects.get()
    assert "End the protection of customer 500000001" in text(desk.get(end_url(row)))
    assert desk.post(end_url(row), {"reason": ""}).status_code == 422
    answer = desk.post(end_url(row), {"reason": "Left the board"}, follow=True)
    assert "Customer 500000001 is no longer protected." in text(answer)
    assert "No customer is protected." in text(answer)
    row.refresh_from_db()
    assert (row.ended_by, row.ended_reason) == (administrator, "Left the board")
    assert row.ended_at is not None
    html = text(desk.get(f"{LIST}?ended=1"))
    assert "Left the board" in html
    assert "Member of the board" in html
    entry = entries("customer.protection_ended").get()
    assert (entry.customer, entry.reason) == ("500000001", "Left the board")
    assert desk.post(end_url(row), {"reason": "Once more"}).status_code == 409
    assert desk.get(end_url(row))["Location"] == LIST
    assert desk.post(ADD, GOOD).status_code == 302
    assert ProtectedCustomer.objects.count() == 2


def test_without_a_trail_nothing_changes(desk):
    with trail_refuses("customer.protected"):
        assert desk.post(ADD, GOOD).status_code == 503
    assert not ProtectedCustomer.objects.exists()
    desk.post(ADD, GOOD)
    with trail_refuses("customer.protection_ended"):
        answer = desk.post(end_url(ProtectedCustomer.objects.get()), {"reason": "Left the board"})
    assert answer.status_code == 503
    assert ProtectedCustomer.objects.current().count() == 1


def test_the_service_knows_who_may(actor, agent, administrator):
    with pytest.raises(Refused):
        protect(actor=actor, user=agent, **GOOD)
    row = ProtectedCustomer.objects.create(
        customer_id=1, kind="vip", reason="x", marked_by=administrator, marked_by_name="x"
    )
    with pytest.raises(Refused):
        end_protection(actor=actor, user=agent, pk=row.pk, reason="x")


def test_an_administrator_finds_the_page_and_opens_no_customer(desk):
    desk.post(ADD, GOOD)
    html = text(desk.get(LIST))
    assert 'aria-current="page"' in html
    assert "/customers/500000001/" not in html
    assert desk.get("/customers/500000001/").status_code == 403
    assert not entries("customer.glass_asked").exists()


def test_a_long_list_has_pages_and_a_fixed_cost(desk, administrator, django_assert_max_num_queries):
    ProtectedCustomer.objects.bulk_create(
        ProtectedCustomer(
            customer_id=number, kind="staff", reason="Works here", marked_by=administrator, marked_by_name="I"
        )
        for number in range(1, 121)
    )
    with django_assert_max_num_queries(8):
        html = text(desk.get(LIST))
    assert "1 to 50 of 120" in html
    assert "101 to 120 of 120" in text(desk.get(f"{LIST}?page=3"))
    assert desk.get(f"{LIST}?page=nonsense").status_code == 200
