"""What an act changed: values before and after, in the one form all rooms write them.

``details={"changed": {"per_day": ["1,000", "2,000"]}}``; what was removed stands in ``was``: ``{"per_day": "1,000"}``.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.audit.models import Entry
from apps.core.formats import NOTHING

CHANGED, REMOVED = "changed", "was"


@dataclass(frozen=True, slots=True)
class Change:
    """One value: its name in words, and what it was and is; a dash where there was or is none."""

    label: str
    before: str
    after: str


def changes(entry: Entry) -> list[Change]:
    """What this act changed, by the names of the values."""
    details = entry.content["details"]
    pairs: list[tuple[str, Any, Any]] = []
    if isinstance(changed := details.get(CHANGED), dict):
        pairs += [(name, *_pair(value)) for name, value in changed.items()]
    if isinstance(was := details.get(REMOVED), dict):
        pairs += [(name, value, "") for name, value in was.items()]
    return [Change(label_of(name), in_words(before), in_words(after)) for name, before, after in pairs]


def is_change(name: str, value: Any) -> bool:
    """Whether a detail is shown as before and after, and so not among the other facts."""
    return name in (CHANGED, REMOVED) and isinstance(value, dict)


def label_of(name: str) -> str:
    """``second_threshold`` as people read it."""
    return name.replace("_", " ").capitalize()


def _pair(value: Any) -> tuple[Any, Any]:
    return (value[0], value[1]) if isinstance(value, list) and len(value) == 2 else ("", value)


def in_words(value: Any) -> str:
    """A value of an entry as people read it; what is made of parts as its JSON."""
    if isinstance(value, list):
        return ", ".join(map(in_words, value)) or NOTHING
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else NOTHING
    yes_no = {True: _("yes"), "True": _("yes"), False: _("no"), "False": _("no")}
    if isinstance(value, bool | str) and value in yes_no:
        return yes_no[value]
    return NOTHING if value in (None, "") else str(value)
