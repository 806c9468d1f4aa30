"""OpenTelemetry logs over HTTP, as JSON. Source: OTLP specification 1.x, "OTLP/HTTP", and the logs data model.

Written out: the package for it is large, its part for logs not stable, and one POST is all that is needed.
"""

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests
from django.utils import timezone

from apps.audit.streaming.records import Record
from apps.audit.streaming.sink import SinkAway

SECONDS = (5.0, 15.0)
SEVERITIES = {
    "done": (9, "INFO"),
    "sent": (9, "INFO"),
    "not_done": (10, "INFO2"),
    "unknown": (13, "WARN"),
    "refused": (13, "WARN"),
    "": (17, "ERROR"),
}


@dataclass(frozen=True)
class OtlpSink:
    """`url` is the whole address, ending in /v1/logs."""

    url: str
    service: str
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    ca: str = ""
    certificate: str = ""
    name: str = "otlp"
    at_once: int = 500

    def take(self, records: Sequence[Record]) -> None:
        """Raises: SinkAway, also when the collector refused some: what it did not take must not be passed over"""
        try:
            answer = requests.post(
                self.url,
                data=json.dumps(self._body(records), ensure_ascii=False).encode("utf-8", "replace"),
                headers={"Content-Type": "application/json", **self.headers},
                timeout=SECONDS,
                verify=self.ca or True,
                cert=self.certificate or None,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise SinkAway(f"it does not answer ({type(error).__name__})") from None
        if answer.status_code != 200:
            raise SinkAway(f"it answers with status {answer.status_code}")
        if refused := _refused(answer):
            raise SinkAway(f"it refused {refused} of {len(records)} records")

    def _body(self, records: Sequence[Record]) -> dict[str, Any]:
        who = {"service.name": self.service, "host.name": socket.gethostname()}
        now = timezone.now()
        logs = [_log(one, now) for one in records]
        scope = {"name": "audit.trail"}
        return {
            "resourceLogs": [
                {
                    "resource": {"attributes": _attributes(who)},
                    "scopeLogs": [{"scope": scope, "logRecords": logs}],
                }
            ]
        }


def _log(record: Record, now: datetime) -> dict[str, Any]:
    number, text = SEVERITIES.get(record.outcome, (13, "WARN"))
    return {
        "timeUnixNano": _nanoseconds(record.at or now),
        "observedTimeUnixNano": _nanoseconds(now),
        "severityNumber": number,
        "severityText": text,
        "eventName": record.action,
        "body": {"stringValue": record.words},
        "attributes": _attributes({f"trail.{name}": value for name, value in record.facts.items()}),
    }


def _attributes(values: dict[str, str | int] | dict[str, str]) -> list[dict[str, Any]]:
    """64-bit numbers are texts in JSON, as Protobuf has it."""
    return [
        {
            "key": key,
            "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value},
        }
        for key, value in values.items()
    ]


def _nanoseconds(at: datetime) -> str:
    return str(int(at.timestamp()) * 1_000_000_000 + at.microsecond * 1_000)


def _refused(answer: requests.Response) -> int:
    """How many it refused; an empty answer, or one in another form, refuses none."""
    try:
        told = answer.json().get("partialSuccess") or {}
        return int(told.get("rejectedLogRecords") or 0)
    except (AttributeError, TypeError, ValueError):
        return 0
