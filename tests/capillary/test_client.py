"""Sending: what arrives outside, who it comes from, and what is recorded."""

import contextlib

import pytest

from apps.capillary.config import Till
from apps.capillary.errors import CapillaryError, Unauthorized
from apps.capillary.resources import customers, loyalty
from tests.capillary.conftest import zipped
from tests.capillary.sending import FOUND, NOTED, lookup, note


def test_lookup_answers_the_id_and_leaves_both_halves(client, outside, memory):
    outside.says(FOUND)
    assert client.send(lookup()) == 341594
    token, sent = memory.intents
    assert (token.name, sent.name) == ("v3.token.generate", "v2.customers.lookup")
    assert sent.path == "/v2/customers/lookup"
    assert sent.identifiers == (("mobile", "447700900123"),)
    answered = memory.outcomes[-1]
    assert (answered.call_id, answered.outcome, answered.status) == (sent.call_id, "done", 200)
    assert (answered.request_id, answered.customer_id) == ("REQ5670", "341594")
    assert answered.latency_ms >= 0


def test_nothing_private_or_secret_is_recorded(client, outside, memory):
    outside.says({"entity": 341594, "warnings": [{"code": 1, "message": "447700900123 token-number-1"}]})
    client.send(lookup())
    kept = repr([(one.params, one.body, one.path) for one in memory.intents]) + repr(
        [one.reply for one in memory.outcomes]
    )
    for private in ("447700900123", "token-number-1", "secret-of-tests", "key-of-tests"):
        assert private not in kept
    assert "never kept" in kept


def test_nothing_leaves_when_the_intent_cannot_be_stored(client, outside, memory):
    outside.says(FOUND)
    client.send(lookup())
    arrived = len(outside.seen)
    memory.broken = RuntimeError("read only")
    with pytest.raises(RuntimeError):
        client.send(lookup())
    with pytest.raises(RuntimeError):
        client.send_all({"one": lookup()})
    assert len(outside.seen) == arrived


def test_oauth_headers_name_the_till_and_the_token_is_shared(make, outside):
    outside.says(FOUND)
    client = make(till=Till("till.bandra.01"))
    client.send(lookup())
    client.send(lookup())
    headers = outside.seen[-1][2]
    assert headers["X-CAP-API-OAUTH-TOKEN"] == "token-number-1"
    assert headers["X-CAP-API-ATTRIBUTION-ENTITY-TYPE"] == "TILL"
    assert headers["X-CAP-API-ATTRIBUTION-ENTITY-CODE"] == "till.bandra.01"
    assert "Authorization" not in headers
    assert outside.tokens == 1


def test_token_is_renewed_before_it_ends(make, outside):
    outside.says(FOUND)
    outside.ttl = 0
    client = make()
    client.send(lookup())
    client.send(lookup())
    assert outside.tokens == 2


def test_401_renews_the_token_once_and_records_each_attempt(client, outside, memory):
    outside.says(lambda handler: handler.json({}, status=401), FOUND)
    assert client.send(lookup()) == 341594
    assert [seen[2]["X-CAP-API-OAUTH-TOKEN"] for seen in outside.seen] == ["token-number-1", "token-number-2"]
    assert [one.outcome for one in memory.outcomes] == ["done", "not_done", "done", "done"]
    assert len({one.call_id for one in memory.intents}) == 4


def test_401_twice_is_unauthorized(client, outside):
    outside.says(lambda handler: handler.json({}, status=401))
    with pytest.raises(Unauthorized) as caught:
        client.send(lookup())
    assert len(outside.seen) == 2
    assert caught.value.permanent
    assert caught.value.outcome_known


def test_401_inside_a_200_counts_too(client, outside):
    no = {"response": {"status": {"success": "false", "code": "401", "message": "Unauthorized"}}}
    outside.says(no, NOTED)
    assert client.send(note()).id == "77"


def test_refused_credentials_of_the_connection(client, outside):
    outside.scripts_tokens = True
    outside.says({"data": None, "errors": [{"code": 999, "message": "no"}]})
    with pytest.raises(Unauthorized):
        client.send(lookup())


def test_basic_sends_the_md5_of_the_tills_password(make, outside, memory):
    outside.says(FOUND)
    make(auth="basic", till=Till("store.server", username="store.server", password="server123")).send(
        lookup()
    )
    sent = outside.seen[0][2]["Authorization"]
    assert sent == "Basic c3RvcmUuc2VydmVyOjhhMTZhNmI3MDUwNWViMWYxZmY3Y2RjMGNkNTU1OWE3"
    assert sent.split()[1] not in repr(memory)


def test_basic_on_behalf_of_another_till(make, outside):
    outside.says(FOUND)
    make(auth="basic", username="hub", password="pw", till=Till("till.9")).send(lookup())
    headers = outside.seen[0][2]
    assert (headers["X-CAP-API-ATTRIBUTION-LOOKUP-TYPE"], headers["X-CAP-API-ATTRIBUTION-LOOKUP"]) == (
        "TILL",
        "till.9",
    )


def test_basic_401_is_not_tried_again(make, outside):
    outside.says(lambda handler: handler.json({}, status=401))
    with pytest.raises(Unauthorized):
        make(auth="basic", username="u", password="p").send(lookup())
    assert len(outside.seen) == 1


def test_gzip(client, outside):
    outside.says(zipped(FOUND))
    assert client.send(lookup()) == 341594


def test_placeholder_errors_are_no_errors(client, outside):
    outside.says({"entity": "341594", "errors": [{}], "warnings": [{}]})
    assert client.send(lookup()) == 341594


def test_extra_headers_and_params_arrive_encoded(make, outside):
    outside.says({"data": [], "pagination": {}})
    make(extra_headers={"X-Sandbox": "lists=always"}).send(customers.search(query="Zoë & <b>", limit=5))
    assert outside.seen[0][1] == "/v2/customers/search?q=Zo%C3%AB+%26+%3Cb%3E&limit=5&offset=0"
    assert outside.seen[0][2]["X-Sandbox"] == "lists=always"


def test_the_wire_logs_no_identifiers(client, outside, caplog):
    caplog.set_level("DEBUG")
    outside.says(FOUND)
    client.send(lookup())
    assert "447700900123" not in caplog.text
    assert "token-number" not in caplog.text


def test_a_failed_recorder_afterwards_loses_neither_value_nor_secret(client, outside, memory, caplog):
    outside.says(FOUND)

    def fail(calls):
        raise RuntimeError(f"cannot write {calls}")

    memory.answered = fail
    assert client.send(lookup()) == 341594
    assert "could not be stored" in caplog.text
    assert "447700900123" not in caplog.text


@pytest.mark.parametrize("given", ["9C3B5F447700900122", "84FA2911987654321019F2", "req-2026-11-23-0001"])
def test_a_request_id_stays_whole_for_the_outsides_support(make, memory, outside, given):
    outside.says(lambda handler: handler.json({"entity": 5}, **{"X-Cap-Requestid": given}))
    with contextlib.suppress(CapillaryError):
        make(auth="basic", username="u", password="p").send(loyalty.details(customer_id=1))
    assert memory.outcomes[-1].request_id == given
