"""Searching what requests, replies and acts said: the words of sealed entries, kept beside them by the sealer.

Written after the seal, in the order of the log: an entry is found a second or two after it was written, and writing
it costs nothing more.
"""

from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any

from django.db import connection, transaction

from apps.audit.actor import Actor
from apps.audit.canonical import readable
from apps.audit.models import Entry, Leaf
from apps.audit.models.texts import EntryText, TextMark
from apps.audit.services import record
from apps.audit.store import UNSTORABLE
from apps.audit.subject_requests.forgotten import forgotten_among

AT_ONCE = 500
LONGEST = 20_000
PAGES_AT_ONCE = 500
TIDY_SECONDS = 15.0
# What is short stands first: long replies are cut off.
CALL = ("path", "request_id", "params", "body", "error", "reply")


def catch_up() -> int:
    """Keep the words of the next sealed entries; returns how many. Twice does no harm."""
    if not Leaf.objects.filter(index__gte=_next()).exists():
        return 0
    with transaction.atomic():
        mark = TextMark.objects.select_for_update().get_or_create(pk=1)[0]
        leaves = Leaf.objects.filter(index__gte=mark.next_index).order_by("index")[:AT_ONCE]
        places = dict(leaves.values_list("entry_id", "index"))
        read = [(one, readable(one.payload)) for one in Entry.objects.filter(pk__in=places)]
        gone = forgotten_among([one for one, content in read if content])
        _insert([(one.pk, words_of(content)) for one, content in read if content and one.pk not in gone])
        if places:
            mark.next_index = max(places.values()) + 1
            mark.save(update_fields=["next_index"])
    return len(places)


def forget(entries: Iterable[int]) -> None:
    """The words of these entries go: with a person who has to be forgotten, or with their month."""
    with transaction.atomic():
        # What is being written down now is waited for: it would come back.
        TextMark.objects.select_for_update().filter(pk=1).first()
        EntryText.objects.filter(entry_id__in=list(entries)).delete()


def begin_anew(*, actor: Actor) -> None:
    """All words go, and the sealer makes them again of the sealed bytes; an entry. Until then a search finds less."""
    with transaction.atomic():
        mark = TextMark.objects.select_for_update().get_or_create(pk=1)[0]
        EntryText.objects.all().delete()
        mark.next_index = 0
        mark.save(update_fields=["next_index"])
        record("trail.words.begun_anew", actor=actor)


def tidy() -> bool:
    """Let the index lose what stood in rows that are gone; False when its time was over first.

    FTS5 only notes that a row is deleted: its letters lie in older pieces of the index until those are merged, a
    few pages in each transaction, so that nobody who writes waits. PostgreSQL's index holds no text.
    """
    if connection.vendor != "sqlite":
        return True
    until, pages = monotonic() + TIDY_SECONDS, -PAGES_AT_ONCE
    while monotonic() < until:
        if not _merge(pages):
            return True
        # The first one said that everything is to become one piece; the others go on with it.
        pages = PAGES_AT_ONCE
    return False


def _merge(pages: int) -> bool:
    """Whether there was something to merge. Source: sqlite.org/fts5.html, 6.8 (read in November 2026)."""
    table = EntryText._meta.db_table
    with connection.cursor() as cursor:
        before = connection.connection.total_changes
        cursor.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', %s)", [pages])  # noqa: S608
        return bool(connection.connection.total_changes - before >= 2)


def words_of(content: dict[str, Any]) -> str:
    """Everything an entry says that a person may look for, masked as it is in the entry; names of fields are not."""
    call = content.get("call") or {}
    said = [
        content.get("subject"),
        content.get("reason"),
        content.get("details"),
        *(call.get(one) for one in CALL),
    ]
    return UNSTORABLE.sub("�", "\n".join(_words(said)))[:LONGEST]


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _words(one)
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)
    elif value not in (None, "", True, False):
        yield str(value)


def _next() -> int:
    return TextMark.objects.filter(pk=1).values_list("next_index", flat=True).first() or 0


def _insert(rows: list[tuple[int, str]]) -> None:
    """FTS5 knows no conflict but a replaced row; PostgreSQL keeps what is there: the words are the same."""
    if not rows:
        return
    begin, end = (
        ("INSERT", " ON CONFLICT DO NOTHING")
        if connection.vendor == "postgresql"
        else ("INSERT OR REPLACE", "")
    )
    values = ", ".join(["(%s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"{begin} INTO {EntryText._meta.db_table} (rowid, text) VALUES {values}{end}",
            [value for row in rows for value in row],
        )
