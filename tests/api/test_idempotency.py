"""One Idempotency-Key from twenty threads is one act, on whichever database; answers are forgotten in time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Entry
from apps.customers.models import OpenedForReason, ProtectedCustomer
from apps.goodwill.models import GoodwillRequest
from apps.staff.api.once import forget_answers
from apps.staff.models import ApiAct

THREADS = 20
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crm(program):
    """A program, and a protected customer whom it may open: a write that asks nobody outside."""
    made = program("customers")
    ProtectedCustomer.objects.create(
        customer_id=4417, kind="vip", reason="A guest", marked_by=made.key.made_by, marked_by_name="Imran"
    )
    return made


def opens(crm, name="one", reason="Ticket 12", **more):
    return crm.post("customers/4417/open/", {"reason": reason}, name=name, **more)


def storm(caller, path, body):
    """The answers to twenty calls at once, all under one name."""
    headers, barrier = caller.headers("storm"), threading.Barrier(THREADS)

    def call(_number):
        barrier.wait()
        try:
            url = f"/api/v1/{path}"
            return Client().post(url, body, content_type="application/json", headers=headers)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(call, range(THREADS)))
    assert all(one["Retry-After"] == "2" for one in answers if one.status_code == 409)
    return [one for one in answers if one.status_code != 409]


def test_one_key_from_twenty_threads_is_one_act(crm):
    answers = storm(crm, "customers/4417/open/", {"reason": "Ticket 12"})
    assert {one.status_code for one in answers} == {200}
    [until] = {one.json()["until"] for one in answers}
    assert Entry.objects.filter(action="customer.glass_broken").count() == 1
    assert opens(crm, "storm").json()["until"] == until
    assert (OpenedForReason.objects.count(), ApiAct.objects.count()) == (1, 1)


def test_twenty_threads_ask_the_outside_once(program, rules, customer_id, outside):
    body = {"customer_id": customer_id, "kind": "points", "points": "50", "reason": "late-delivery"}
    before = len(outside.goodwill(customer_id=customer_id))
    answers = storm(program("goodwill_ask"), "goodwill/requests/", body | {"different_matter": True})
    [pk] = {one.json()["id"] for one in answers}
    assert GoodwillRequest.objects.get().pk == pk
    assert len(outside.goodwill(customer_id=customer_id)) == before + 1


def test_the_same_name_with_something_else_in_it_is_refused(crm):
    first = opens(crm)
    assert (opens(crm).json(), opens(crm)["Idempotency-Replayed"]) == (first.json(), "true")
    for answer in (
        opens(crm, reason="Ticket 13"),
        opens(crm, store="CC"),
        crm.post("customers/4418/open/", {"reason": "Ticket 12"}, name="one"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
        assert answer.json()["outcome"] == "not_done"
    assert Entry.objects.filter(action="customer.glass_broken").count() == 1


def test_a_repeated_call_is_known_after_the_secret_key_was_exchanged(crm, settings):
    until = opens(crm).json()["until"]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [settings.SECRET_KEY]
    assert opens(crm).json()["until"] == until
    assert Entry.objects.filter(action="customer.glass_broken").count() == 1


@pytest.mark.parametrize("name", [None, "", "é", "x" * 256, "a\tb"])
def test_a_write_without_a_usable_name_does_nothing(crm, name):
    headers = {"authorization": f"Bearer {crm.text}"} | ({} if name is None else {"idempotency-key": name})
    body = {"reason": "Ticket 12"}
    url = "/api/v1/customers/4417/open/"
    answer = crm.client.post(url, body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert answer.json()["outcome"] == "not_done"
    assert not ApiAct.objects.exists()


def test_what_failed_on_the_way_may_be_sent_again_under_the_same_name(crm):
    rename = "ALTER TABLE {} RENAME TO {}"
    with connection.cursor() as cursor:
        cursor.execute(rename.format("audit_entry", "audit_entry_away"))
        answer = opens(crm)
        cursor.execute(rename.format("audit_entry_away", "audit_entry"))
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert (ApiAct.objects.get().begun_at, OpenedForReason.objects.count()) == (None, 0)
    assert opens(crm).status_code == 200
    row = ApiAct.objects.get()
    assert (row.state, row.begun_at, row.status) == ("done", None, 200)


def test_a_refusal_is_an_answer_and_an_entry(crm):
    answer = opens(crm, reason="x")
    assert (answer.status_code, answer.json()["outcome"]) == (422, "not_done")
    assert opens(crm, reason="x").json()["reference"] == answer.json()["reference"]


def test_answers_are_unreadable_in_the_database_and_forgotten_after_two_days(crm):
    opens(crm)
    row = ApiAct.objects.get()
    assert row.answer.startswith("gAAAA")
    assert forget_answers() == 0
    ApiAct.objects.update(made_at=timezone.now() - timedelta(hours=49))
    assert forget_answers() == 1


def test_every_answer_says_how_many_calls_are_left(crm, settings):
    first, second = (crm.get("customers/4417/") for _each in range(2))
    left = [int(one["RateLimit-Remaining"]) for one in (first, second)]
    assert (first["RateLimit-Limit"], left[0] - left[1]) == ("600", 1)
    assert 0 < int(first["RateLimit-Reset"]) <= 60


@pytest.mark.parametrize("path", ["nothing/", "goodwill/requests", "customers/x/"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_unknown_address_is_a_problem_and_no_page(client, db, path, method):
    answer = getattr(client, method)(f"/api/v1/{path}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["reference"].startswith("LC-")


def test_plain_http_is_refused_and_not_led_on(client, settings, db):
    settings.SECURE_SSL_REDIRECT = True
    url = reverse("goodwill_api:requests")
    plain = client.get(url, headers={"authorization": "Bearer lc_x"})
    assert (plain.status_code, plain["Content-Type"]) == (403, "application/problem+json")
    assert plain.json()["code"] == "https_only"
    assert client.get(url, secure=True).status_code == 401
    assert client.get("/sign-in/").status_code == 301
