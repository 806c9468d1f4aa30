"""Rows that have to be opened to see whose they are: looked through in slices, with a place kept in between.

A worker may live for a minute, and millions of rows take longer. How far it came, and what was found, is sealed beside
the parts of packs: a worker that dies loses a page.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from time import monotonic
from typing import Any

from django.utils import timezone

from apps.audit.models import SubjectRequest
from apps.audit.subject_requests.packs import SEARCH, keep_note, note_of
from apps.audit.subject_requests.people import LEASE
from apps.audit.subject_requests.rooms import Subject, rooms

Note = dict[str, Any]


def searched(request: SubjectRequest, subject: Subject, *, until: float) -> Subject | None:
    """The person with the rows that were found; None when the time was over first, and the next slice goes on.

    until  on the monotonic clock; a page is looked at even when it is over
    Once everything was looked at, asking again looks at what is new only.
    """
    note: Note = note_of(request)
    if note.get("of") != _told(subject.hexes):
        # Other identifiers than before: rows that were passed over may be theirs.
        note = {"tries": note.get("tries", 0), "of": _told(subject.hexes), "rooms": {}}
    for room in rooms():
        after, found = note["rooms"].get(room.name, (0, []))
        while True:
            ids, last = room.look(subject, after)
            if not last:
                break
            after, found = last, [*found, *ids]
            note["rooms"][room.name] = (after, found)
            _keep(request, note)
            if monotonic() >= until:
                return None
    found_in = {name: tuple(found) for name, (_after, found) in note["rooms"].items()}
    return replace(subject, found=found_in, thorough=True)


def begun(request: SubjectRequest) -> int:
    """Count that a worker begins; returns how often one did since the last that came through alive."""
    note = note_of(request)
    note["tries"] = note.get("tries", 0) + 1
    keep_note(request, note)
    return int(note["tries"])


def came_through(request: SubjectRequest) -> None:
    """The worker lives: the count begins anew."""
    if note := note_of(request):
        keep_note(request, {**note, "tries": 0})


def forget_search(request: SubjectRequest) -> None:
    """It is over: what was found need not be known any longer."""
    request.parts.filter(run=SEARCH).delete()


def _keep(request: SubjectRequest, note: Note) -> None:
    """With it the claim: somebody is still at it."""
    keep_note(request, note)
    SubjectRequest.objects.filter(pk=request.pk).update(claimed_until=timezone.now() + LEASE)


def _told(hexes: Iterable[str]) -> str:
    return json.dumps(sorted(hexes))
