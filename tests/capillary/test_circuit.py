"""The circuit: when nothing leaves, who may try first, and that it closes again whatever happened meanwhile."""

import threading

import pytest

from apps.capillary.circuit import COOLS_SECONDS, Circuit
from apps.capillary.errors import CircuitOpen, OutcomeUnknown, RateLimited, Unreachable
from apps.capillary.ratelimit import RateLimiter
from apps.capillary.resources import loyalty, notes


def ended(admission, *, well, settles=True):
    admission.note(well=well, latency_ms=20, answered=well, settles=settles)


class Now:
    def __init__(self):
        self.at = 1000.0

    def __call__(self):
        return self.at


@pytest.fixture
def now():
    return Now()


@pytest.fixture
def opened(now):
    circuit = Circuit(now)
    for _ in range(5):
        circuit.note(well=False, latency_ms=100, answered=False)
    return circuit


def test_circuit_stays_closed_for_a_few_failures_among_many(now):
    circuit = Circuit(now)
    for turn in range(40):
        circuit.note(well=turn % 4 != 0, latency_ms=10)
    circuit.admit(write=True)
    assert circuit.health().state == "closed"


def test_circuit_opens_and_says_so_in_words(opened):
    for write in (True, False):
        with pytest.raises(CircuitOpen) as caught:
            opened.admit(write=write)
        assert caught.value.message.endswith(".")
        assert caught.value.outcome_known
    assert opened.health().state == "open"


def test_one_broken_customer_shuts_out_nobody(now):
    circuit = Circuit(now)
    for _ in range(30):
        circuit.note(well=False, latency_ms=20, about="500000022")
    assert circuit.health().state == "closed"
    for customer in ("500000023", "500000024"):
        circuit.note(well=False, latency_ms=20, about=customer)
    assert circuit.health().state == "open"


def test_silence_about_one_customer_is_an_outage_all_the_same(now):
    circuit = Circuit(now)
    for _ in range(5):
        circuit.note(well=False, latency_ms=20, answered=False, about="500000022")
    assert circuit.health().state == "open"


def test_one_read_may_try_after_a_while_and_closes_it(opened, now):
    now.at += COOLS_SECONDS + 1
    with pytest.raises(CircuitOpen):
        opened.admit(write=True)
    trying = opened.admit(write=False)
    with pytest.raises(CircuitOpen):
        opened.admit(write=False)
    ended(trying, well=True)
    opened.admit(write=True)


def test_a_failed_try_opens_it_again(opened, now):
    now.at += COOLS_SECONDS + 1
    ended(opened.admit(write=False), well=False)
    with pytest.raises(CircuitOpen):
        opened.admit(write=False)


def test_a_try_that_never_came_back_does_not_block_for_ever(opened, now):
    now.at += COOLS_SECONDS + 1
    opened.admit(write=False)
    now.at += COOLS_SECONDS * 4
    opened.admit(write=False)


def test_late_answers_from_before_say_nothing_about_now(now):
    circuit = Circuit(now)
    before = [circuit.admit(write=False) for _ in range(6)]
    for admission in before[:5]:
        ended(admission, well=False)
    ended(before[5], well=True)
    assert circuit.health().state == "open"


def test_a_step_on_the_way_ends_a_try_only_by_failing(opened, now):
    now.at += COOLS_SECONDS + 1
    trying = opened.admit(write=False)
    ended(trying, well=True, settles=False)
    assert opened.health().state == "probing"
    ended(trying, well=False, settles=False)
    assert opened.health().state == "open"


def test_a_try_that_ended_before_it_left_makes_room_for_the_next(opened, now):
    now.at += COOLS_SECONDS + 1
    opened.admit(write=False).release()
    opened.admit(write=False)


def test_health_figures(now):
    circuit = Circuit(now)
    circuit.note(well=False, latency_ms=9000, answered=False)
    now.at += 400
    for latency in (10, 20, 30, 40, 1000):
        circuit.note(well=True, latency_ms=latency)
    health = circuit.health()
    assert (health.calls, health.failures, health.median_ms, health.p95_ms) == (5, 0, 30, 1000)


def test_an_ill_outside_pauses_writes_before_they_leave(make, outside):
    outside.says(lambda handler: handler.json({}, status=503))
    client = make(auth="basic", username="u", password="p")
    for customer in (1, 2, 3):
        with pytest.raises(Unreachable):
            client.send(loyalty.details(customer_id=customer))
    arrived = len(outside.seen)
    with pytest.raises(CircuitOpen):
        client.send(notes.add(text="Hello.", customer_id=4))
    assert len(outside.seen) == arrived


def test_refusals_do_not_open_the_circuit(make, outside):
    outside.says({"errors": [{"code": 8015}]})
    client = make(auth="basic", username="u", password="p")
    for _ in range(8):
        with pytest.raises(Exception, match="No customer"):
            client.send(loyalty.details(customer_id=1))
    assert client.circuit.health().state == "closed"


@pytest.fixture
def ill(make, outside, now):
    """A client whose circuit opened and has cooled, and whose token ran out in the meantime."""
    circuit = Circuit(now)
    client = make(circuit=circuit)
    for _ in range(5):
        circuit.note(well=False, latency_ms=100, answered=False)
    now.at += COOLS_SECONDS + 1
    outside.says({"data": []})
    return client


def read():
    return loyalty.details(customer_id=1)


def test_an_outage_longer_than_the_token_ends_with_the_first_read(ill, outside):
    assert ill.send(read()) == ()
    assert outside.tokens == 1
    assert ill.circuit.health().state == "closed"


def test_the_first_of_many_reads_at_once_closes_it_too(ill, outside):
    answers = ill.send_all({"one": read(), "two": read()})
    assert [answer.error is None for answer in answers.values()].count(True) == 1
    assert ill.circuit.health().state == "closed"
    assert not any(answer.error for answer in ill.send_all({"one": read(), "two": read()}).values())


def test_a_sign_in_that_fails_opens_it_again_and_the_next_try_may_come(ill, outside, now):
    outside.scripts_tokens = True
    outside.says(lambda handler: handler.json({}, status=503))
    with pytest.raises(Unreachable):
        ill.send(read())
    assert ill.circuit.health().state == "open"
    outside.scripts_tokens = False
    outside.says({"data": []})
    now.at += COOLS_SECONDS + 1
    assert ill.send(read()) == ()


@pytest.mark.parametrize("many", [False, True])
def test_a_trail_that_cannot_be_written_leaves_the_try_to_the_next(ill, memory, many):
    def send():
        return ill.send_all({"one": read()})["one"].value if many else ill.send(read())

    memory.broken = RuntimeError("read only")
    with pytest.raises(RuntimeError):
        send()
    memory.broken = None
    assert send() == ()


def test_no_turn_leaves_the_try_to_the_next(make, outside, ill):
    full = RateLimiter(key="full", calls_per_second=1, people_wait_seconds=0.01)
    full.acquire("people")
    busy = make(circuit=ill.circuit, limiter=full, auth="basic", username="u", password="p")
    with pytest.raises(RateLimited):
        busy.send(read())
    assert ill.send(read()) == ()


def test_a_waiting_write_is_unknown_only_to_its_own_caller(make, outside):
    def answer(handler):
        if handler.command == "POST":
            handler.cut()
        else:
            handler.json({"data": []})

    outside.says(answer)
    client = make(auth="basic", username="u", password="p")
    failed = []

    def write():
        with pytest.raises(OutcomeUnknown):
            client.send(notes.add(text="Hello.", customer_id=1))
        failed.append(True)

    thread = threading.Thread(target=write)
    thread.start()
    assert client.send(loyalty.details(customer_id=1)) == ()
    thread.join()
    assert failed == [True]
