"""What became of the rows, as a table to download: the file as it was, with what the console says beside it."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.operations.models import Item, Operation
from apps.operations.work.kinds import Kind, named
from apps.operations.work.states import ItemState

FAILED = (ItemState.NOT_DONE, ItemState.UNKNOWN, ItemState.SKIPPED)
AT_ONCE = 500


def result_rows(operation: Operation, *, only: str = "") -> Iterator[list[str]]:
    """A header and a row for each row of the file, streamed; empty once the rows are deleted.

    only  "failed" for those not done, not known or skipped, "problems" for those the dry run left out, "" for all.
          The first columns are those of the file, so failed rows can be corrected and uploaded again
    """
    kind = named(operation.kind)
    columns = len(operation.columns)
    told = [_("Row in file"), _("Customer, masked"), _("Result"), _("Why not"), _("Capillary code")]
    yield [*operation.columns, *told, *(str(label) for _name, label in kind.outputs)]
    for item in _items(operation, only).iterator(chunk_size=AT_ONCE):
        cells = item.cells[:columns]
        results = item.results
        yield [
            *cells,
            *[""] * (columns - len(cells)),
            str(item.row),
            item.mask,
            str(item.get_state_display()),
            item.words or problem_words(kind, item),
            item.code,
            *(str(results.get(name, "")) for name, _label in kind.outputs),
        ]


def problem_words(kind: Kind, item: Item) -> str:
    """Every problem of a row in one text: ``Points: Points are a whole number above 0. Bill: …``"""
    labels = {one.name: str(one.label) for one in kind.columns}
    found = ((labels.get(one["column"], one["column"]), one["words"]) for one in item.problems)
    return " ".join(f"{label}: {words}" if label else words for label, words in found)


def sample_rows(kind: Kind) -> list[list[str]]:
    """The header a kind reads, and a row as it may look."""
    return [[str(one.label) for one in kind.columns], [str(one.example) for one in kind.columns]]


def _items(operation: Operation, only: str) -> QuerySet[Item]:
    items = Item.objects.filter(operation=operation).order_by("row")
    states = {"failed": FAILED, "problems": (ItemState.BAD,)}.get(only)
    return items.filter(state__in=states) if states else items
