"""Syslog: the form of RFC 5424, and three ways to a real receiver."""

import re
import socket

import pytest

from apps.audit.models import Leaf, StreamCursor
from apps.audit.streaming import records, syslog_sink
from apps.audit.streaming.syslog import Form
from tests.audit.conftest import EMAIL, MOBILE
from tests.audit.streaming.listening import certified, receiving

MESSAGE = re.compile(
    rb"<(?P<pri>\d{1,3})>1 (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (?P<host>[!-~]+) (?P<app>[!-~]{1,48}) - "
    rb"(?P<id>[!-~]{1,32}) \[(?P<sd>[^ =\]\"]+(?: [^ =\]\"]+=\"(?:[^\"\\\]]|\\[\"\\\]])*\")+)\] "
    rb"\xef\xbb\xbf(?P<words>[^\x00-\x1f]*)",
    re.DOTALL,
)


def parsed(message):
    found = MESSAGE.fullmatch(message)
    assert found, message
    return found


@pytest.fixture
def datagrams():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.bind(("127.0.0.1", 0))
        link.settimeout(5)
        yield link


def test_a_datagram_is_a_message_with_its_facts_and_the_plain_sentence(written, stream, push, datagrams):
    written(1, subject="mobile")
    sink = stream(syslog=f"udp://127.0.0.1:{datagrams.getsockname()[1]}", enterprise=54321)
    assert push(sink) == 1
    told = parsed(datagrams.recv(65_536))
    # Log audit (13), informational (6).
    assert int(told["pri"]) == 13 * 8 + 6
    assert (told["app"], told["id"]) == (b"loyalty-console", b"customer.revealed")
    assert told["sd"].startswith(b'trail@54321 place="0" entry="')
    assert f'leaf="{bytes(Leaf.objects.get().hash).hex()}"'.encode() in told["sd"]
    assert b'actor_name="Asha Verma"' in told["sd"]
    assert b'customer="4417"' in told["sd"]
    assert told["words"].startswith(b"Asha Verma (012) revealed the mobile of customer 4417: number 0 for k")


@pytest.mark.parametrize(
    ("outcome", "severity"), [("done", 6), ("not_done", 5), ("unknown", 4), ("refused", 4)]
)
def test_the_severity_is_how_it_ended(written, stream, push, datagrams, outcome, severity):
    written(1, outcome=outcome)
    push(stream(syslog=f"udp://127.0.0.1:{datagrams.getsockname()[1]}"))
    assert int(parsed(datagrams.recv(65_536))["pri"]) == 13 * 8 + severity


def test_no_identifier_is_in_clear(written, stream, push, datagrams):
    written(1, subject=f"{MOBILE} and {EMAIL}", details={"field": f"{EMAIL} {MOBILE}"})
    push(stream(syslog=f"udp://127.0.0.1:{datagrams.getsockname()[1]}"))
    message = datagrams.recv(65_536)
    for secret in (EMAIL, MOBILE, "5550004417", "kavya"):
        assert secret.encode() not in message


def test_what_could_end_a_value_or_a_line_is_escaped_and_long_words_are_cut_at_a_character(
    written, stream, push, datagrams
):
    written(1, subject='a "b" \\c] d\ne' + "ए" * 180, reason="ए" * 500)
    push(stream(syslog=f"udp://127.0.0.1:{datagrams.getsockname()[1]}"))
    message = datagrams.recv(65_536)
    assert len(message) <= 2_048
    told = parsed(message)
    assert rb'subject="a \"b\" \\c\] d e' in told["sd"]
    assert told["words"].decode().endswith("…")


def test_over_tcp_octets_are_counted_and_all_entries_come_in_order(written, stream, push):
    written(3)
    with receiving() as there:
        sink = stream(syslog=f"tcp://127.0.0.1:{there.port}")
        assert push(sink) == 3
        assert push(sink) == 0
        assert [re.search(rb'place="(\d)"', one)[1] for one in there.messages] == [b"0", b"1", b"2"]
        assert all(parsed(one) for one in there.messages)
        written(2)
        assert push(sink) == 2
        assert len(there.messages) == 5


@pytest.mark.parametrize("ill", [None, "cuts"])
def test_over_tls_the_receiver_s_end_counts_as_taken(written, stream, push, tmp_path, ill):
    """Some receivers just close, without the word that TLS has for it."""
    written(2)
    context, trusted = certified(tmp_path)
    with receiving(context) as there:
        there.ill = ill
        assert push(stream(syslog=f"tls://127.0.0.1:{there.port}", ca=trusted)) == 2
        assert len(there.messages) == 2


def test_a_certificate_that_does_not_hold_is_refused_and_told(written, stream, push, tmp_path):
    written(1)
    context, _trusted = certified(tmp_path)
    with receiving(context) as there:
        assert push(stream(syslog=f"tls://127.0.0.1:{there.port}")) == 0
        assert there.messages == []
    assert "certificate does not hold" in StreamCursor.objects.get().error


def test_a_connection_that_breaks_is_not_taken_for_done(written, stream, push):
    written(2)
    with receiving() as there:
        sink = stream(syslog=f"tcp://127.0.0.1:{there.port}")
        there.ill = "resets"
        assert push(sink) == 0
        assert StreamCursor.objects.get().next_place == 0
        there.ill = None
        assert push(sink) == 2


def test_a_receiver_that_sends_without_end_is_not_waited_for(written, stream, push, monkeypatch):
    written(1)
    monkeypatch.setattr(syslog_sink, "SEND_SECONDS", 0.4)
    with receiving() as there:
        there.ill = "drips"
        assert push(stream(syslog=f"tcp://127.0.0.1:{there.port}")) == 0
    assert "in time" in StreamCursor.objects.get().error


def test_a_name_with_odd_characters_still_makes_a_message(written):
    written(1)
    (one,) = records.read(0, 10)
    assert parsed(Form("Märkte 1", 1, 13, 8_192).message(one))["app"] == b"M_rkte_1"
