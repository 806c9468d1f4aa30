"""The parts of an operation's page: how far it is, what the dry run found, what may be done now."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from apps.operations.models import Chunk, Item, Operation
from apps.operations.views.work_shared import may_steer, standing_of
from apps.operations.work.approving import may_not_decide, somebody_decides
from apps.operations.work.asking import rerun_under_way
from apps.operations.work.hours import hours_of, may_run_now
from apps.operations.work.kinds import Kind, named
from apps.operations.work.progress import Progress, last_lines, progress_of
from apps.operations.work.states import WORKING, ChunkState, ItemState, State
from apps.staff.access import person_of

SHOWN, FAILED_SHOWN, PARKED_SHOWN = 100, 25, 20
BAR, GAP, NARROWEST = 1000, 2, 3
FAILED = (ItemState.NOT_DONE, ItemState.UNKNOWN)


@dataclass(frozen=True)
class Bar:
    """One piece of the bar, in parts of BAR."""

    tone: str
    x: int
    width: int


def bars_of(progress: Progress) -> list[Bar]:
    """Done, not done and not known; what is there at all can be seen."""
    found: list[Bar] = []
    x = 0
    for tone, count in (("ok", progress.done), ("bad", progress.not_done), ("wait", progress.unknown)):
        if count and progress.total:
            width = max(NARROWEST, BAR * count // progress.total - GAP)
            found.append(Bar(tone, x, width))
            x += width + GAP
    return found


def live_of(operation: Operation) -> dict[str, Any]:
    """What changes while somebody watches. At most seven queries."""
    progress = progress_of(operation)
    failed = Item.objects.filter(operation=operation, state__in=FAILED)
    shown = list(failed.order_by("row")[:FAILED_SHOWN]) if progress.not_done or progress.unknown else []
    rows = progress.total + progress.bad
    running = operation.state == State.RUNNING
    return {
        "operation": operation,
        "progress": progress,
        "rows_known": rows,
        "rows_checked": rows - progress.new,
        "through": progress.through,
        "bars": bars_of(progress),
        "ran": operation.started_at is not None,
        # An export has no rows anybody uploaded: what is counted are parts of its file.
        "parts": named(operation.kind).export is not None,
        "failed": shown,
        "failed_count": progress.not_done + progress.unknown,
        "lines": last_lines(operation),
        "moving": is_moving(operation, progress),
        "hours": hours_of(operation.kind) if running and not may_run_now(operation.kind) else None,
        "seen": seen_of(operation, progress),
        "progress_url": reverse("operations:operation_progress", args=[operation.pk]),
        "page_url": reverse("operations:operation", args=[operation.pk]),
        "parked_count": Chunk.objects.filter(operation=operation, state=ChunkState.PARKED).count(),
    }


def is_moving(operation: Operation, progress: Progress) -> bool:
    """Whether looking again shows more by itself."""
    return operation.state in WORKING or (operation.is_over and bool(progress.unknown + progress.going))


def seen_of(operation: Operation, progress: Progress) -> str:
    """What a page must be loaded anew for: its buttons and panels follow from it."""
    stopping = "s" if operation.is_stopping else ""
    settled = "" if progress.unknown or not operation.is_over else "k"
    return f"{operation.state}{stopping}{settled}"


def dry_run_of(operation: Operation, kind: Kind) -> dict[str, Any]:
    """Totals, problems by their words and the first rows left out. One query."""
    names = {one.name: str(one.label) for one in kind.columns}
    bad = Item.objects.filter(operation=operation, state=ItemState.BAD).order_by("row")[:SHOWN]
    found = [
        {"row": item.row, "column": names.get(one["column"], one["column"]), **_words(one)}
        for item in (bad if operation.totals.get("bad") else [])
        for one in item.problems
    ]
    return {
        "totals": operation.totals,
        "problems": found[:SHOWN],
        "more_problems": operation.totals.get("bad", 0) > len({one["row"] for one in found[:SHOWN]}),
        "by_kind": operation.totals.get("problems", {}).items(),
    }


def _words(problem: dict[str, str]) -> dict[str, str]:
    return {"words": problem["words"], "code": problem.get("code", "")}


def duties_of(request: HttpRequest, operation: Operation, kind: Kind, progress: Progress) -> dict[str, Any]:
    """What this person may do now, and why not where that is not plain."""
    person = person_of(request)
    steers = may_steer(person, operation, kind)
    own = operation.requested_by_id == person.pk
    state, stopping = operation.state, operation.is_stopping
    ready = operation.totals.get("ready", 0)
    waits = state == State.WAITING
    may_not = may_not_decide(person, operation, kind) if waits else ""
    over = state in (State.DONE, State.CANCELLED) and not operation.emptied_at
    rerun = rerun_under_way(operation) if over else None
    again = progress.not_done + progress.skipped
    parked = Chunk.objects.filter(operation=operation, state=ChunkState.PARKED).order_by("phase", "number")
    may_ask = state == State.CHECKED and own and bool(ready) and operation.needs_second_person
    return {
        "nobody_decides": may_ask and not somebody_decides(operation, kind),
        "standing": standing_of(operation),
        "steers": steers,
        "own": own,
        "may_ask": may_ask,
        "may_run": steers
        and bool(ready)
        and (state == State.READY or (state == State.CHECKED and not operation.needs_second_person)),
        "may_correct": steers
        and kind.file
        and state == State.CHECKED
        and bool(operation.totals.get("bad") or not ready),
        "may_decide": waits and not may_not,
        "may_not": may_not,
        "may_pause": steers and state == State.RUNNING and not stopping,
        "may_resume": steers and state == State.PAUSED and not operation.cancel_wanted,
        "may_cancel": steers and not operation.is_over and not operation.cancel_wanted,
        "rerun": rerun,
        "may_rerun": steers and over and bool(again) and not rerun and kind.export is None,
        "again_count": again,
        "may_download": steers and not operation.emptied_at,
        "parked": list(parked[:PARKED_SHOWN]),
    }
