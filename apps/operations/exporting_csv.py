"""An export for people: a sentence and all columns of each entry, as CSV."""

from collections.abc import Iterator
from datetime import UTC

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from apps.audit.models import Entry
from apps.audit.narrative import plain_sentence
from apps.core.tables.writing import pieces_of
from apps.operations.exporting_filter import entries_of
from apps.operations.models import Operation

ENTRIES_AT_ONCE = 1_000
MARK = b"\xef\xbb\xbf"
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


def head() -> bytes:
    """The line of headings. Only the whole file has the mark, and it has it once."""
    return b"".join(pieces_of([[str(one) for one in HEADINGS]], "csv"))


class CsvBlock:
    """The lines of the entries with these ids, oldest first, in pieces; `entries` counts them."""

    def __init__(self, operation: Operation, first: int, last: int) -> None:
        found = entries_of(operation).filter(id__gte=first, id__lte=last)
        self._found: QuerySet[Entry] = found.order_by("id")
        self.entries = 0

    def __iter__(self) -> Iterator[bytes]:
        pieces = pieces_of(map(_cells, self._each()), "csv")
        yield next(pieces).removeprefix(MARK)
        yield from pieces

    @property
    def noted(self) -> dict[str, int]:
        """Nothing but their number is known of them."""
        return {"entries": self.entries}

    def _each(self) -> Iterator[Entry]:
        """Some at a time and each time to the end: SQLite lets nobody write behind a reading that others have
        overtaken."""
        last = 0
        while some := list(self._found.filter(id__gt=last)[:ENTRIES_AT_ONCE]):
            self.entries += len(some)
            last = some[-1].pk
            yield from some


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
