"""What an export with proofs stands on: the checkpoint it is fixed to, its places, and an earlier checkpoint."""

import time
from datetime import datetime
from typing import Any

from django.db.models import F, Max, Min
from django.utils.translation import gettext as _

from apps.audit.log import keys, sealer, waiting
from apps.audit.log.keys import KeyTrouble, verifiers
from apps.audit.log.notes import BadNote, CheckpointText
from apps.audit.log.tiles import last_checkpoint, tree_at
from apps.audit.models import Checkpoint, Entry, Leaf
from apps.core.errors import BadInput
from apps.operations.exporting_edges import Days, Edges, widened
from apps.operations.work.retention import expires_from_now

# The footer is written, and the whole hashed, within the time of one row.
MOST_PLACES = 500_000
WAIT_SECONDS = 10.0


def sealed(begins: datetime, ends: datetime, earlier: str, *, complete: bool) -> dict[str, Any]:
    """Seal what waits, and fix the checkpoint and the places of the entries of these days under it.

    complete  whether every place is told, so that those are looked for too whose entries are gone
    Shape:  size of the log, first and last place (None where none of them is sealed), and what goes with them
    Raises: BadInput (form, from, earlier)
    """
    checkpoint, floor = _seal()
    ids = Entry.objects.ids_within(begins, ends)
    found = _places(ids, checkpoint.size) if ids else None
    if complete:
        found = widened(found, Days(begins, ends, checkpoint.size), MOST_PLACES)
    if ids is None and found is None:
        raise BadInput(_("There are no entries in this time."), field="from")
    first, last = found or (None, None)
    if first is not None and last is not None and last - first >= MOST_PLACES:
        raise _too_many(Entry.objects.within(begins, ends).count_up_to(MOST_PLACES + 1))
    return {
        "size": checkpoint.size,
        "floor": floor,
        "ids": ids or (0, 0),
        "first": first,
        "last": last,
        "kept_until": expires_from_now().date().isoformat(),
        **_earlier(earlier, checkpoint),
    }


def _too_many(count: int) -> BadInput:
    """Because there are so many, or because these few lie so far apart."""
    told = {"most": f"{MOST_PLACES:,}"}
    if count > MOST_PLACES:
        words = _("An export with proofs holds at most %(most)s entries, and these days have more.")
        return BadInput(words % told, next_step=_("Ask for fewer days at a time."), field="from")
    words = _(
        "An export with proofs holds at most %(most)s entries, and those of these days lie among more: a clock was "
        "wrong, or many entries beside them are gone."
    )
    step = _("Verify the log, and ask for CSV, which holds those that are there.")
    return BadInput(words % told, next_step=step, field="from")


def _places(ids: tuple[int, int], size: int) -> Edges:
    there = Leaf.objects.filter(entry_id__gte=ids[0], entry_id__lte=ids[1], index__lt=size)
    # Added nought: in the order of the places all before the first of these would be read.
    place = F("index") + 0
    found = there.aggregate(first=Min(place), last=Max(place))
    return None if found["first"] is None else (found["first"], found["last"])


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
