"""The customer column: internal ids and nothing a person could be called by."""

import logging

import pytest
from django.urls import reverse

from apps.audit.models import Entry
from apps.audit.recorder import CallRecorder
from apps.audit.services import record
from tests.audit.conftest import EMAIL, answered_call, sent_call

pytestmark = pytest.mark.django_db
LONG = "341594630017"
TYPED = "5550004417"


def call(asha, *, asked="", told="", **values):
    """Both halves of a call: asked for with one id, answered with another."""
    recorder, sent = CallRecorder(asha), sent_call(identifiers=(), customer_id=asked)
    recorder.sent([sent])
    recorder.answered([answered_call(sent, customer_id=asked or told, told_id=told, **values)])


def stored():
    """All that is kept, as text."""
    return " ".join(bytes(one.payload).decode() + one.customer for one in Entry.objects.all())


def test_a_long_id_is_one_once_an_answer_has_named_it(asha, reference):
    call(asha, told=LONG)
    assert record("trail.customer.viewed", actor=asha, customer=LONG).customer == LONG
    call(asha, asked=LONG)
    assert Entry.objects.filter(action="call.sent").latest("id").customer == LONG


@pytest.mark.parametrize("outcome", ["done", "not_done"])
def test_a_number_somebody_asked_with_is_no_id_because_the_outside_answered(asha, reference, outcome):
    """An empty list is a good answer too, and says nothing about the number."""
    call(asha, asked=TYPED, outcome=outcome, reply={"data": []})
    assert TYPED not in stored()


def test_a_short_id_is_kept_from_the_first_half_on(asha, reference):
    call(asha, asked="387746388")
    assert set(Entry.objects.values_list("customer", flat=True)) == {"387746388"}


@pytest.mark.parametrize("typed", [TYPED, "915550004417", EMAIL, "CRM-220319", "0387746388", "+915550004417"])
def test_the_history_of_what_is_no_id_is_not_there_and_leaves_nothing(client_as, auditor, typed, caplog):
    base = reverse("audit:trail")
    with caplog.at_level(logging.INFO):
        assert client_as(auditor).get(f"{base}customers/{typed}/").status_code == 404
    assert typed not in stored()
    told = [one.getMessage() for one in caplog.records if one.name == "console.request"]
    assert told
    assert not any(typed in one for one in told)


def test_a_customer_nobody_touched_yet_has_an_empty_history(client_as, auditor):
    page = client_as(auditor).get(reverse("audit:customer_history", args=["387746388"]))
    assert page.status_code == 200


def test_a_typed_number_is_searched_by_its_hash_alone(client_as, auditor):
    found = client_as(auditor).get(reverse("audit:trail"), {"customer": TYPED}, follow=True)
    assert found.status_code == 200
    assert TYPED not in found.request["QUERY_STRING"]
    assert TYPED not in stored()


def test_what_did_not_take_place_is_not_called_a_refusal(asha, reference, client_as, auditor):
    for outcome in ("not_done", "refused"):
        record("trail.viewed", actor=asha, outcome=outcome, details={"filters": "everything"})
    page = client_as(auditor).get(reverse("audit:trail"), {"outcome": "not_done"}).content.decode()
    assert "Not done" in page.partition("lc-dayhead")[2]
    assert "Refused" not in page.partition("lc-dayhead")[2]
    refused = client_as(auditor).get(reverse("audit:trail"), {"outcome": "refused"}).content.decode()
    assert "Refused" in refused.partition("lc-dayhead")[2]
