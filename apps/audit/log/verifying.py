"""Verifies the log in slices, so that a worker that dies in between loses seconds: the row tells how far it came.

Six phases: notes (signatures, their chain, and what was told outside), tree (leaves, nodes, roots), entries, what
waits for the seal, the order of all entries, and archives.
"""

import base64
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.audit.canonical import moment
from apps.audit.keeping.archive_check import check_next
from apps.audit.log import entry_check
from apps.audit.log.entry_check import Checked
from apps.audit.log.findings import MOST, Finding
from apps.audit.log.hands import ALONE, Hands
from apps.audit.log.id_check import IdCheck
from apps.audit.log.merkle import Frontier
from apps.audit.log.note_check import NoteCheck, check_end, check_keys
from apps.audit.log.order_check import OrderCheck
from apps.audit.log.published_check import check_published
from apps.audit.log.terminal import UNFINISHED, ended, give_up_dead, sign_of_life
from apps.audit.log.tree_check import TreeCheck, check_strays
from apps.audit.log.waiting import waiting_since
from apps.audit.log.writer_check import WriterCheck
from apps.audit.models import Leaf, Suspect, Verification
from apps.audit.subject_requests.forgotten import being_forgotten, forgotten_in_all

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
    last = asked.size if asked.last is None else min(asked.last, asked.size)
    # Places without a leaf are passed over at once: a size that somebody made up must not keep it at work for days.
    leaves = Leaf.objects.filter(index__gte=progress["next"], index__lt=last)
    start = leaves.order_by("index").values_list("index", flat=True).first()
    if start is None:
        progress |= {"phase": "waiting", "after": entry_check.LOWEST, "until": entry_check.newest()}
        return []
    # With many hands each has several pages to do before all wait for the slowest.
    end = min(start + entry_check.PAGE * how.hands.pages, last)
    findings: list[Finding] = []
    for found in how.hands.check(start, end, quick=how.quick, counted=_counts_all(asked, how)):
        findings += [*found.findings, *_take_down(progress, found)]
    asked.checked += end - start
    progress["next"] = end
    return findings


def _waiting(asked: Verification, progress: Progress, how: How) -> Iterable[Finding]:
    if not is_whole(asked):
        progress |= {"phase": "done"}
        return []
    found, last = entry_check.check_waiting(progress["after"], until=progress["until"], size=asked.size)
    findings = list(found.findings)
    if _counts_all(asked, how):
        findings += _take_down(progress, found)
    if last is not None:
        progress["after"] = last
        return findings
    _warn(progress, _unsealed())
    progress |= {"phase": "archives", "archive": 0}
    if not _counts_all(asked, how):
        return findings
    progress |= {"phase": "order"}
    return [
        *findings,
        *WriterCheck(progress["writers"]).findings(),
        *_unexplained(progress.get("missing", 0)),
    ]


def _unsealed() -> Iterator[str]:
    count, oldest = waiting_since()
    if oldest and timezone.now() - oldest > entry_check.LATE:
        yield f"{count:,} entries wait for their seal, since {moment(oldest)}: no worker seals"


def _unexplained(missing: int) -> Iterator[Finding]:
    # In this order: an erasure that ends between the two questions counts twice rather than never.
    told = being_forgotten()
    told += forgotten_in_all()
    if missing > told:
        what = "identifiers beside entries are gone, and erasures that the trail names destroyed"
        yield Finding(f"{missing:,} {what} {told:,}")


def _order(_asked: Verification, progress: Progress, _how: How) -> Iterable[Finding]:
    check = OrderCheck.read(progress.get("order", {}))
    findings, more = check.page(progress["until"])
    progress["order"] = check.kept
    if not more:
        progress |= {"phase": "archives", "archive": 0}
    return findings


def _archives(_asked: Verification, progress: Progress, how: How) -> Iterable[Finding]:
    """One file at a time. One that is not there is no change of the trail: it is told apart, as a warning."""
    progress["archive"], findings, warnings = check_next(progress["archive"], quick=how.quick)
    _warn(progress, warnings)
    if not progress["archive"]:
        progress |= {"phase": "done"}
    return findings


def _warn(progress: Progress, warnings: Iterable[str]) -> None:
    told = list(warnings)
    progress["warnings"] = [*progress.get("warnings", ()), *told][:MOST]
    for one in told:
        log.error("Not all of the audit trail could be verified: %s", one)


def _counts_all(asked: Verification, how: How) -> bool:
    """What only fits together when everything is looked at: numbers without a hole, ids in order, all identifiers."""
    return is_whole(asked) and not how.quick


def _take_down(progress: Progress, found: Checked) -> list[Finding]:
    WriterCheck(progress["writers"]).take_in(found.tallies)
    # One that was begun by an earlier version has not counted these.
    progress["missing"] = progress.get("missing", 0) + found.missing
    return IdCheck(progress.setdefault("ids", {})).take_in(found.ends)


PHASES: dict[str, Callable[[Verification, Progress, How], Iterable[Finding]]] = {
    "notes": _notes,
    "tree": _tree,
    "entries": _entries,
    "waiting": _waiting,
    "order": _order,
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
