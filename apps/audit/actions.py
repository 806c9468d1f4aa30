"""The table of actions: every room registers what it writes, with the sentence people read.

A room does so in its own actions.py, which is imported at start:

    from apps.audit.actions import register
    register("goodwill.request.approved", _("%(actor)s approved %(points)s for customer %(customer)s."),
             icon="checks", family="goodwill", customer=True, reason=False)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Action:
    """What the trail knows of one action.

    sentence  a full sentence; placeholders: actor, customer (the bare id), subject, reason, store, and names in details
    others    sentences for particular outcomes ("refused", "not_done", "unknown")
    family    a word for the filter and its group: the name of the room, or "access"
    customer  True when the customer's internal id must be given
    reason    True when a reason must be given
    moves     True when points move: shown in green
    """

    name: str
    sentence: Text
    icon: str
    family: str
    customer: bool = False
    reason: bool = False
    moves: bool = False
    others: Mapping[str, Text] = field(default_factory=dict)

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
) -> None:
    """Make an action known. Raises ValueError when another one already has this name."""
    action = Action(name, sentence, icon, family, customer, reason, moves, dict(others or {}))
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
    "trail.entry.opened", _("%(actor)s opened entry %(entry)s of the trail."), icon="eye", family="trail"
)
register(
    "trail.click.opened",
    _("%(actor)s opened everything that belongs to %(opened_reference)s."),
    icon="eye",
    family="trail",
)
register(
    "trail.customer.viewed",
    _("%(actor)s read the history of customer %(customer)s."),
    icon="history",
    family="trail",
    customer=True,
)
