"""Verifies the log in slices, so that a worker that dies in between loses seconds: the row tells how far it came.

Five phases: notes (signatures, their chain, and what was told outside), tree (leaves, nodes, roots), entries, what
waits for the seal, and archives.
"""

import base64
import logging
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.audit.keeping.archive_check import check_next
from apps.audit.log import entry_check
from apps.audit.log.findings import MOST, Finding
from apps.audit.log.hands import ALONE, Hands
from apps.audit.log.merkle import Frontier
from apps.audit.log.note_check import NoteCheck, check_end, check_keys
from apps.audit.log.published_check import check_published
from apps.audit.log.terminal import UNFINISHED, ended, give_up_dead, sign_of_life
from apps.audit.log.tree_check import TreeCheck, check_strays
from apps.audit.log.writer_check import Tally, WriterCheck
from apps.audit.models import Suspect, Verification

log = logging.getLogger("console.audit")

SLICE_SECONDS = 20.0
EVERY = timedelta(hours=24)
State = Verification.State
Progress = dict[str, Any]


class How(NamedTuple):
    """How a verification goes about it."""

    quick: bool
    hands: Hands


def verify_waiting() -> int:
    """The sweep: go on with what was asked for, for a slice; ask for everything when that is a day ago.

    One at a terminal is worked on there, and may have left out seals and columns: it stands for none of the sweep's.
    """
    give_up_dead()
    ours = Verification.objects.filter(at_terminal=False)
    found = ours.filter(state__in=UNFINISHED).order_by("pk").first()
    if found is None and not _asked_lately(ours.filter(first=None, last=None)):
        found = Verification.objects.create()
    if found is None:
        return 0
    go_on(found, seconds=SLICE_SECONDS)
    return 1


def _asked_lately(whole: QuerySet[Verification]) -> bool:
    now = timezone.now()
    # One in the future was asked for by a clock that was set back since: it must not put the next one off.
    return whole.filter(asked_at__range=(now - EVERY, now + EVERY)).exists()


def go_on(
    asked: Verification, *, seconds: float = float("inf"), quick: bool = False, hands: Hands = ALONE
) -> Verification:
    """Work on a verification for so long; ends it when everything is looked at.

    quick  bytes and hashes of entries only
    hands  who checks the entries, which is nearly all of the work
    """
    how = How(quick, hands)
    until = time.monotonic() + seconds
    progress: Progress = dict(asked.progress)
    while asked.state in UNFINISHED and time.monotonic() < until:
        phase = progress.setdefault("phase", "notes")
        findings = PHASES[phase](asked, progress, how)
        _keep(asked, progress, findings)
    return asked


def _notes(asked: Verification, progress: Progress, _how: How) -> Iterable[Finding]:
    size, before = progress.pop("notes", (0, ""))
    check = NoteCheck(size, base64.b64decode(before))
    findings, more = check.page()
    asked.size = check.size
    if more:
        progress["notes"] = (check.size, base64.b64encode(check.before).decode())
        return findings
    progress["phase"] = "tree"
    return [*check_keys(), *findings, *check_end(), *check_published(), *_suspects()]


def _suspects() -> list[Finding]:
    rows = Suspect.objects.order_by("entry_id").values_list("entry_id", "why")[:MOST]
    return [Finding(f"it was never sealed: {why}", entry_id) for entry_id, why in rows]


def _tree(asked: Verification, progress: Progress, _how: How) -> Iterable[Finding]:
    size, kept = progress.pop("frontier", (0, ""))
    check = TreeCheck(Frontier.read(size, base64.b64decode(kept)))
    findings = check.page(asked.size)
    if findings or check.frontier.size >= asked.size:
        progress |= {"phase": "entries", "next": asked.first or 0, "writers": {}}
        return [*findings, *check_strays()]
    progress["frontier"] = (check.frontier.size, base64.b64encode(check.frontier.kept).decode())
    return findings


def _entries(asked: Verification, progress: Progress, how: How) -> Iterable[Finding]:
    start = progress["next"]
    last = asked.size if asked.last is None else min(asked.last, asked.size)
    # With many hands each has several pages to do before all wait for the slowest.
    end = min(start + entry_check.PAGE * how.hands.pages, last)
    findings: list[Finding] = []
    counted = _counts_writers(asked, how)
    for found in how.hands.check(start, end, quick=how.quick, counted=counted):
        findings += found.findings
        _take_down(progress, found.tallies)
    asked.checked += max(0, end - start)
    progress["next"] = max(start, end)
    if end >= last:
        progress |= {"phase": "waiting", "after": 0, "until": entry_check.newest()}
    return findings


def _waiting(asked: Verification, progress: Progress, how: How) -> Iterable[Finding]:
    findings: list[Finding] = []
    last = 0
    counted = _counts_writers(asked, how)
    if is_whole(asked):
        found, last = entry_check.check_waiting(progress["after"], until=progress["until"], size=asked.size)
        findings = found.findings
        if counted:
            _take_down(progress, found.tallies)
    progress["after"] = last
    if last:
        return findings
    progress |= {"phase": "archives" if is_whole(asked) else "done", "archive": 0}
    return [*findings, *WriterCheck(progress["writers"]).findings()] if counted else findings


def _archives(_asked: Verification, progress: Progress, how: How) -> Iterable[Finding]:
    """One file at a time. One that is not there is no change of the trail: it is told apart, as a warning."""
    progress["archive"], findings, warnings = check_next(progress["archive"], quick=how.quick)
    progress["warnings"] = [*progress.get("warnings", ()), *warnings][:MOST]
    for one in warnings:
        log.error("An archive of the audit trail is not at hand: %s", one)
    if not progress["archive"]:
        progress |= {"phase": "done"}
    return findings


def _counts_writers(asked: Verification, how: How) -> bool:
    """Their numbers are only without a hole when everything is looked at."""
    return is_whole(asked) and not how.quick


def _take_down(progress: Progress, tallies: dict[str, Tally]) -> None:
    WriterCheck(progress["writers"]).take_in(tallies)


PHASES: dict[str, Callable[[Verification, Progress, How], Iterable[Finding]]] = {
    "notes": _notes,
    "tree": _tree,
    "entries": _entries,
    "waiting": _waiting,
    "archives": _archives,
}


def is_whole(asked: Verification) -> bool:
    """True when everything is looked at, not a range."""
    return asked.first is None and asked.last is None


def _keep(asked: Verification, progress: Progress, findings: Iterable[Finding]) -> None:
    for finding in findings:
        progress["wrong"] = progress.get("wrong", 0) + 1
        if progress["wrong"] <= MOST:
            log.critical("The audit trail was changed: %s", finding)
        if len(asked.findings) < MOST:
            asked.findings.append(finding.as_json)
    progress["alive"] = sign_of_life()
    asked.progress = progress
    asked.state = State.RUNNING
    if progress["phase"] == "done":
        asked.state = State.BROKEN if asked.findings else State.SOUND
        asked.ended_at = timezone.now()
        asked.progress = ended(progress)
    with transaction.atomic():
        asked.save()
