"""The file of JSON lines, and OpenTelemetry over HTTP."""

import base64
import hashlib
import json

import pytest

from apps.audit.models import Entry, Leaf, StreamCursor
from tests.audit.conftest import EMAIL, MOBILE
from tests.audit.streaming.listening import collecting


def test_each_line_is_json_and_holds_the_sealed_bytes_to_the_letter(written, stream, push, tmp_path):
    written(2, subject="é “quoted” \\ \n end")
    path = tmp_path / "trail.jsonl"
    push(stream(file=str(path)))
    for line, entry in zip(path.read_bytes().splitlines(), Entry.objects.order_by("id"), strict=True):
        told = json.loads(line)
        exact = line.partition(b',"content":')[2][:-1]
        assert exact == bytes(entry.payload)
        assert told["leaf"] == hashlib.sha256(b"\x00" + exact).hexdigest()
        assert told["content"] == entry.content
        assert told["place"] == entry.leaf.index


def test_a_file_moved_away_is_made_anew_and_nothing_is_lost(written, stream, push, tmp_path):
    path, moved = tmp_path / "trail.jsonl", tmp_path / "trail.jsonl.1"
    sink = stream(file=str(path))
    written(2)
    push(sink)
    path.rename(moved)
    written(1)
    push(sink)
    assert (len(moved.read_bytes().splitlines()), len(path.read_bytes().splitlines())) == (2, 1)


def test_a_line_that_broke_off_is_ended_and_comes_again(written, stream, push, tmp_path):
    path = tmp_path / "trail.jsonl"
    path.write_bytes(b'{"place":0,"ent')
    written(1)
    push(stream(file=str(path)))
    broken, whole = path.read_bytes().splitlines()
    assert broken == b'{"place":0,"ent'
    assert json.loads(whole)["place"] == 0


def test_a_folder_that_is_not_there_is_told(written, stream, push, tmp_path):
    written(1)
    sink = stream(file=str(tmp_path / "nowhere" / "trail.jsonl"))
    assert push(sink) == 0
    assert StreamCursor.objects.get().error == "No such file or directory"


def test_opentelemetry_is_sent_as_its_json(written, stream, push):
    written(2, outcome="refused")
    with collecting() as there:
        sink = stream(
            otlp=f"http://127.0.0.1:{there.server_port}/v1/logs", otlp_headers={"Authorization": "Bearer x"}
        )
        assert push(sink) == 2
        ((path, headers, body),) = there.asked
    assert (path, headers["Authorization"]) == ("/v1/logs", "Bearer x")
    (resource,) = body["resourceLogs"]
    assert {"key": "service.name", "value": {"stringValue": "loyalty-console"}} in resource["resource"][
        "attributes"
    ]
    first = resource["scopeLogs"][0]["logRecords"][0]
    assert (first["severityNumber"], first["eventName"]) == (13, "customer.revealed")
    at = Entry.objects.order_by("id")[0].at
    assert int(first["timeUnixNano"]) // 1_000 == int(at.timestamp()) * 1_000_000 + at.microsecond
    attributes = {one["key"]: one["value"] for one in first["attributes"]}
    assert attributes["trail.place"] == {"intValue": "0"}
    assert attributes["trail.leaf"] == {"stringValue": bytes(Leaf.objects.get(index=0).hash).hex()}
    text = json.dumps(body)
    assert EMAIL not in text
    assert MOBILE not in text
    assert base64.b64encode(b"Bearer x").decode() not in text


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((503, {}), "status 503"),
        ((302, {}), "status 302"),
        ((200, {"partialSuccess": {"rejectedLogRecords": "1", "errorMessage": "no"}}), "refused 1 of 2"),
    ],
)
def test_what_the_collector_did_not_take_is_sent_again(written, stream, push, answer, words):
    written(2)
    with collecting() as there:
        there.answers.append(answer)
        sink = stream(otlp=f"http://127.0.0.1:{there.server_port}/v1/logs")
        assert push(sink) == 0
        assert words in StreamCursor.objects.get().error
        assert push(sink) == 2


def test_a_secret_header_is_in_no_error(written, stream, push):
    written(1)
    sink = stream(otlp="http://127.0.0.1:9/v1/logs", otlp_headers={"Authorization": "Bearer hidden"})
    assert push(sink) == 0
    assert "hidden" not in StreamCursor.objects.get().error
    assert "hidden" not in repr(sink)
