"""Where the thing an entry is about has a page: every room tells it for its own family of actions.

A room does so at start, beside its sentences:

    from apps.audit.subjects import link_subjects
    link_subjects("goodwill", address_of)
"""

import re
from collections.abc import Callable, Iterable

from django.urls import reverse

from apps.audit.actions import action_named
from apps.audit.models import Entry

# From what an entry names (``GR-10418``) to its page, "" where it has none.
Finder = Callable[[str], str]
# What has a history of its own: what rooms number (``GR-10418``), and notes, which have a ULID. Nothing else may
# stand in an address: it could be somebody's name or number.
SHAPE = re.compile(r"[A-Z]{2,3}-[0-9]{2,12}|[0-9A-HJKMNP-TV-Z]{26}")
_finders: dict[str, Finder] = {}


def link_subjects(family: str, finder: Finder) -> None:
    """Make a family's subjects links. Raises ValueError when another room has this family."""
    if _finders.setdefault(family, finder) is not finder:
        raise ValueError(f"The subjects of {family!r} are linked twice, differently.")


def address_of(entry: Entry) -> str:
    """The page of what the entry is about; "" for entries about nothing that has one."""
    action = action_named(entry.action)
    finder = _finders.get(action.family) if action else None
    return finder(entry.subject) if finder and entry.subject else ""


def history_of(subject: str) -> str:
    """The page with every entry about this; "" for what has none."""
    return reverse("audit:about", args=[subject]) if SHAPE.fullmatch(subject) else ""


def addresses_in(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    """(subject, page) of everything these entries are about that has a page, each once, in their order."""
    found = ((entry.subject, address_of(entry)) for entry in entries)
    return list(dict.fromkeys(one for one in found if one[1]))
