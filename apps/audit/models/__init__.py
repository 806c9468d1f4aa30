"""What the trail keeps: entries, the log that seals them, and what people do with both."""

from apps.audit.models.asking import SubjectPackPart, SubjectRequest
from apps.audit.models.entries import Entry, EntryIdentifier, PersonKey, SweepMark
from apps.audit.models.keeping import Archive
from apps.audit.models.log import Checkpoint, Leaf, Node, SealMark, SigningKey, Suspect, Verification
from apps.audit.models.reading import SavedView
from apps.audit.models.streaming import StreamCursor
from apps.audit.models.texts import EntryText, TextMark
from apps.audit.models.watching import WatchItem, WatchMark

__all__ = [
    "Archive",
    "Checkpoint",
    "Entry",
    "EntryIdentifier",
    "EntryText",
    "Leaf",
    "Node",
    "PersonKey",
    "SavedView",
    "SealMark",
    "SigningKey",
    "StreamCursor",
    "SubjectPackPart",
    "SubjectRequest",
    "Suspect",
    "SweepMark",
    "TextMark",
    "Verification",
    "WatchItem",
    "WatchMark",
]
