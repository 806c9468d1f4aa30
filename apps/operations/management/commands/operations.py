"""Long work from the shell: what there is, how far it is, and stopping it."""

from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from apps.core.formats import duration
from apps.operations.models import Chunk, Operation
from apps.operations.models.work import pk_of
from apps.operations.work import services
from apps.operations.work.progress import last_lines, progress_of
from apps.operations.work.states import ENDED, ChunkState
from apps.staff.management.shell import ShellCommand

STEER: dict[str, Callable[..., Any]] = {
    "pause": services.pause,
    "resume": services.resume,
    "cancel": services.cancel,
}


class Command(ShellCommand):
    help = "List long work, show one operation, pause, resume or cancel it."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="what", required=True)
        listing = acts.add_parser("list", help="the newest first; those that are not over unless --all")
        listing.add_argument("--all", action="store_true")
        listing.add_argument("--most", type=int, default=25)
        for name in ("show", *STEER):
            acts.add_parser(name).add_argument("number", help="such as OP-10001")

    def handle(self, *_args: Any, **options: Any) -> None:
        what = options["what"]
        if what == "list":
            self._list(everything=options["all"], most=options["most"])
            return
        operation = self._named(options["number"])
        if what in STEER:
            operation = self.act(STEER[what], user=None, operation=operation)
        self._show(operation)

    def _named(self, number: str) -> Operation:
        operation = Operation.objects.filter(pk=pk_of(number) or 0).first()
        if operation is None:
            raise CommandError(f"There is no operation {number}.")
        return operation

    def _list(self, *, everything: bool, most: int) -> None:
        rows = Operation.objects.select_related("store").order_by("-id")
        for one in (rows if everything else rows.exclude(state__in=ENDED))[:most]:
            progress = progress_of(one)
            self.stdout.write(
                f"{one.number}  {self._state(one):<22} {progress.total - progress.left:>9,} of"
                f" {progress.total:>9,}  {one.kind:<20} {one.requester_name}"
            )

    def _show(self, operation: Operation) -> None:
        progress = progress_of(operation)
        parked = Chunk.objects.filter(operation=operation, state=ChunkState.PARKED)
        left = duration(progress.time_left) if progress.time_left else "not known"
        for name, value in (
            ("Number", operation.number),
            ("Kind", operation.kind),
            ("Title", operation.title),
            ("Asked for by", f"{operation.requester_name}, {timezone.localtime(operation.created_at):%F %T}"),
            ("Approved by", operation.approved_name or "nobody"),
            ("File", operation.file_sha256 or "none"),
            ("State", self._state(operation)),
            ("Problem", operation.problem or "none"),
            ("Rows", f"{progress.total:,} to do, {progress.bad:,} left out, {progress.left:,} left"),
            (
                "Ended",
                f"{progress.done:,} done, {progress.not_done:,} not done, {progress.unknown:,} not known,"
                f" {progress.skipped:,} skipped",
            ),
            ("Speed", f"{progress.per_minute:,} rows a minute, time left: {left}"),
            ("Parked", ", ".join(f"{one.first_row} to {one.last_row}" for one in parked) or "nothing"),
        ):
            self.stdout.write(f"{name + ':':<14}{value}")
        for line in last_lines(operation):
            self.stdout.write(f"  {timezone.localtime(line.at):%F %T}  {line.words}")

    @staticmethod
    def _state(operation: Operation) -> str:
        return f"{operation.state} (stopping)" if operation.is_stopping else operation.state
