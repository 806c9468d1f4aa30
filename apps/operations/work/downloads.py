"""The tables people download: samples, results, and what the dry run left out."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from apps.operations.models import Item, Operation
from apps.operations.work.kinds import Kind
from apps.operations.work.states import ItemState

FAILED = (ItemState.NOT_DONE, ItemState.UNKNOWN, ItemState.SKIPPED)
AT_ONCE = 500


def sample_rows(kind: Kind) -> Iterator[list[str]]:
    """The names of the columns, and one row that shows how they are filled in."""
    yield [str(one.label) for one in kind.columns]
    yield [str(one.example) for one in kind.columns]


def result_rows(operation: Operation, kind: Kind, *, only_failed: bool = False) -> Iterator[list[object]]:
    """The file's own columns, then row, outcome, reason, code, reference and what came out; streamed."""
    columns = list(operation.columns)
    # None of them is a column of any kind: failed rows can be corrected and uploaded again as they come.
    told = [_("Row in file"), _("Outcome"), _("Why not"), _("Capillary code"), _("Act reference")]
    yield [*columns, *told, *(str(heading) for _name, heading in kind.outputs)]
    items = Item.objects.filter(operation=operation)
    if only_failed:
        items = items.filter(state__in=FAILED)
    for item in items.order_by("row").iterator(chunk_size=AT_ONCE):
        results = item.results if kind.outputs else {}
        yield [
            *_cells(item, len(columns)),
            item.row,
            ItemState(item.state).label,
            item.words or "; ".join(one["words"] for one in item.problems),
            item.code or next((one["code"] for one in item.problems if one.get("code")), ""),
            item.act_reference,
            *(results.get(name, "") for name, _heading in kind.outputs),
        ]


def problem_rows(operation: Operation, kind: Kind) -> Iterator[list[object]]:
    """One line for each problem of each row left out, behind the row's own cells; streamed."""
    columns = list(operation.columns)
    names = {one.name: str(one.label) for one in kind.columns}
    yield [*columns, _("Row"), _("Column"), _("What is wrong"), _("Code")]
    bad = Item.objects.filter(operation=operation, state=ItemState.BAD).order_by("row")
    for item in bad.iterator(chunk_size=AT_ONCE):
        cells = _cells(item, len(columns))
        for one in item.problems:
            column = names.get(one["column"], one["column"])
            yield [*cells, item.row, column, one["words"], one.get("code", "")]


def _cells(item: Item, width: int) -> list[str]:
    """As in the file, as wide as its header."""
    return [*item.cells, *[""] * width][:width]
