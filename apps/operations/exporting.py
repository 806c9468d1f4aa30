"""The trail as a file for people: blocks of entries are written by workers, and joined when somebody fetches them."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC
from itertools import chain
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.actor import Actor
from apps.audit.choices import in_words
from apps.audit.filters import Filters
from apps.audit.forms import FilterForm
from apps.audit.models import Entry
from apps.audit.narrative import plain_sentence
from apps.audit.qualifiers import read
from apps.core.errors import BadInput
from apps.operations.models import Item, Operation, StoredFile
from apps.operations.work.comparing import ASKS as PERIOD
from apps.operations.work.comparing import bounds_of, period
from apps.operations.work.files import pieces_of
from apps.operations.work.files.keeping import fill
from apps.operations.work.kinds import Column, Outcome, Row

# A few seconds of work: a row renews the lease of its worker only when it ends.
ENTRIES_A_ROW = 20_000
ENTRIES_AT_ONCE = 1_000
MARK = b"\xef\xbb\xbf"
ASKS = (
    *PERIOD,
    Column(
        "filter",
        gettext_lazy("Only entries that"),
        help=gettext_lazy(
            'As in the line above the trail, such as store:012 actor:"Asha Verma". Empty for all.'
        ),
    ),
    Column("reason", gettext_lazy("Reason"), required=True, help=gettext_lazy("It stands in the trail.")),
)
HEADINGS = (
    gettext_lazy("Entry"),
    gettext_lazy("At (UTC)"),
    gettext_lazy("What happened"),
    gettext_lazy("Action"),
    gettext_lazy("Outcome"),
    gettext_lazy("Person"),
    gettext_lazy("Role"),
    gettext_lazy("Store"),
    gettext_lazy("Customer id"),
    gettext_lazy("About"),
    gettext_lazy("Reason"),
    gettext_lazy("Channel"),
    gettext_lazy("Reference"),
    gettext_lazy("Call"),
    gettext_lazy("Method"),
    gettext_lazy("Path"),
    gettext_lazy("Status"),
    gettext_lazy("Capillary code"),
    gettext_lazy("Capillary request id"),
    gettext_lazy("Latency (ms)"),
    gettext_lazy("Leaf hash"),
)


def parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    """Period, filter and reason, with the ids between which the entries lie, so that the plan is always the same.

    An identifier in the filter is kept as keyed hash and mask only.
    Raises: BadInput (from, until, filter, reason)
    """
    kept = period(given)
    reason = str(given.get("reason") or "").strip()
    if not reason:
        raise BadInput(_("Say why: whoever reads the trail sees it."), field="reason")
    form, found = _form(str(given.get("filter") or ""))
    begins, ends = bounds_of(kept)
    ids = Entry.objects.between(begins, ends).aggregate(first=Min("id"), last=Max("id"))
    if ids["first"] is None:
        raise BadInput(_("There are no entries in this time."), field="from")
    return kept | {
        "reason": reason,
        "filter": in_words(form, found) if found else "",
        "filters": _plain(form.filters()),
        "first": ids["first"],
        "last": ids["last"],
    }


def plan(_actor: Actor, operation: Operation) -> Iterator[Row]:
    """A row for each block of ids."""
    first, last = operation.parameters["first"], operation.parameters["last"]
    for start in range(first, last + 1, ENTRIES_A_ROW):
        yield Row({"first": start, "last": min(last, start + ENTRIES_A_ROW - 1)})


def run(_actor: Actor, item: Item) -> Outcome:
    """Write the entries of one block to a file of its own. What a worker that died has written is replaced."""
    operation, values = item.operation, item.values
    filters = _filters(operation)
    found = Entry.objects.filter_by(filters).filter(id__gte=values["first"], id__lte=values["last"])
    name = _name(operation, item.row)
    StoredFile.objects.filter(made_by=operation, name=name).delete()
    counted = _Counted(found)
    file = _written(operation, name, pieces_of(map(_cells, counted), "csv"))
    return Outcome("done", output={"entries": str(counted.seen), "sha256": file.sha256})


def export(operation: Operation) -> Iterator[bytes]:
    """The whole file: the headings once, then the blocks in their order."""
    yield from pieces_of([[str(one) for one in HEADINGS]], "csv")
    rows = Item.objects.filter(operation=operation).order_by("row").values_list("row", flat=True)
    for row in rows.iterator(chunk_size=500):
        for file in StoredFile.objects.filter(made_by=operation, name=_name(operation, row)):
            yield from file.parts()


class _Counted:
    """Hands entries on, oldest first, and counts them.

    Some at a time and each time to the end: SQLite lets nobody write behind a reading that others have overtaken.
    """

    def __init__(self, found: QuerySet[Entry]) -> None:
        self._found, self.seen = found.order_by("id"), 0

    def __iter__(self) -> Iterator[Entry]:
        last = 0
        while some := list(self._found.filter(id__gt=last)[:ENTRIES_AT_ONCE]):
            self.seen += len(some)
            last = some[-1].pk
            yield from some


def _written(operation: Operation, name: str, pieces: Iterator[bytes]) -> StoredFile:
    """No transaction around it: on SQLite nobody else could write while a block is read."""
    file = StoredFile.objects.create(made_by=operation, name=name, media_type="text/csv")
    # Only the whole file has the mark, and it has it once.
    return fill(file, chain([next(pieces).removeprefix(MARK)], pieces))


def _name(operation: Operation, row: int) -> str:
    return f"{operation.number}-{row}.csv"


def _cells(entry: Entry) -> list[object]:
    return [
        entry.pk,
        entry.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        plain_sentence(entry),
        entry.action,
        entry.get_outcome_display(),
        entry.actor_name,
        entry.actor_role,
        entry.store_code,
        entry.customer,
        entry.subject,
        entry.reason,
        entry.get_channel_display(),
        entry.reference,
        entry.call_id,
        entry.method,
        entry.path,
        entry.status,
        entry.code,
        entry.request_id,
        entry.latency_ms,
        bytes(entry.leaf_hash).hex(),
    ]


def _form(line: str) -> tuple[FilterForm, dict[str, str]]:
    found, unknown = read(line)
    if unknown:
        words = _("The trail has no filter %(unknown)s.") % {"unknown": ", ".join(unknown)}
        raise BadInput(words, field="filter")
    if {"from", "until", "period"} & set(found):
        raise BadInput(_("The days stand in fields of their own."), field="filter")
    form = FilterForm({**found, "calls": "on"})
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        raise BadInput(f"{label}: {errors[0]}" if label else str(errors[0]), field="filter")
    return form, found


def _plain(filters: Filters) -> dict[str, Any]:
    """As JSON keeps it."""
    values = asdict(replace(filters, start=None, end=None))
    del values["start"], values["end"]
    return values | {
        "actions": [sorted(one) for one in filters.actions],
        "stores": [sorted(one) for one in filters.stores],
        "digests": [one.hex() for one in filters.digests],
    }


def _filters(operation: Operation) -> Filters:
    values = dict(operation.parameters["filters"])
    begins, ends = bounds_of(operation.parameters)
    actors = values["actors"]
    return Filters(
        **values
        | {
            "actors": None if actors is None else tuple(actors),
            "actions": tuple(frozenset(one) for one in values["actions"]),
            "stores": tuple(frozenset(one) for one in values["stores"]),
            "customers": tuple(values["customers"]),
            "digests": tuple(bytes.fromhex(one) for one in values["digests"]),
            "start": begins,
            "end": ends,
        }
    )
