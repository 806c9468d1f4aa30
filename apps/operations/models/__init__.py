"""The tables of the room."""

from apps.operations.models.files import FilePart, StoredFile
from apps.operations.models.house import Heartbeat, Notice, NoticeQuerySet, SweepLease, Switch
from apps.operations.models.items import Item
from apps.operations.models.work import Chunk, Line, Operation
from apps.operations.webhooks.rows import Delivery, Endpoint

__all__ = [
    "Chunk",
    "Delivery",
    "Endpoint",
    "FilePart",
    "Heartbeat",
    "Item",
    "Line",
    "Notice",
    "NoticeQuerySet",
    "Operation",
    "StoredFile",
    "SweepLease",
    "Switch",
]
