"""What this room holds of a person: rows of files, and the files they came in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.audit.subject_requests.rooms import (
    AT_ONCE,
    FORGOTTEN,
    Room,
    Staff,
    Subject,
    Table,
    by_id,
    columns,
    register,
)
from apps.operations.models import FilePart, Item, Operation, StoredFile
from apps.operations.models.items import seal_input
from apps.operations.work.states import ENDED, ItemState

ROOM = "operations"
BY = _("By")
FINAL = (ItemState.BAD, ItemState.DONE, ItemState.NOT_DONE, ItemState.SKIPPED)


def _items(subject: Subject, rows: QuerySet[Item] | None = None) -> Iterator[Item]:
    """Rows of the customer, and those that name an identifier of theirs: a friend's, or of nobody found."""
    among = Item.objects.all() if rows is None else rows
    known = among.filter(customer_id=subject.customer).values_list("pk", flat=True)
    ids = sorted({*known, *subject.found.get(ROOM, ())})
    for start in range(0, len(ids), AT_ONCE):
        some = among.filter(pk__in=ids[start : start + AT_ONCE])
        yield from some.select_related("operation__store").order_by("pk")


def _look(subject: Subject, after: int) -> tuple[list[int], int]:
    """What stands in rows is sealed, so each is opened; there are those of CONSOLE_WORK_KEPT_DAYS."""
    page = list(Item.objects.filter(pk__gt=after).order_by("pk")[:AT_ONCE])
    return [one.pk for one in page if subject.is_named_in(one.input)], page[-1].pk if page else 0


def _rows(subject: Subject) -> Iterator[Sequence[Any]]:
    for one in _items(subject):
        operation = one.operation
        place = operation.store.code if operation.store else ""
        yield (
            operation.number,
            operation.title,
            operation.created_at,
            Staff(operation.requester_name, operation.requester_role, place),
            one.row,
            dict(zip(operation.columns, one.cells, strict=False)),
            one.mask,
            ItemState(one.state).label,
            one.words,
            one.results,
            one.act_reference,
        )


def _files(subject: Subject) -> Iterator[Sequence[Any]]:
    for one in _operations(subject):
        file = one.file
        if file is not None:
            yield one.number, file.name, file.at, file.size, file.sha256, one.expires_at


def _operations(subject: Subject) -> list[Operation]:
    ids = {one.operation_id for one in _items(subject)}
    return list(Operation.objects.filter(pk__in=ids).select_related("file").order_by("pk"))


def _exports(subject: Subject) -> Iterator[Operation]:
    """Exports that were asked for by an identifier of theirs, or by what was about one."""
    for one in by_id(Operation.objects.exclude(parameters={})):
        if subject.hexes & set(_texts(one.parameters)) or subject.is_named_by(_about(one.parameters)):
            yield one


def _about(parameters: Mapping[str, Any]) -> str:
    """What an export of the trail was narrowed to, as it was typed behind ``about:``."""
    filters = parameters.get("filters")
    return str(filters.get("subject", "")) if isinstance(filters, Mapping) else ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value


def _filters(subject: Subject) -> Iterator[Sequence[Any]]:
    for one in _exports(subject):
        place = one.store.code if one.store else ""
        yield (
            one.number,
            one.title,
            one.created_at,
            Staff(one.requester_name, one.requester_role, place),
            one.parameters.get("filter", ""),
        )


def _open_acts(subject: Subject) -> Iterator[str]:
    moving = ~Q(operation__state__in=ENDED) | Q(operation__state="done") & ~Q(state__in=FINAL)
    rows = Item.objects.filter(moving)
    mine = {one.operation_id for one in _items(subject, rows)}
    asked = {one.pk for one in _exports(subject) if one.state not in ENDED}
    for one in Operation.objects.filter(pk__in=mine | asked).order_by("pk"):
        yield _now("Operation %(number)s with a row of theirs is not over: %(state)s.") % {
            "number": one.number,
            "state": one.get_state_display(),
        }


def _find(subject: Subject) -> list[int]:
    """Ids of their rows in operations that are over."""
    return [one.pk for one in _items(subject, Item.objects.filter(operation__state__in=ENDED))]


def _erase(subject: Subject, found: list[int]) -> Mapping[str, int]:
    """The row keeps its outcome and amount. The files hold it among others and go before their time."""
    rows = files = filters = 0
    operations: set[int] = set()
    for some in (found[start : start + AT_ONCE] for start in range(0, len(found), AT_ONCE)):
        for item in Item.objects.filter(pk__in=some):
            operations.add(item.operation_id)
            if item.mask != FORGOTTEN:
                _blank(item)
                rows += 1
    for one in Operation.objects.filter(pk__in=operations).select_related("file"):
        wanted = [one.file, *one.made.all()]
        for file in {each.pk: each for each in wanted if each is not None}.values():
            files += _delete(file)
    for one in list(_exports(subject)):
        one.parameters = _without(one.parameters, subject)
        one.save(update_fields=["parameters"])
        filters += 1
    return {"rows": rows, "files": files, "filters": filters}


def _blank(item: Item) -> None:
    item.input_sealed = seal_input(["" for _cell in item.cells], {})
    item.digest, item.mask, item.problems, item.words = None, FORGOTTEN, [], ""
    item.output, item.output_sealed = {}, ""
    item.save(
        update_fields=["input_sealed", "digest", "mask", "problems", "words", "output", "output_sealed"]
    )


def _delete(file: StoredFile) -> int:
    # One part at a time: each is a quarter of a megabyte.
    for pk in FilePart.objects.filter(file=file).order_by("number").values_list("pk", flat=True):
        FilePart.objects.filter(pk=pk).delete()
    return int(file.delete()[0] > 0)


def _without(parameters: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
    kept = dict(parameters)
    if kept.get("filter"):
        kept["filter"] = FORGOTTEN
    if subject.is_named_by(_about(kept)):
        kept["filters"] = {**kept["filters"], "subject": FORGOTTEN}
    cleaned: dict[str, Any] = _cleaned(kept, subject)
    return cleaned


def _cleaned(value: Any, subject: Subject) -> Any:
    if isinstance(value, Mapping):
        return {name: _cleaned(one, subject) for name, one in value.items()}
    if isinstance(value, list):
        return [_cleaned(one, subject) for one in value if one not in subject.hexes]
    return FORGOTTEN if value in subject.hexes else value


register(
    Room(
        ROOM,
        tables=(
            Table(
                "rows_of_files",
                _("Rows of files for many customers"),
                columns(
                    operation=_("Operation"),
                    title=_("What"),
                    at=_("When"),
                    by=BY,
                    row=_("Row"),
                    cells=_("As in the file"),
                    mask=_("Identifier, masked"),
                    state=_("State"),
                    words=_("How it ended"),
                    results=_("What came out"),
                    reference=_("Reference of the act"),
                ),
                _rows,
                models=("operations.Item",),
            ),
            Table(
                "files",
                _("Files with a row of yours"),
                columns(
                    operation=_("Operation"),
                    name=_("Name"),
                    at=_("When"),
                    size=_("Bytes"),
                    sha256=_("SHA-256"),
                    until=_("Kept until"),
                ),
                _files,
                models=("operations.StoredFile", "operations.FilePart"),
                held=_("Files with a row of theirs"),
                about=_("The file itself is not in this pack: it holds other people's rows too."),
            ),
            Table(
                "exports_of_the_trail",
                _("Exports of the audit trail that were asked for by an identifier of yours"),
                columns(
                    operation=_("Operation"), title=_("What"), at=_("When"), by=BY, filter=_("Filter, masked")
                ),
                _filters,
                models=("operations.Operation",),
                held=_("Exports of the audit trail that were asked for by an identifier of theirs"),
            ),
        ),
        look=_look,
        find=_find,
        erase=_erase,
        open_acts=_open_acts,
        holds_nothing={
            "operations.Heartbeat": "signs of life of processes",
            "operations.SweepLease": "which process sweeps what",
            "operations.Switch": "which acts are off",
            "operations.Notice": "numbers of acts, for the house's people",
            "operations.Endpoint": "addresses of programs that are told of events",
            "operations.Delivery": "numbers and states of the console's own rows, for those programs",
            "operations.Chunk": "which rows a worker holds",
            "operations.Line": "what happened to an operation, without anything personal",
        },
    )
)
