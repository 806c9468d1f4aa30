"""Every kind of trouble, and what it turns into: a second try, an honest no, or not known yet."""

import json
import socket
import time

import pytest

from apps.capillary.errors import (
    CustomerMerged,
    CustomerNotFound,
    Garbled,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unreachable,
)
from apps.capillary.resources import customers, loyalty, notes
from tests.capillary.conftest import drip
from tests.capillary.sending import FOUND, NOTED, lookup, note


def test_read_is_tried_again_after_503_and_429(client, outside, memory):
    outside.says(
        lambda handler: handler.json({}, status=503),
        lambda handler: handler.json({}, status=429, Retry_After="0"),
        FOUND,
    )
    assert client.send(lookup()) == 341594
    assert [one.attempt for one in memory.intents] == [1, 1, 2, 3]


def test_retry_after_longer_than_the_deadline_is_not_waited_for(make, outside):
    outside.says(lambda handler: handler.json({}, status=429, Retry_After="3600"))
    began = time.monotonic()
    with pytest.raises(RateLimited) as caught:
        make().send(lookup())
    assert time.monotonic() - began < 10
    assert caught.value.retry_after_seconds == 3600
    assert caught.value.outcome_known


def test_retry_after_is_honoured_within_the_deadline(client, outside):
    outside.says(lambda handler: handler.json({}, status=429, Retry_After="1"), FOUND)
    began = time.monotonic()
    client.send(lookup())
    assert time.monotonic() - began >= 1


def test_429_to_a_write_is_not_done_and_not_repeated(client, outside):
    outside.says(lambda handler: handler.json({}, status=429, Retry_After="0"))
    with pytest.raises(RateLimited) as caught:
        client.send(note())
    assert len(outside.seen) == 1
    assert caught.value.outcome_known


def test_write_whose_answer_never_came_is_unknown_and_sent_once(make, outside, memory):
    outside.says(lambda handler: time.sleep(0.6))
    with pytest.raises(OutcomeUnknown) as caught:
        make(read_timeout_seconds=0.2, deadline_seconds=0.5).send(note())
    assert not caught.value.outcome_known
    assert len(outside.seen) == 1
    assert (memory.outcomes[-1].outcome, memory.outcomes[-1].status) == ("unknown", None)


def test_write_dropped_after_sending_is_unknown(client, outside):
    outside.says(lambda handler: handler.cut())
    with pytest.raises(OutcomeUnknown):
        client.send(note())
    assert len(outside.seen) == 1


@pytest.mark.parametrize(
    "answer",
    [
        lambda handler: handler.json({}, status=500),
        lambda handler: handler.send(b"<html>bad gateway", status=502, kind="text/html"),
        lambda handler: handler.send(b"%%%", kind="application/json"),
        lambda handler: handler.json({"response": {"status": {"success": "true", "code": "200"}}}),
        lambda handler: handler.json({"response": {"status": {"success": "false", "code": "407"}}}),
        lambda handler: handler.json(NOTED, status=500),
        lambda handler: handler.send(b"not gzip", Content_Encoding="gzip"),
        lambda handler: handler.json(NOTED, status=302, Location="/elsewhere"),
    ],
)
def test_write_answered_with_nonsense_is_unknown(client, outside, answer):
    outside.says(answer)
    with pytest.raises(OutcomeUnknown):
        client.send(note())
    assert len(outside.seen) == 1


def test_write_refused_by_its_item_is_rejected(client, outside):
    refused = json.loads(json.dumps(NOTED))
    refused["response"]["customer"]["item_status"] = {"success": "false", "code": "1037", "message": "no"}
    outside.says(refused)
    with pytest.raises(Rejected) as caught:
        client.send(note())
    assert (caught.value.code, caught.value.field, caught.value.request_id) == ("1037", "text", "REQ5670")
    assert caught.value.message == "The note was not saved."


def test_item_speaks_for_an_overall_500(client, outside):
    outside.says(
        {
            "response": {
                "status": {"success": "false", "code": "500", "message": "all failed"},
                "customer": {"mobile": "447700900123", "item_status": {"success": "false", "code": "1012"}},
            }
        }
    )
    with pytest.raises(CustomerNotFound):
        client.send(notes.get(mobile="447700900123"))


def _closed_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def test_write_that_found_no_connection_is_tried_again_and_then_not_sent(make, memory):
    client = make(base_url=f"http://127.0.0.1:{_closed_port()}", auth="basic", username="u", password="p")
    with pytest.raises(NotSent) as caught:
        client.send(note())
    assert [one.attempt for one in memory.intents] == [1, 2, 3]
    assert {one.outcome for one in memory.outcomes} == {"not_done"}
    assert caught.value.outcome_known


def test_read_that_found_no_connection_is_unreachable(make):
    client = make(base_url=f"http://127.0.0.1:{_closed_port()}", auth="basic", username="u", password="p")
    with pytest.raises(Unreachable):
        client.send(lookup())


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (502, "The loyalty system cannot be reached behind its entrance at the moment."),
        (503, "The loyalty system is not available at the moment."),
        (504, "The loyalty system took too long behind its entrance."),
        (520, "The loyalty system failed with code 520."),
    ],
)
@pytest.mark.parametrize(
    "body", [b"{}", b'{"errors": [{"code": %d}]}', b"<html>"], ids=["empty", "no", "page"]
)
def test_a_failing_outside_is_not_called_a_refusal(client, outside, status, words, body):
    content = body % status if b"%d" in body else body
    outside.says(*[lambda handler: handler.send(content, status=status)] * 5)
    with pytest.raises(Unreachable) as caught:
        client.send(lookup())
    assert caught.value.message == words
    assert caught.value.next_step.startswith("Try again in a m")


@pytest.mark.parametrize("code", ["502", "503", "504"])
def test_a_write_the_outside_stumbled_over_is_unknown_whatever_the_status(client, outside, code):
    outside.says({"response": {"status": {"success": "false", "code": code}}})
    with pytest.raises(OutcomeUnknown):
        client.send(note())
    assert len(outside.seen) == 1


def test_a_dropped_connection_is_not_told_as_slowness(client, outside):
    outside.says(*[lambda handler: handler.cut()] * 5)
    with pytest.raises(Unreachable) as caught:
        client.send(lookup())
    assert caught.value.message == "The connection broke before the loyalty system had answered."


@pytest.mark.parametrize("head", [False, True])
def test_slow_drip_cannot_outlive_the_deadline(make, outside, head):
    outside.says(drip(0.05, 100, head=head))
    client = make(read_timeout_seconds=0.5, deadline_seconds=0.6)
    began = time.monotonic()
    with pytest.raises(Unreachable):
        client.send(lookup())
    # The whole reply would take five seconds.
    assert time.monotonic() - began < 3


def test_read_answered_with_nonsense_keeps_the_evidence_and_not_the_content(client, outside, memory):
    outside.says(lambda handler: handler.send(b"Dear asha@example.com", kind="text/plain"))
    with pytest.raises(Garbled):
        client.send(lookup())
    kept = memory.outcomes[-1].reply
    assert kept["length"] == 21
    assert len(kept["sha256"]) == 64
    assert "asha" not in repr(kept)


@pytest.mark.parametrize(
    ("code", "kind", "field"),
    [
        (8015, CustomerNotFound, "identifier"),
        (8065, CustomerNotFound, "identifier"),
        (8045, Rejected, "account"),
        (8013, Rejected, "identifier"),
        (8011, Rejected, "account"),
        (8012, Rejected, "source"),
    ],
)
@pytest.mark.parametrize("status", [200, 404, 400])
def test_lookup_refusals_whatever_the_http_status(client, outside, code, kind, field, status):
    no = {
        "entity": None,
        "warnings": [],
        "errors": [{"status": False, "code": code, "message": "no 447700900123"}],
    }
    outside.says(lambda handler: handler.json(no, status=status))
    with pytest.raises(kind) as caught:
        client.send(lookup())
    assert (caught.value.code, caught.value.field) == (str(code), field)
    assert caught.value.message.endswith(".")
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("message", "survivor"),
    [
        ("Customer 341594 was merged into 500222 on 2026-11-20 10:15:00", 500222),
        ("Customer 341594 was merged into 500222 (code 8069)", 500222),
        ("User with mobile 447700900123 merged with user 500222", None),
        ("Merged into 500222 by user 15000341", None),
        ("Merged by 15 requests of account 341594 into 500222", None),
        ("Merged on 20 Nov 2026", None),
        ("Customer 341594 merged", None),
        ("Merged into 0", None),
        ("Customer 341594 merged into 500222", 500222),
        ("Merged customer. Survivor: 500222", 500222),
        ("Customer is merged with user 500222", 500222),
        ("Customer merged", None),
    ],
)
def test_merged_customer_names_the_survivor(client, outside, message, survivor):
    outside.says({"warnings": [], "errors": [{"status": False, "code": 8069, "message": message}]})
    with pytest.raises(CustomerMerged) as caught:
        client.send(customers.get(customer_id=341594))
    assert caught.value.survivor_id == survivor


def test_code_without_words_of_ours_tells_its_own_scrubbed(client, outside):
    outside.says({"errors": [{"code": 777001, "message": "Call +44 7700 900123 about it"}]})
    with pytest.raises(Rejected) as caught:
        client.send(loyalty.details(customer_id=1))
    assert "777001" in caught.value.message
    assert "Call" in caught.value.next_step
    assert "900123" not in caught.value.next_step


def test_a_connection_the_outside_closed_while_idle_is_not_used_for_a_write(client, outside):
    def answer_and_hang_up(handler):
        handler.json({"data": []})
        handler.cut()

    outside.says(answer_and_hang_up, answer_and_hang_up, NOTED)
    client.send(loyalty.details(customer_id=1))
    client.send(loyalty.details(customer_id=1))
    time.sleep(0.05)
    assert client.send(note()).id == "77"
