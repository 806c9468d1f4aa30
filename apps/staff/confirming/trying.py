"""Looking at a change before it is made: tried for real, seen before and after, and taken back."""

import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import record
from apps.core.errors import BadInput, Conflict
from apps.staff.confirming.guard import let_through
from apps.staff.confirming.kinds import By, Kind, Snapshot, Values

Rows = list[list[str]]


class _TakenBack(Exception):
    """Ends the trial: everything it wrote is undone."""


@dataclass(frozen=True)
class Tried:
    """What a change would do: subject, about and rows [label, before, after], and the hash of what is before."""

    subject: str
    about: str
    facts: Rows
    state_hash: str


def tried(by: By, kind: Kind, values: Values) -> Tried:
    """What these values would do now, for somebody who may.

    Raises: whatever the service says; Conflict leaves an entry, as it does where a change is made at once
    """
    before, after = kind.snapshot(values), Snapshot()
    try:
        with transaction.atomic():
            with let_through():
                kind.apply(by, values)
            after = kind.snapshot(values)
            raise _TakenBack
    except _TakenBack:
        pass
    except (BadInput, Conflict) as error:
        # Told together with what is wrong in other fields, it may stand behind them.
        if found := next((one for one in (error, *error.also) if isinstance(one, Conflict)), None):
            record(
                "staff.change.not_proposed",
                actor=by.actor,
                outcome="refused",
                subject=before.subject,
                reason=found.message,
                details={"what": str(kind.title)},
            )
        raise
    facts = rows(before, after)
    if all(one[1] == one[2] for one in facts) and before.mark == after.mark:
        raise BadInput(_("This is so already: nothing would change."))
    return Tried(before.subject or after.subject, before.about or after.about, facts, state_hash(before))


def rows(before: Snapshot, after: Snapshot) -> Rows:
    """[label, before, after] of every label of either, in their order."""
    labels = list(dict.fromkeys([*before.facts, *after.facts]))
    return [[one, before.facts.get(one, ""), after.facts.get(one, "")] for one in labels]


def state_hash(before: Snapshot) -> str:
    """Of everything the change was made against."""
    plain = json.dumps([before.subject, before.about, sorted(before.facts.items()), before.mark])
    return hashlib.sha256(plain.encode()).hexdigest()
