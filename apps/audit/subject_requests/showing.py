"""Requests as pages show them: badges, the clock in words, which acts are open to whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.audit.models import SubjectRequest
from apps.audit.qualifiers import OURS
from apps.audit.subject_requests.erasing import why_not_confirm
from apps.audit.subject_requests.forms import ReasonForm
from apps.audit.subject_requests.people import Person
from apps.audit.subject_requests.rooms import rooms
from apps.audit.subjects import history_of

State = SubjectRequest.State
LOOKS = {
    State.OPEN: ("circle-dashed", ""),
    State.MAKING: ("clock", "info"),
    State.READY: ("download", "info"),
    State.WAITING: ("hourglass", "warn"),
    State.ERASING: ("clock", "info"),
    State.DONE: ("circle-check", "ok"),
    State.REFUSED: ("circle-x", "bad"),
}
SOON = 7
# The acts of the page: label of the field, help, and what the button says.
ACTS: Mapping[str, tuple[Any, Any]] = {
    "pack": (
        gettext_lazy("How you know that it is them"),
        gettext_lazy("Such as: called back on the number we have. It stands in the trail."),
    ),
    "fetch": (
        gettext_lazy("What it is fetched for"),
        gettext_lazy("Such as: to send it by registered letter. It stands in the trail."),
    ),
    "answer": (gettext_lazy("How the person was answered"), gettext_lazy("It stands in the trail.")),
    "ask": (
        gettext_lazy("How you know that it is them"),
        gettext_lazy("The second person reads it, and so does whoever reads the trail."),
    ),
    "confirm": (gettext_lazy("What you checked"), gettext_lazy("It stands in the trail.")),
    "refuse": (
        gettext_lazy("Why it is refused"),
        gettext_lazy("The person has to be told so too, and that they may complain."),
    ),
}
# Which of them a state allows.
OPEN_ACTS = {
    ("access", State.OPEN): ("pack", "refuse"),
    ("access", State.READY): ("fetch", "answer", "pack", "refuse"),
    ("erasure", State.OPEN): ("ask", "refuse"),
    ("erasure", State.WAITING): ("confirm", "refuse"),
}


@dataclass(frozen=True)
class Shown:
    """One request with its words."""

    request: SubjectRequest

    @property
    def icon(self) -> str:
        """Of the state's badge."""
        return LOOKS[State(self.request.state)][0]

    @property
    def tone(self) -> str:
        """Of the state's badge."""
        return LOOKS[State(self.request.state)][1]

    @property
    def left(self) -> str:
        """``12 days left``, ``overdue by 3 days``; nothing once it is over."""
        days = self.request.days_left
        if self.request.is_over:
            return ""
        if days < 0:
            return ngettext("overdue by %(days)s day", "overdue by %(days)s days", -days) % {"days": -days}
        if days == 0:
            return _("last day today")
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}

    @property
    def left_tone(self) -> str:
        """Red when overdue, amber in the last week."""
        days = self.request.days_left
        return "bad" if days < 0 else "warn" if days <= SOON else ""

    @property
    def left_icon(self) -> str:
        """Never colour alone."""
        return "alert-triangle" if self.request.days_left < 0 else "calendar"

    @property
    def problem(self) -> SafeString:
        """What it waits for."""
        return linked(self.request.problem)

    @property
    def tally(self) -> list[tuple[str, int]]:
        """What was found, or destroyed, in words."""
        titles = {table.name: str(table.held or table.title) for room in rooms() for table in room.tables}
        told: list[tuple[str, int]] = []
        for name, many in self.request.tally.items():
            if isinstance(many, int):
                told.append((titles.get(name, name), many))
            else:
                told += [(_destroyed(what), count) for what, count in many.items()]
        return [one for one in told if one[1]]


def linked(words: str) -> SafeString:
    """A sentence in which what rooms number (``GR-10343``) leads to its history."""
    pieces: list[str] = []
    end = 0
    for found in OURS.finditer(words):
        link = format_html('<a class="lc-nowrap" href="{}">{}</a>', history_of(found[0].upper()), found[0])
        pieces += [words[end : found.start()], link]
        end = found.end()
    return format_html_join("", "{}", ((one,) for one in (*pieces, words[end:])))


def _destroyed(what: str) -> str:
    words = {
        "identifiers": _("Identifiers beside entries"),
        "keys": _("Keys"),
        "saved_views": _("Saved searches"),
        "packs": _("Packs"),
        "recent": _("Places in recent lists"),
        "lookups": _("Kept look-ups"),
        "verifications": _("Verified callers"),
        "openings": _("Openings for a reason"),
        "protected": _("Reasons of protection"),
        "notes": _("Notes"),
        "goodwill_requests": _("Goodwill requests"),
        "decisions": _("Words of decisions"),
        "redemptions": _("Redemptions"),
        "reversals": _("Reversals"),
        "codes_sent": _("Codes: where they went"),
        "invitations": _("Invitations"),
        "friends": _("Contacts of invited people"),
        "sightings": _("Invitations read elsewhere"),
        "signals": _("Signals about invitations"),
        "rows": _("Rows of files"),
        "files": _("Files"),
        "filters": _("Filters of exports"),
    }
    return words.get(what, what)


def acts_for(
    request: SubjectRequest, user: Person, failed: tuple[str, ReasonForm] | None = None
) -> dict[str, ReasonForm]:
    """The forms this person sees, by act; the one that was sent and refused keeps its words."""
    names = OPEN_ACTS.get((request.kind, State(request.state)), ())
    forms = {name: form_for(name) for name in names}
    if failed is not None and failed[0] in forms:
        forms[failed[0]] = failed[1]
    if "confirm" in forms and why_not_confirm(user, request):
        del forms["confirm"]
    return forms


def form_for(act: str, data: Any = None) -> ReasonForm:
    """The form of one act."""
    label, help_text = ACTS[act]
    return ReasonForm(act, label, help_text, data)
