"""The outside calls of a click, both halves put together, with their bodies ready to be shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.audit.models import Entry
from apps.audit.narrative import precise
from apps.capillary import codes

API = "api"
MOST, MOST_CODES = 100, 6
TONES = {"done": "ok", "not_done": "bad", "unknown": "wait", "sent": ""}
STAND_INS = {"never kept", "redacted"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A code of the outside in plain words, and what to do about it; `bad` when it says no."""

    code: str
    words: str
    next_step: str = ""
    bad: bool = False


@dataclass(frozen=True, slots=True)
class CallView:
    """One call. `answered` is None while the second half is missing; the last half written wins."""

    sent: Entry
    answered: Entry | None

    @property
    def last(self) -> Entry:
        """The half that tells how it stands."""
        return self.answered or self.sent

    @property
    def state(self) -> str:
        """``200 · 800``, or words when there was no answer."""
        if self.answered is None:
            return _("No answer yet") if self.sent.outcome == "sent" else ""
        if self.answered.status is None:
            return str(self.answered.content["call"].get("error") or _("No answer"))
        told = self.answered.content["call"].get("codes") or []
        return " · ".join([str(self.answered.status), *(str(code) for code in told[:4])])

    @property
    def meanings(self) -> list[Meaning]:
        """What each of the codes means."""
        if self.answered is None:
            return []
        call = self.answered.content["call"]
        name = str(call.get("name", ""))
        told = list(dict.fromkeys(str(code) for code in (call.get("codes") or [])))
        entity = codes.entity_of(name)
        # An envelope of version 1.1 begins with a code about the answer as a whole.
        enveloped = name.startswith("v1.1.")
        return [
            _meaning(entity, code, whole=enveloped and place == 0)
            for place, code in enumerate(told[:MOST_CODES])
        ]

    @property
    def tone(self) -> str:
        """Colour of the state's badge."""
        return TONES.get(self.last.outcome, "")

    @property
    def icon(self) -> str:
        """Icon of the state's badge: never colour alone."""
        return {"ok": "circle-check", "bad": "circle-x", "wait": "hourglass"}.get(self.tone, "send")

    @property
    def sent_at(self) -> str:
        """When it left."""
        return precise(self.sent.at)

    @property
    def answered_at(self) -> str:
        """When its answer was written down, or nothing."""
        return precise(self.answered.at) if self.answered else ""

    @property
    def request(self) -> SafeString:
        """Parameters, then body, as they were written down."""
        asked = self.sent.content["call"]
        lines = [
            format_html("{}={}", name, _scalar_text(value)) for name, value in _items(asked.get("params"))
        ]
        if asked.get("body") not in (None, "", {}):
            lines.append(pretty(asked["body"]))
        return mark_safe("\n".join(lines) or escape(_("Nothing but the address.")))  # noqa: S308 escaped above

    @property
    def reply(self) -> SafeString:
        """The answer's body as it was written down."""
        reply = self.answered.content["call"].get("reply") if self.answered else None
        return escape(_("Nothing came back.")) if reply in (None, "") else pretty(reply)


def calls_in(entries: Iterable[Entry]) -> list[CallView]:
    """Entries of one click as calls, in the order they were sent."""
    sent: dict[str, Entry] = {}
    answered: dict[str, Entry] = {}
    for entry in sorted((one for one in entries if one.is_call), key=lambda one: one.pk):
        if entry.action == "call.sent":
            sent[entry.call_id] = entry
        else:
            answered[entry.call_id] = entry
            sent.setdefault(entry.call_id, entry)
    return [CallView(entry, answered.get(call_id)) for call_id, entry in sent.items()]


def calls_of(entry: Entry) -> list[CallView]:
    """The calls of an entry's click; every call belongs to one."""
    if not entry.reference:
        return []
    halves = Entry.objects.filter(reference=entry.reference).exclude(call_id="")
    return calls_in(halves.order_by("id")[: 2 * MOST])


def _meaning(entity: str, code: str, *, whole: bool) -> Meaning:
    row = codes.find(API, code) if whole else None
    if row is None or row.entity != API:
        row = codes.find(entity, code)
    if row is None:
        return Meaning(code, _("The console has no words for this code."))
    return Meaning(code, row.words, row.next_step, row.kind == "error")


def pretty(value: Any, indent: str = "") -> SafeString:
    """JSON for reading, escaped, with everything that was masked marked as such."""
    inner = indent + "  "
    if isinstance(value, dict) and value:
        pairs = [format_html('{}"{}": {}', inner, name, pretty(one, inner)) for name, one in value.items()]
        return format_html("{{\n{}\n{}}}", mark_safe(",\n".join(pairs)), indent)  # noqa: S308 escaped above
    if isinstance(value, list) and value:
        items = [format_html("{}{}", inner, pretty(one, inner)) for one in value]
        return format_html("[\n{}\n{}]", mark_safe(",\n".join(items)), indent)  # noqa: S308 escaped above
    if isinstance(value, (dict, list)):
        return escape("{}" if isinstance(value, dict) else "[]")
    return _scalar(value)


def _scalar(value: Any) -> SafeString:
    if isinstance(value, str) and not _stands_in(value):
        return format_html('"{}"', value)
    return _scalar_text(value)


def _scalar_text(value: Any) -> SafeString:
    if isinstance(value, str) and _stands_in(value):
        return format_html('<span class="lc-redact">{}</span>', value)
    words = {True: "true", False: "false", None: "null"}
    return format_html("{}", words[value] if value is None or isinstance(value, bool) else value)


def _stands_in(value: str) -> bool:
    return "•" in value or value in STAND_INS


def _items(params: Any) -> Iterable[tuple[str, Any]]:
    return params.items() if isinstance(params, dict) else ()
