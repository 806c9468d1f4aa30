"""The trail as a file: blocks of entries are written by workers, and joined when somebody fetches them."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.actor import Actor
from apps.audit.address import LONGEST
from apps.audit.models import Entry
from apps.core.errors import BadInput
from apps.operations import exporting_filter, exporting_whole
from apps.operations.exporting_csv import CsvBlock
from apps.operations.exporting_proofs import ProofBlock
from apps.operations.exporting_sealed import sealed
from apps.operations.exporting_whole import JSONL, form_of, keep_part
from apps.operations.models import Item, Operation
from apps.operations.work.comparing import ASKS as PERIOD
from apps.operations.work.comparing import bounds_of, period
from apps.operations.work.kinds import Column, Outcome, Row

# A few seconds of work: a row renews the lease of its worker only when it ends.
ENTRIES_A_ROW = 20_000
PROOFS_A_ROW = 10_000
FORMS = (
    ("csv", gettext_lazy("CSV, for people")),
    (JSONL, gettext_lazy("JSONL with proofs, for machines")),
)
ASKS = (
    *PERIOD,
    Column(
        "filter",
        gettext_lazy("Only entries that"),
        longest=LONGEST,
        help=gettext_lazy(
            'As in the line above the trail, such as store:012 actor:"Asha Verma". Empty for all.'
        ),
    ),
    Column("reason", gettext_lazy("Reason"), required=True, help=gettext_lazy("It stands in the trail.")),
    Column(
        "form",
        gettext_lazy("Form"),
        required=True,
        choices=FORMS,
        help=gettext_lazy(
            "A spreadsheet reads CSV. JSONL proves each entry: anybody can check it without the console."
        ),
    ),
    Column(
        "earlier",
        gettext_lazy("Earlier checkpoint"),
        longest=2_000,
        help=gettext_lazy(
            "For JSONL: a checkpoint kept elsewhere, the whole note with its signature. The file then proves "
            "that the log has only grown since."
        ),
    ),
)


def parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for, with the ids or places between which the entries lie, so that the plan is always the same.

    Raises: BadInput (from, until, filter, reason, form, earlier)
    """
    kept = period(given)
    reason, form = str(given.get("reason") or "").strip(), str(given.get("form") or "csv")
    earlier = str(given.get("earlier") or "")
    if not reason:
        raise BadInput(_("Say why: whoever reads the trail sees it."), field="reason")
    if form not in dict(FORMS):
        raise BadInput(_("Choose one of those shown."), field="form")
    if earlier.strip() and form != JSONL:
        raise BadInput(_("Only JSONL can prove anything: choose it, or leave this empty."), field="earlier")
    kept |= {"reason": reason, "form": form, **exporting_filter.kept(str(given.get("filter") or ""))}
    begins, ends = bounds_of(kept)
    if form == JSONL:
        return kept | sealed(begins, ends, earlier, complete=not kept["filter"])
    ids = Entry.objects.ids_within(begins, ends)
    if ids is None:
        raise BadInput(_("There are no entries in this time."), field="from")
    return kept | {"first": ids[0], "last": ids[1]}


def plan(_actor: Actor, operation: Operation) -> Iterator[Row]:
    """A row for each block of ids or places, and one for the whole."""
    first, last = operation.parameters["first"], operation.parameters["last"]
    block = PROOFS_A_ROW if form_of(operation) == JSONL else ENTRIES_A_ROW
    if first is not None:
        for start in range(first, last + 1, block):
            yield Row({"first": start, "last": min(last, start + block - 1)})
    yield Row({"whole": True})


def run(_actor: Actor, item: Item) -> Outcome:
    """Write the entries of one block to a file of its own, or finish the whole."""
    operation, values = item.operation, item.values
    if values.get("whole"):
        return exporting_whole.finish(item)
    make = ProofBlock if form_of(operation) == JSONL else CsvBlock
    block = make(operation, values["first"], values["last"])
    file = keep_part(operation, str(item.row), block)
    return Outcome("done", output={**block.noted, "sha256": file.sha256})


def export(operation: Operation) -> Iterator[bytes]:
    """The whole file."""
    return exporting_whole.pieces(operation)


def entries_in(operation: Operation) -> int:
    """How many entries the file of an operation holds; 0 for one that holds something else."""
    blocks = Item.objects.filter(operation=operation).exclude(output__has_key="whole")
    return sum(int(one) for one in blocks.values_list("output__entries", flat=True) if one)
