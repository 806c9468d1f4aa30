"""Both halves of every call: the first before anything leaves, the second whatever happens."""

import logging
import threading

import pytest
import responses
from django.db import connection, transaction

from apps.audit.models import Entry, EntryIdentifier
from apps.audit.recorder import CallRecorder
from apps.capillary.client import Client
from apps.capillary.config import Config
from apps.capillary.errors import CapillaryError
from apps.capillary.resources import customers
from apps.core.context import use_reference
from apps.core.errors import TraceUnavailable
from tests.audit.conftest import MOBILE, answered_call, sent_call, unwritable

pytestmark = pytest.mark.django_db
BASE = "http://capillary.example.com"


@pytest.fixture
def recorder(asha):
    return CallRecorder(asha)


def test_both_halves_are_kept_with_the_click_they_belong_to(recorder, reference):
    call = sent_call()
    recorder.sent([call])
    assert Entry.objects.get().outcome == "sent"
    recorder.answered([answered_call(call)])
    first, second = Entry.objects.order_by("id")
    assert (first.action, second.action) == ("call.sent", "call.answered")
    assert first.call_id == second.call_id == call.call_id
    assert first.reference == second.reference == reference
    assert (second.status, second.code, second.request_id, second.latency_ms) == (
        200,
        "1000",
        "5c1f0e7a-91d2",
        212,
    )
    assert second.customer == "4417"
    assert first.content["call"]["params"]["source"] == "INSTORE"
    assert second.content["call"]["reply"] == {"entity": 4417}


def test_no_answer_is_an_entry_of_its_own(recorder, reference):
    call = sent_call(write=True, customer_id="4417")
    recorder.sent([call])
    recorder.answered(
        [
            answered_call(
                call,
                status=None,
                outcome="unknown",
                codes=(),
                error="ReadTimeout",
                reply=None,
                customer_id="",
            )
        ]
    )
    last = Entry.objects.latest("id")
    assert (last.action, last.outcome, last.customer) == ("call.unanswered", "unknown", "4417")


def test_the_calls_of_a_page_are_two_statements(recorder, reference, django_assert_num_queries):
    calls = [sent_call(identifiers=()) for _ in range(8)]
    with django_assert_num_queries(1):
        recorder.sent(calls)
    with django_assert_num_queries(1):
        recorder.answered([answered_call(call) for call in calls])
    ids = list(Entry.objects.order_by("id").values_list("call_id", flat=True))
    assert ids == [call.call_id for call in calls] * 2


def test_calls_outside_of_any_click_are_tied_together_all_the_same(recorder):
    call = sent_call()
    recorder.sent([call])
    recorder.answered([answered_call(call)])
    assert len(set(Entry.objects.values_list("reference", flat=True))) == 1
    assert Entry.objects.first().reference.startswith("LC-")


def test_identifiers_are_found_by_hash_and_stored_nowhere(recorder, reference):
    recorder.sent([sent_call(params={"mobile": "5550004417 and " + MOBILE}, body=f"<m>{MOBILE}</m>")])
    payload = bytes(Entry.objects.get().payload).decode()
    assert MOBILE not in payload
    assert EntryIdentifier.objects.count() == 1


@responses.activate
def test_the_real_client_leaves_nothing_when_the_trail_cannot_be_written(recorder, reference):
    responses.get(f"{BASE}/v2/customers/lookup", json={"entity": 4417})
    client = Client(
        Config(base_url=BASE, auth="basic", username="till", password="not-a-real-one"), recorder=recorder
    )
    call = customers.lookup(source="INSTORE", identifier_name="mobile", identifier_value="915550004417")
    with unwritable():
        with pytest.raises(TraceUnavailable):
            client.send(call)
        with pytest.raises(TraceUnavailable):
            client.send_all({"a": call, "b": call})
    assert len(responses.calls) == 0


@responses.activate
def test_the_real_client_leaves_both_halves_and_no_secret(recorder, reference):
    responses.get(
        f"{BASE}/v2/customers/lookup", status=404, json={"errors": [{"code": 8015, "message": MOBILE}]}
    )
    client = Client(
        Config(base_url=BASE, auth="basic", username="till", password="not-a-real-one"), recorder=recorder
    )
    with pytest.raises(CapillaryError):
        client.send(
            customers.lookup(source="INSTORE", identifier_name="mobile", identifier_value="915550004417")
        )
    payloads = [bytes(entry.payload).decode() for entry in Entry.objects.order_by("id")]
    assert len(payloads) == 2
    for secret in ("5550004417", "5550 004417", "not-a-real-one", "Authorization"):
        assert not any(secret in one for one in payloads)
    assert Entry.objects.latest("id").outcome == "not_done"


def test_a_second_half_that_cannot_be_written_is_said_aloud_and_closed_later(recorder, reference, caplog):
    call = sent_call(write=True)
    recorder.sent([call])
    with unwritable(), caplog.at_level(logging.CRITICAL, "console.audit"):
        recorder.answered([answered_call(call)])
    assert call.call_id in caplog.text
    assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_call_inside_a_transaction_is_refused(recorder):
    with pytest.raises(RuntimeError, match="transaction"), transaction.atomic():
        recorder.sent([sent_call()])
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_late_answer_from_another_thread_keeps_its_click_and_leaves_no_connection(recorder):
    call = sent_call()
    with use_reference("LC-AAAA-BBBB-CCCC"):
        recorder.sent([call])
    left_open = []

    def late():
        recorder.answered([answered_call(call)])
        left_open.append(connection.connection is not None and connection.vendor == "postgresql")

    thread = threading.Thread(target=late)
    thread.start()
    thread.join()
    assert left_open == [False]
    assert set(Entry.objects.values_list("reference", flat=True)) == {"LC-AAAA-BBBB-CCCC"}
    assert Entry.objects.count() == 2
