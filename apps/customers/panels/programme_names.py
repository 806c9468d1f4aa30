"""What the programmes are called: the organisation tells it, a customer's own answers often give the id alone.

Asked with the other calls of a page and kept for hours, so that most pages do without the question. A cache that is
broken stops nobody: then programmes are called by their ids.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.capillary.calls import Call
from apps.capillary.resources import organisation
from apps.capillary.types_organisation import Programme
from apps.core import caching
from apps.core.hashes import hash_of_secret
from apps.staff.connection import config

KEY, ASKED = "customers.programme_names", "customers.programme_names.asked"
KEPT_SECONDS = 12 * 3600
# Where an account is not told them, a page in so many seconds asks in vain.
ASKED_SECONDS = 60


def names_call() -> Call[Any] | None:
    """The question; None while the names are kept, or were asked for a moment ago."""
    kept = caching.get_many([_key(KEY), _key(ASKED)])
    if kept:
        return None
    caching.put(_key(ASKED), True, ASKED_SECONDS)
    return organisation.programmes()


def names_from(told: Iterable[Programme] | None) -> Mapping[str, str]:
    """Id → name, of the answer (which is kept) or else as kept; empty where nobody tells."""
    if told is None:
        return dict(caching.get(_key(KEY)) or {})
    names = {one.id: one.name for one in told if one.id and one.name}
    if names:
        caching.put(_key(KEY), names, KEPT_SECONDS)
    return names


def _key(name: str) -> str:
    """Another organisation's programmes have other names under the same ids."""
    return f"{name}:{hash_of_secret(config().key)}"


def programme_name(program_id: str, names: Mapping[str, str]) -> str:
    """Its name, ``Programme 101`` where nobody tells one, "" without an id."""
    return names.get(program_id) or (_("Programme %(id)s") % {"id": program_id} if program_id else "")
