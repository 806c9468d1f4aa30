"""The table of actions: every room registers what it writes, with the sentence people read.

A room does so in its own actions.py, which is imported at start:

    from apps.audit.actions import register
    register("goodwill.request.approved", _("%(actor)s approved %(points)s for customer %(customer)s."),
             icon="checks", family="goodwill", customer=True, reason=False)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
# From an entry's subject and details to what of them a sentence says in other words.
InWords = Callable[[Mapping[str, Any]], Mapping[str, str]]

# How long entries of an action are kept: as looks, as calls, for good, or (all others) as acts.
CALLS, LOOKS, ACTS, ALWAYS = "calls", "looks", "acts", "always"
LOOKING = {"viewed", "looked_up", "form_opened"}


@dataclass(frozen=True)
class Action:
    """What the trail knows of one action.

    sentence  a full sentence; placeholders: actor, customer (the bare id), subject, reason, store, and names in details
    others    sentences for particular outcomes ("refused", "not_done", "unknown")
    family    a word for the filter and its group: the name of the room, or "access"
    customer  True when the customer's internal id must be given
    reason    True when a reason must be given
    moves     True when points move: shown in green
    kept_as   the class by which it is kept, where family and last word do not tell
    in_words  what the sentence says in words where details hold names of machines; made when it is read
    """

    name: str
    sentence: Text
    icon: str
    family: str
    customer: bool = False
    reason: bool = False
    moves: bool = False
    others: Mapping[str, Text] = field(default_factory=dict)
    kept_as: str = ""
    in_words: InWords | None = None

    @property
    def kept(self) -> str:
        """The class by which it is kept: calls, looks, acts or always. In doubt an act, which is kept longest."""
        if self.kept_as:
            return self.kept_as
        if self.family == "call":
            return CALLS
        return LOOKS if self.name.rpartition(".")[2] in LOOKING else ACTS

    def sentence_for(self, outcome: str) -> Text:
        """The sentence for an outcome."""
        return self.others.get(outcome, self.sentence)


_actions: dict[str, Action] = {}


def register(
    name: str,
    sentence: Text,
    *,
    icon: str,
    family: str,
    customer: bool = False,
    reason: bool = False,
    moves: bool = False,
    others: Mapping[str, Text] | None = None,
    kept_as: str = "",
    in_words: InWords | None = None,
) -> None:
    """Make an action known. Raises ValueError when another one already has this name."""
    action = Action(
        name, sentence, icon, family, customer, reason, moves, dict(others or {}), kept_as, in_words
    )
    if _actions.setdefault(name, action) != action:
        raise ValueError(f"The action {name!r} is registered twice, differently.")


def action_named(name: str) -> Action | None:
    """The action of this name, or None when no room has registered it (any more)."""
    return _actions.get(name)


def all_actions() -> list[Action]:
    """Every action, by family and name."""
    return sorted(_actions.values(), key=lambda one: (one.family, one.name))


register(
    "call.sent",
    _("%(actor)s asked Capillary: %(method)s %(path)s."),
    icon="send",
    family="call",
)
register(
    "call.answered",
    _("Capillary answered %(actor)s with %(status)s: %(method)s %(path)s."),
    icon="plug-connected",
    family="call",
)
register(
    "call.unanswered",
    _("No answer came to %(actor)s: %(method)s %(path)s."),
    icon="plug-connected-x",
    family="call",
)
register("trail.viewed", _("%(actor)s read the audit trail: %(filters)s."), icon="history", family="trail")
register(
    "trail.entry.opened",
    _("%(actor)s opened entry %(entry)s of the trail."),
    icon="eye",
    family="trail",
    kept_as=LOOKS,
)
register(
    "trail.click.opened",
    _("%(actor)s opened everything that belongs to %(opened_reference)s."),
    icon="eye",
    family="trail",
    kept_as=LOOKS,
)
register(
    "trail.log.viewed",
    _("%(actor)s read of the log about the trail: %(what)s."),
    icon="certificate",
    family="trail",
    kept_as=LOOKS,
)
register(
    "trail.customer.viewed",
    _("%(actor)s read the history of customer %(customer)s."),
    icon="history",
    family="trail",
    customer=True,
)
register(
    "trail.verification.asked",
    _("%(actor)s asked to verify the audit trail."),
    icon="shield-check",
    family="trail",
)
register(
    "trail.key.handed_over",
    _("%(actor)s let the audit trail be signed with another key: %(key)s."),
    icon="certificate",
    family="trail",
    kept_as=ALWAYS,
)
register(
    "trail.words.begun_anew",
    _("%(actor)s let the words by which the audit trail is searched be made anew."),
    icon="refresh",
    family="trail",
)
register(
    "trail.archived",
    _("%(actor)s moved %(entries)s entries of %(month)s into the archive %(file)s, SHA-256 %(file_sha256)s."),
    icon="database",
    family="trail",
    kept_as=ALWAYS,
)
register(
    "trail.subject.viewed", _("%(actor)s read the history of %(subject)s."), icon="history", family="trail"
)
register("trail.person.viewed", _("%(actor)s read what %(person)s did."), icon="history", family="trail")
register(
    "trail.view.saved",
    _("%(actor)s saved the view %(subject)s of the trail: %(filters)s."),
    icon="star",
    family="trail",
)
register("trail.view.changed", _("%(actor)s changed the view %(subject)s."), icon="star", family="trail")
register(
    "trail.view.shared",
    _("%(actor)s shared the view %(subject)s with everybody who reads the trail."),
    icon="users",
    family="trail",
)
register(
    "trail.view.unshared",
    _("%(actor)s no longer shares the view %(subject)s."),
    icon="user",
    family="trail",
)
register("trail.view.deleted", _("%(actor)s deleted the view %(subject)s."), icon="x", family="trail")
