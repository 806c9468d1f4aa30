"""What an export with proofs stands on: the checkpoint it is fixed to, its places, and an earlier checkpoint."""

import time
from typing import Any

from django.db.models import F, Max, Min
from django.utils.translation import gettext as _

from apps.audit.log import keys, sealer, waiting
from apps.audit.log.keys import KeyTrouble, verifiers
from apps.audit.log.notes import BadNote, CheckpointText
from apps.audit.log.tiles import last_checkpoint, tree_at
from apps.audit.models import Checkpoint, Leaf
from apps.core.errors import BadInput
from apps.operations.work.retention import expires_from_now

# The footer is written, and the whole hashed, within the time of one row.
MOST_PLACES = 500_000
WAIT_SECONDS = 10.0


def sealed(first_id: int, last_id: int, earlier: str) -> dict[str, Any]:
    """Seal what waits, and fix the checkpoint and the places of the entries with these ids under it.

    Shape:  size of the log, first and last place (None where none of them is sealed), and what goes with them
    Raises: BadInput (form, from, earlier)
    """
    checkpoint, floor = _seal()
    ids = Leaf.objects.filter(entry_id__gte=first_id, entry_id__lte=last_id, index__lt=checkpoint.size)
    # Added nought: in the order of the index itself all leaves before the first of these would be read.
    place = F("index") + 0
    found = ids.aggregate(first=Min(place), last=Max(place))
    first, last = found["first"], found["last"]
    if first is not None and last is not None and last - first >= MOST_PLACES:
        words = _("An export with proofs holds at most %(most)s entries, and these days have more.")
        raise BadInput(
            words % {"most": f"{MOST_PLACES:,}"}, next_step=_("Ask for fewer days at a time."), field="from"
        )
    return {
        "size": checkpoint.size,
        "floor": floor,
        "ids": [first_id, last_id],
        "first": first,
        "last": last,
        "kept_until": expires_from_now().date().isoformat(),
        **_earlier(earlier, checkpoint),
    }


def _seal() -> tuple[Checkpoint, int]:
    """The checkpoint over everything that waited, and the id up to which nothing is without its place."""
    until = time.monotonic() + WAIT_SECONDS
    try:
        # A web node need not hold the key, and must not make one of its own: then a worker seals.
        here = keys.at_hand()
        while waiting.found_any() and time.monotonic() < until:
            if here:
                sealer.seal_all()
            time.sleep(0.05)
    except KeyTrouble as trouble:
        words = _("The log cannot be signed now, so nothing can be proved. %(why)s") % {"why": trouble}
        raise BadInput(words, field="form") from None
    floor, checkpoint = waiting.read_mark().floor, last_checkpoint()
    if checkpoint is None:
        raise BadInput(_("No entry was ever sealed, so nothing can be proved."), field="form")
    return checkpoint, floor


def _earlier(pasted: str, checkpoint: Checkpoint) -> dict[str, Any]:
    """An earlier checkpoint that somebody kept elsewhere: signed by this log, and the log begins with it."""
    note = "\n".join(line.rstrip() for line in pasted.strip().splitlines()) + "\n"
    if not note.strip():
        return {"earlier": "", "earlier_note": "", "earlier_size": 0}
    told = _told(note)
    if told.size > checkpoint.size:
        words = _("That checkpoint holds %(then)s entries, and the log now %(now)s: some were taken away.")
        raise _bad(words % {"then": f"{told.size:,}", "now": f"{checkpoint.size:,}"})
    if tree_at(told.size).root() != told.root:
        raise _bad(_("The log does not begin with that checkpoint: something in it was changed since."))
    words = _("size %(size)s, %(time)s") % {"size": f"{told.size:,}", "time": told.time}
    return {"earlier": words, "earlier_note": note, "earlier_size": told.size}


def _told(note: str) -> CheckpointText:
    try:
        known = verifiers()
    except BadNote as error:
        raise _bad(str(error)) from None
    for key, _since in reversed(known):
        try:
            told = CheckpointText.read(key.check(note))
        except BadNote:
            continue
        if told.size:
            return told
    raise _bad(_("This is no checkpoint that this log has signed. Paste the whole note, its signature too."))


def _bad(words: str) -> BadInput:
    return BadInput(words, field="earlier")
