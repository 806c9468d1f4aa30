"""The broker in a folder: messages are whole, each is taken once, whatever several processes do at once."""

import threading
from collections import Counter

from kombu import Connection, Exchange, Queue

from console.folder_broker import Transport

SENDERS, EACH = 4, 40


def opened(folder):
    for name in ("messages", "processed", "control"):
        (folder / name).mkdir(exist_ok=True)
    options = {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "processed_folder": str(folder / "processed"),
        "control_folder": str(folder / "control"),
        "store_processed": False,
    }
    return Connection("filesystem://", transport_options=options)


def test_filesystem_means_the_safe_one(tmp_path):
    with opened(tmp_path) as link:
        assert isinstance(link.transport, Transport)


def test_every_message_is_read_whole_and_by_one(tmp_path):
    heard, lock = [], threading.Lock()
    over = threading.Event()

    def send(number):
        with opened(tmp_path) as link:
            queue = link.SimpleQueue("bells")
            for one in range(EACH):
                queue.put({"number": number * EACH + one, "long": "x" * 20_000})

    def listen():
        with opened(tmp_path) as link:
            queue = link.SimpleQueue("bells")
            while not over.is_set() or queue.qsize():
                try:
                    message = queue.get(block=False)
                except queue.Empty:
                    continue
                message.ack()
                with lock:
                    heard.append(message.payload["number"])

    # Threads of one process share what they believe to be bound: the queue is there before any of them sends.
    with opened(tmp_path) as link:
        link.SimpleQueue("bells")
    senders = [threading.Thread(target=send, args=(number,)) for number in range(SENDERS)]
    listeners = [threading.Thread(target=listen) for _ in range(3)]
    for one in senders + listeners:
        one.start()
    for one in senders:
        one.join(timeout=180)
    over.set()
    for one in listeners:
        one.join(timeout=180)
    assert Counter(heard) == Counter(range(SENDERS * EACH))
    assert list((tmp_path / "messages").iterdir()) == []
    assert list((tmp_path / "processed").iterdir()) == []


def test_a_message_that_is_no_message_is_left_out(tmp_path):
    with opened(tmp_path) as link:
        queue = link.SimpleQueue("others")
        (tmp_path / "messages" / "0_broken.others.msg").write_text("{half")
        queue.put({"number": 1})
        assert queue.get(timeout=5).payload == {"number": 1}


def test_queues_bound_at_the_same_moment_are_all_known(tmp_path):
    gate = threading.Barrier(6)

    def bind(name):
        with opened(tmp_path) as link:
            gate.wait(timeout=10)
            Queue(name, Exchange("shared"), routing_key=name)(link.channel()).declare()

    binders = [threading.Thread(target=bind, args=(f"bells{number}",)) for number in range(6)]
    for one in binders:
        one.start()
    for one in binders:
        one.join(timeout=30)
    with opened(tmp_path) as link:
        table = link.channel().get_table("shared")
    assert {one.queue for one in table} == {f"bells{number}" for number in range(6)}
