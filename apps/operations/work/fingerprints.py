"""What exactly was approved: a hash over every row as the dry run left it, checked again before a row moves."""

import hashlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from apps.audit.canonical import canonical, plain
from apps.operations.models import Chunk, Item, Operation
from apps.operations.work.states import ItemState, Phase

COLUMNS = (
    "row",
    "state",
    "digest",
    "customer_id",
    "points",
    "money",
    "store_code",
    "token",
    "input_sealed",
    "gives",
)


# First row, last row, and the fingerprint of the rows between.
ChunkPrint = tuple[int, int, str]


def rows_of(chunk: Chunk) -> Iterator[tuple[Any, ...]]:
    """The chunk's rows in order, as `rows_fingerprint` takes them."""
    items = Item.objects.filter(
        operation_id=chunk.operation_id, row__gte=chunk.first_row, row__lte=chunk.last_row
    )
    return items.order_by("row").values_list(*COLUMNS).iterator(chunk_size=500)


def rows_fingerprint(rows: Iterable[tuple[Any, ...]]) -> str:
    """SHA-256 over what each row would do; which ones are left out counts, how far they are does not."""
    digest = hashlib.sha256()
    for row, state, meaning, customer, points, money, store, token, sealed, gives in rows:
        content = hashlib.sha256(sealed.encode()).hexdigest()
        told = [row, state == ItemState.BAD, bytes(meaning or b"").hex(), customer, _text(points)]
        told += [_text(money), store, str(token), content, *([gives] if gives else [])]
        digest.update(canonical(told) + b"\n")
    return digest.hexdigest()


def operation_fingerprint(operation: Operation, chunks: Iterable[str]) -> str:
    """SHA-256 over the operation's own terms and the fingerprints of its chunks in order."""
    terms = {
        "reference": operation.reference,
        "kind": operation.kind,
        "parameters": operation.parameters,
        "store": operation.store_id,
        "file": operation.file_sha256,
        # Every act of the rows is theirs.
        "requester": operation.requested_by_id,
        "actor": operation.actor,
    }
    digest = hashlib.sha256(canonical(plain(terms)) + b"\n")
    for one in chunks:
        digest.update(one.encode() + b"\n")
    return digest.hexdigest()


def chunk_fingerprints(operation: Operation) -> list[str]:
    """Those of the dry run, in order."""
    chunks = Chunk.objects.filter(operation=operation, phase=Phase.CHECK).order_by("number")
    return list(chunks.values_list("fingerprint", flat=True))


def file_sha256(operation: Operation) -> str:
    """Of the bytes as they are stored now, empty without a file."""
    if operation.file is None:
        return ""
    digest = hashlib.sha256()
    for part in operation.file.parts():
        digest.update(part)
    return digest.hexdigest()


def approved_chunks(operation: Operation) -> dict[int, ChunkPrint] | None:
    """The dry run by the numbers of its chunks, None unless it and the stored bytes are what was approved."""
    if operation.approved_sha256 != file_sha256(operation):
        return None
    chunks = Chunk.objects.filter(operation=operation, phase=Phase.CHECK).order_by("number")
    found = {
        number: (first, last, fingerprint)
        for number, first, last, fingerprint in chunks.values_list(
            "number", "first_row", "last_row", "fingerprint"
        )
    }
    return found if is_bound(operation, found) else None


def is_bound(operation: Operation, chunks: dict[int, ChunkPrint]) -> bool:
    """Whether the operation's own terms as they stand now, and this dry run, are what was approved."""
    if not operation.approved_fingerprint or operation.file_sha256 != operation.approved_sha256:
        return False
    found = operation_fingerprint(operation, (fingerprint for _first, _last, fingerprint in chunks.values()))
    return found == operation.approved_fingerprint


def print_of(chunk: Chunk) -> ChunkPrint:
    """Of the chunk's rows as they stand now."""
    return chunk.first_row, chunk.last_row, rows_fingerprint(rows_of(chunk))


def _text(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize():f}"
