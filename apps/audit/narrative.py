"""Entries as people read them: one sentence each, with icon, tone and badge."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from typing import Any

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.html import escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.actions import Action, action_named
from apps.audit.changes import in_words, is_change, label_of
from apps.audit.models import Entry
from apps.audit.qualifiers import NUMBER
from apps.audit.subjects import address_of, history_of
from apps.core import reader
from apps.core.formats import NOTHING, day_in_full, number

TONES = {"refused": "bad", "not_done": "", "unknown": "wait"}
COUNTED = frozenset({"entries", "rows", "ready", "bad", "done", "not_done", "unknown"})
UNKNOWN_ACTION = Action("", gettext_lazy("%(actor)s: %(action)s."), "activity", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the trail. `calls` is how many outside calls the same click made, when they are folded in."""

    entry: Entry
    day: date
    sentence: SafeString
    icon: str
    tone: str
    calls: int = 0

    @property
    def plain(self) -> str:
        """The sentence without markup, for inside a link."""
        return unescape(strip_tags(self.sentence))

    @property
    def day_words(self) -> str:
        """``Today, 23 November 2026``; further back the day of the week."""
        near = {0: _("Today"), 1: _("Yesterday")}
        first = near.get((reader.today() - self.day).days) or date_format(self.day, "l")
        return f"{first}, {day_in_full(self.day)}"


class Words(dict[str, SafeString]):
    """Placeholders of a sentence; one that the entry does not hold reads as a dash."""

    def __missing__(self, _key: str) -> SafeString:
        return format_html("{}", NOTHING)


def sentence(entry: Entry) -> SafeString:
    """The action's sentence about this entry, every value escaped."""
    action = action_named(entry.action) or UNKNOWN_ACTION
    template = escape(str(action.sentence_for(entry.outcome)))
    return mark_safe(template % _words(entry))  # noqa: S308 template and each value are escaped


def plain_sentence(entry: Entry) -> str:
    """The same without markup, for files."""
    return unescape(strip_tags(sentence(entry)))


def _words(entry: Entry) -> Words:
    where = entry.store_code or entry.actor_role
    words = Words(
        actor=format_html("<b>{}</b> ({})", entry.actor_name, where),
        customer=format_html('<b class="lc-nowrap">{}</b>', entry.customer or NOTHING),
    )
    facts = {
        "subject": entry.subject,
        "reason": entry.reason,
        "store": entry.store_code,
        "action": entry.action,
    }
    if entry.is_call:
        facts |= {"method": entry.method, "path": entry.path, "status": str(entry.status or NOTHING)}
    else:
        details = entry.content["details"]
        facts |= _texts(details)
        action = action_named(entry.action)
        if action and action.in_words:
            facts |= action.in_words({**details, "subject": entry.subject})
    for name, value in facts.items():
        # A number such as GR-10418 stays on one line.
        whole = '<b class="lc-nowrap">{}</b>' if NUMBER.fullmatch(value) else "<b>{}</b>"
        words.setdefault(name, format_html(whole, value or NOTHING))
    return words


def _texts(details: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(name, value) for name, value in details.items()}


def _text(name: str, value: Any) -> str:
    """What was counted reads as numbers do on every page; other whole numbers may be ids."""
    if name in COUNTED and isinstance(value, int) and not isinstance(value, bool):
        return number(value)
    return "" if value is None else str(value)


def rows(entries: Iterable[Entry], *, folded: bool = True) -> list[Row]:
    """Entries as lines; with calls folded in, these are counted in one query."""
    listed = list(entries)
    acts = {entry.reference for entry in listed if entry.reference and folded}
    counted = (
        Entry.objects.filter(reference__in=acts)
        .exclude(call_id="")
        .order_by()
        .values_list("reference")
        .annotate(Count("call_id", distinct=True))
    )
    calls = dict(counted) if acts else {}
    return [_row(entry, calls.get(entry.reference, 0)) for entry in listed]


def _row(entry: Entry, calls: int) -> Row:
    action = action_named(entry.action) or UNKNOWN_ACTION
    return Row(
        entry=entry,
        day=reader.local(entry.at).date(),
        sentence=sentence(entry),
        icon=action.icon,
        tone=TONES.get(entry.outcome, "ok" if action.moves else ""),
        calls=calls,
    )


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what stands beside it; url where that has a page, history where everything about it is listed."""

    label: str
    value: str
    url: str = ""
    history: str = ""


def facts(entry: Entry) -> list[Fact]:
    """What an entry holds beyond who, when and whom: subject, reason and its own details but for what it changed."""
    about = Fact(_("About"), entry.subject, address_of(entry), history_of(entry.subject))
    found = [about, Fact(_("Reason"), entry.reason)]
    for name, value in entry.content["details"].items():
        if not is_change(name, value):
            found.append(Fact(label_of(name), in_words(value)))
    return [one for one in found if one.value not in ("", NOTHING)]


def origin(entry: Entry) -> list[str]:
    """Where it came from: address, browser, channel; what is not known is left out."""
    return [one for one in (entry.ip, entry.browser, entry.get_channel_display().lower()) if one]


def precise(at: datetime) -> str:
    """``11:39:04.120 IST``, in the time zone of whoever reads."""
    local = reader.local(at)
    return f"{local:%H:%M:%S}.{local.microsecond // 1000:03d} {reader.zone_name(at)}"
