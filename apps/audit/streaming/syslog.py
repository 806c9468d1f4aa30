"""A record as a syslog message. Source: RFC 5424, sections 6 and 7; severity by how it ended."""

import re
import socket
from dataclasses import dataclass

from apps.audit.canonical import moment
from apps.audit.streaming.records import Record

# What a receiver should take at least (RFC 5424, 6.1; RFC 5426, 3.2). Only the sentence is cut, never a fact.
MOST_BYTES_DATAGRAM = 2_048
MOST_BYTES_STREAM = 8_192
SEVERITIES = {"done": 6, "sent": 6, "not_done": 5, "unknown": 4, "refused": 4, "": 2}
LONGEST_FACT = 200
BOM = b"\xef\xbb\xbf"
NOT_PRINTABLE = re.compile(r"[^\x21-\x7e]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
ESCAPED = re.compile(r'(["\\\]])')


@dataclass(frozen=True, slots=True)
class Form:
    """How messages of this console look. `enterprise` is the private enterprise number behind the facts' name."""

    app: str
    enterprise: int
    facility: int
    most_bytes: int

    def message(self, record: Record) -> bytes:
        """One whole message, without framing."""
        priority = self.facility * 8 + SEVERITIES.get(record.outcome, 4)
        at = moment(record.at) if record.at else "-"
        host, app, action = (
            _word(text, longest)
            for text, longest in ((socket.gethostname(), 255), (self.app, 48), (record.action, 32))
        )
        facts = " ".join(f'{name}="{_value(value)}"' for name, value in record.facts.items())
        head = f"<{priority}>1 {at} {host} {app} - {action} [trail@{self.enterprise} {facts}] ".encode(
            "utf-8", "replace"
        )
        return head + BOM + self._fitting(record.words, self.most_bytes - len(head) - len(BOM))

    def _fitting(self, words: str, most: int) -> bytes:
        """Cut at a whole character; an ellipsis says so."""
        data = CONTROL.sub(" ", words).encode("utf-8", "replace")
        if len(data) <= most:
            return data
        cut = data[: max(0, most - 3)].decode("utf-8", "ignore")
        return f"{cut}…".encode()


def _word(text: str, longest: int) -> str:
    return NOT_PRINTABLE.sub("_", text)[:longest] or "-"


def _value(value: str | int) -> str:
    text = CONTROL.sub(" ", str(value))
    return ESCAPED.sub(r"\\\1", text[:LONGEST_FACT])
