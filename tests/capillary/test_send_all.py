"""Many calls at once: as fast as the slowest, recorded together, and none harms another."""

import threading
import time

import pytest

from apps.capillary.errors import CustomerNotFound, OutcomeUnknown
from apps.capillary.resources import customers, loyalty, notes
from apps.core.context import current_reference, use_reference


def lookup():
    return customers.lookup(source="INSTORE", identifier_name="mobile", identifier_value="447700900123")


def slowly(seconds, body):
    def answer(handler):
        time.sleep(seconds)
        handler.json(body)

    return answer


@pytest.fixture
def warm(client, outside, memory):
    """A client that has its token already."""
    outside.says({"entity": 1})
    client.send(lookup())
    memory.intents.clear(), memory.outcomes.clear(), memory.batches.clear()
    outside.seen.clear()
    return client


def test_eight_calls_are_on_their_way_together(warm, outside):
    all_there = threading.Barrier(8, timeout=20)

    def answer(handler):
        # Nobody is answered before all eight have arrived.
        all_there.wait()
        handler.json({"entity": 5})

    outside.says(answer)
    answers = warm.send_all({str(key): lookup() for key in range(8)})
    assert [answer.value for answer in answers.values()] == [5] * 8
    assert list(answers) == [str(key) for key in range(8)]


def test_intents_are_stored_at_once_and_outcomes_at_once(warm, outside, memory):
    outside.says({"entity": 5})
    warm.send_all({str(key): lookup() for key in range(4)})
    assert memory.batches == [4]
    assert len(memory.outcomes) == 4


def test_one_failure_stays_alone(warm, outside):
    def answer(handler):
        handler.json({"data": []} if "loyalty" in handler.path else {"errors": [{"code": 8015}]})

    outside.says(answer)
    answers = warm.send_all({"bad": lookup(), "good": loyalty.details(customer_id=1)})
    assert isinstance(answers["bad"].error, CustomerNotFound)
    assert answers["good"].value == ()
    assert not answers["good"].pending


def test_late_call_is_pending_and_records_its_own_outcome(warm, outside, memory):
    may_answer = threading.Event()

    def answer(handler):
        may_answer.wait(20)
        handler.json({"entity": 5})

    outside.says(answer)
    answers = warm.send_all({"late": lookup()}, wait_seconds=0.1)
    assert answers["late"].pending
    assert answers["late"].value is None
    assert memory.outcomes == []
    may_answer.set()
    deadline = time.monotonic() + 20
    while not memory.outcomes and time.monotonic() < deadline:
        time.sleep(0.02)
    assert memory.outcomes[0].outcome == "done"
    assert memory.outcomes[0].call_id == memory.intents[0].call_id


def test_retries_in_the_pool_are_recorded_too(warm, outside, memory):
    outside.says(lambda handler: handler.json({}, status=503), {"entity": 5})
    assert warm.send_all({"one": lookup()})["one"].value == 5
    assert [one.attempt for one in memory.intents] == [1, 2]
    assert [one.outcome for one in memory.outcomes] == ["not_done", "done"]


def test_the_reference_of_the_click_goes_into_the_threads(warm, outside, memory, monkeypatch):
    seen = []
    outside.says(lambda handler: handler.json({}, status=503), {"entity": 5})
    keep = memory.answered
    memory.answered = lambda calls: (
        seen.append((current_reference(), threading.current_thread().name)),
        keep(calls),
    )
    with use_reference("LC-TEST-TEST-TEST"):
        warm.send_all({"one": lookup()})
    assert {reference for reference, _ in seen} == {"LC-TEST-TEST-TEST"}
    assert any(name.startswith("capillary") for _, name in seen)


def test_a_write_among_them_keeps_its_rules(warm, outside):
    outside.says(lambda handler: handler.cut())
    answers = warm.send_all({"write": notes.add(text="Hello.", customer_id=1)})
    assert isinstance(answers["write"].error, OutcomeUnknown)
    assert len(outside.seen) == 1


def test_many_threads_fetch_one_token(make, outside):
    outside.says(slowly(0.05, {"entity": 5}))
    client = make()
    threads = [threading.Thread(target=client.send, args=(lookup(),)) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert outside.tokens == 1
    assert len(outside.seen) == 8
