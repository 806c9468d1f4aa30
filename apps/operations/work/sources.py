"""Where the rows of an operation come from: its file, the rows of an earlier one, or what the kind plans."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from apps.audit import hashing
from apps.core.errors import BadInput
from apps.core.tables.reading import Unreadable
from apps.operations.models import Item, Operation
from apps.operations.models.items import seal_input, token_of
from apps.operations.work.files import table_of
from apps.operations.work.kinds import Kind, Problem, Row
from apps.operations.work.states import ItemState
from apps.operations.work.tables import cells_of, places_of

AGAIN = (ItemState.NOT_DONE, ItemState.SKIPPED)
READ_AT_ONCE = 500


def columns_of(operation: Operation) -> list[str]:
    """The header of the file, empty without one. Raises Unreadable"""
    if operation.rerun_of is not None:
        return list(operation.rerun_of.columns)
    return table_of(operation.file).header if operation.file is not None else []


def items_of(operation: Operation, kind: Kind, *, after_row: int) -> Iterator[Item]:
    """The rows behind this one, as they are stored; nothing is kept in memory.

    Raises: Unreadable, also in the middle of the file
    """
    if operation.rerun_of is not None:
        return _failed_rows(operation, after_row)
    if operation.file is not None:
        return _rows_of_file(operation, kind, after_row)
    return _planned_rows(operation, kind, after_row)


def _rows_of_file(operation: Operation, kind: Kind, after_row: int) -> Iterator[Item]:
    assert operation.file is not None  # noqa: S101  (the caller has looked)
    assert kind.read_row is not None  # noqa: S101  (kinds with files have it)
    table = table_of(operation.file)
    places = places_of(kind.columns, table.header)
    for number, cells in enumerate(table.rows, start=1):
        if number > settings.CONSOLE_WORK_MOST_ROWS:
            raise Unreadable(
                _("The file has more than %(most)s rows.") % {"most": f"{settings.CONSOLE_WORK_MOST_ROWS:,}"},
                next_step=_("Split it and upload the parts."),
            )
        if number <= after_row or not any(cell.strip() for cell in cells):
            continue
        yield new_item(operation, number, _read(kind, places, table.header, cells), cells)


def _read(kind: Kind, places: dict[str, int], header: list[str], cells: list[str]) -> Row:
    assert kind.read_row is not None  # noqa: S101  (kinds with files have it)
    if len(cells) > len(header):
        # Points written as 1,500 would be 1 otherwise.
        words = _(
            "This row has more cells than there are columns. Put text with a separator in quotation marks."
        )
        return Row(problems=(Problem("", words),))
    try:
        return kind.read_row(cells_of(places, cells))
    except BadInput as error:
        return Row(problems=(Problem(error.field, error.message),))


def _planned_rows(operation: Operation, kind: Kind, after_row: int) -> Iterator[Item]:
    assert kind.plan is not None  # noqa: S101  (kinds without files have it)
    for number, row in enumerate(kind.plan(operation.behind, operation), start=1):
        if number > after_row:
            yield new_item(operation, number, row, [])


def _failed_rows(operation: Operation, after_row: int) -> Iterator[Item]:
    earlier = Item.objects.filter(operation=operation.rerun_of, row__gt=after_row, state__in=AGAIN)
    for item in earlier.order_by("row").iterator(chunk_size=READ_AT_ONCE):
        yield Item(
            operation=operation,
            row=item.row,
            input_sealed=item.input_sealed,
            digest=item.digest,
            token=token_of(operation.reference, item.row),
        )


def new_item(operation: Operation, number: int, row: Row, cells: list[str]) -> Item:
    """The stored form of a row as read."""
    return Item(
        operation=operation,
        row=number,
        input_sealed=seal_input(cells, dict(row.values)),
        digest=digest_of(operation.kind, row.meaning),
        problems=plain_problems(row.problems),
        state=ItemState.BAD if row.problems else ItemState.NEW,
        token=token_of(operation.reference, number),
    )


def digest_of(kind: str, meaning: tuple[str, ...]) -> bytes | None:
    """The keyed hash by which the same row is found again, None for a row that is never the same."""
    return hashing.digest("operation row", "\0".join((kind, *meaning))) if meaning else None


def plain_problems(problems: tuple[Problem, ...]) -> list[dict[str, str]]:
    """As the row keeps them."""
    return [{"column": one.column, "words": str(one.words)[:300], "code": one.code} for one in problems]
