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
)


def rows_of(chunk: Chunk) -> Iterator[tuple[Any, ...]]:
    """The chunk's rows in order, as `rows_fingerprint` takes them."""
    items = Item.objects.filter(
        operation_id=chunk.operation_id, row__gte=chunk.first_row, row__lte=chunk.last_row
    )
    return items.order_by("row").values_list(*COLUMNS).iterator(chunk_size=500)


def rows_fingerprint(rows: Iterable[tuple[Any, ...]]) -> str:
    """SHA-256 over what each row would do; which ones are left out counts, how far they are does not."""
    digest = hashlib.sha256()
    for row, state, meaning, customer, points, money, store, token, sealed in rows:
        content = hashlib.sha256(sealed.encode()).hexdigest()
        told = [row, state == ItemState.BAD, bytes(meaning or b"").hex(), customer, _text(points)]
        digest.update(canonical([*told, _text(money), store, str(token), content]) + b"\n")
    return digest.hexdigest()


def operation_fingerprint(operation: Operation, chunks: Iterable[str]) -> str:
    """SHA-256 over the operation's own terms and the fingerprints of its chunks in order."""
    terms = {
        "reference": operation.reference,
        "kind": operation.kind,
        "parameters": operation.parameters,
        "store": operation.store_id,
        "file": operation.file_sha256,
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


def is_as_approved(operation: Operation) -> bool:
    """Whether the stored bytes and the whole dry run are what was approved."""
    if not operation.approved_fingerprint or operation.approved_sha256 != file_sha256(operation):
        return False
    found = operation_fingerprint(operation, chunk_fingerprints(operation))
    return found == operation.approved_fingerprint and operation.file_sha256 == operation.approved_sha256


def _text(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize():f}"
