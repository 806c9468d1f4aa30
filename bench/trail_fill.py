"""Fills a trail with a year of a house that never was: valid entries, which seal and verify, in large statements."""

import random
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from apps.audit import store, texts
from apps.audit.actor import system_actor
from apps.audit.canonical import canonical, moment
from apps.audit.hashing import leaf_hash, mac
from apps.audit.inserting import COLUMNS
from apps.audit.models import Entry
from apps.audit.models.texts import EntryText
from bench.trail_rows import REPLY

ACTORS, STORES, CUSTOMERS = 400, 120, 200_000
BATCH = 5_000
DAYS = 365
# (action, how often, outcome): what a house does most.
ACTS = (
    ("customer.looked_up", 30, "done"),
    ("customer.viewed", 30, "done"),
    ("customer.section_viewed", 14, "done"),
    ("customer.revealed", 5, "done"),
    ("customer.verified", 5, "done"),
    ("customer.looked_up", 5, "not_done"),
    ("goodwill.request.asked", 4, "done"),
    ("goodwill.request.approved", 2, "done"),
    ("points.redeemed", 2, "done"),
    ("staff.signed_in", 2, "done"),
    ("staff.page_refused", 1, "refused"),
)
REASONS = (
    "The caller asked which number we have.",
    "The bill was keyed in twice at the till.",
    "A late delivery, the customer was promised points.",
    "Verified by date of birth and last visit.",
)
# Words that few entries say: three of ten thousand numbers.
RARE = "Makhana hamper"
Row = dict[str, Any]


def fill(count: int, *, words: bool = False, made: int | None = None) -> None:
    """So many entries, oldest first, numbered by one writer; with their words already searchable when asked.

    Of `made` on they are the first ones again, with times, clicks, calls and customers of their own, repeated by the
    database: that is ten times as fast, and enough for whoever reads columns. Their seals do not hold.
    """
    total, count = count, min(count, made or count)
    made_entries = entries(count, total)
    with connection.cursor() as cursor, without_indexes(cursor):
        for start in range(0, count, BATCH):
            some = [next(made_entries) for _ in range(min(BATCH, count - start))]
            insert_rows(
                cursor, Entry._meta.db_table, COLUMNS, [[row[one] for one in COLUMNS] for row, _said in some]
            )
            if words:
                # Ids begin at 1 in a fresh table.
                said = [[start + at, one[1]] for at, one in enumerate(some, 1)]
                insert_rows(cursor, EntryText._meta.db_table, ["rowid", "text"], said)

        for times in range(1, -(-total // count)):
            repeat(cursor, times, count, total, words=words)


def repeat(cursor: Any, times: int, made: int, total: int, *, words: bool) -> None:
    """The first `made` once more; `total` are a year."""
    late = timedelta(days=DAYS) / total * made * times
    at, whole = "at + %s", "bigint"
    if connection.vendor != "postgresql":
        at, whole = "strftime('%%Y-%%m-%%d %%H:%%M:%%f', at, %s)", "integer"
    given = {
        "at": (at, late if whole == "bigint" else f"+{late.total_seconds():.3f} seconds"),
        "reference": ("%s || substr(reference, 8)", f"LC-{times:04X}"),
        "call_id": ("CASE call_id WHEN '' THEN '' ELSE %s || substr(call_id, 7) END", f"{times:06X}"),
        "customer": (
            f"CASE customer WHEN '' THEN '' ELSE CAST(CAST(customer AS {whole}) + %s AS text) END",
            times * 37,
        ),
    }
    columns = ", ".join(given[name][0] if name in given else name for name in COLUMNS)
    values = [given[name][1] for name in COLUMNS if name in given]
    table, beside = Entry._meta.db_table, EntryText._meta.db_table
    most = min(made, total - made * times)
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(COLUMNS)}) SELECT {columns} FROM {table} WHERE id <= %s ORDER BY id",
        [*values, most],
    )
    if words:
        cursor.execute(
            f"INSERT INTO {beside} (rowid, text) SELECT rowid + %s, text FROM {beside} WHERE rowid <= %s",
            [made * times, most],
        )


@contextmanager
def without_indexes(cursor: Any) -> Iterator[None]:
    """Indexes made at once afterwards: a third of the time. SQLite is left as it is."""
    made: list[str] = []
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname !~ '_pkey$'",
            [[Entry._meta.db_table, EntryText._meta.db_table]],
        )
        for name, told in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")
            made.append(told)
    yield
    if made:
        cursor.execute("SET maintenance_work_mem = '512MB'")
    for told in made:
        cursor.execute(told)
    cursor.execute("VACUUM ANALYZE" if made else "ANALYZE")


def insert_rows(cursor: Any, table: str, names: list[str], rows: Iterable[list[Any]]) -> None:
    """COPY on PostgreSQL; one prepared INSERT, one transaction on SQLite."""
    if connection.vendor == "postgresql":
        types = types_of(cursor, table, names)
        with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
        return
    raw: sqlite3.Connection = connection.connection
    at = connection.ops.adapt_datetimefield_value
    raw.execute("BEGIN")
    raw.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        ([at(one) if isinstance(one, datetime) else one for one in row] for row in rows),
    )
    raw.execute("COMMIT")


def types_of(cursor: Any, table: str, names: list[str]) -> list[str]:
    """As COPY in binary form wants to be told them."""
    cursor.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass", [table]
    )
    found = dict(cursor.fetchall())
    return [
        found[name].replace("character varying", "varchar").replace("timestamp with time zone", "timestamptz")
        for name in names
    ]


def entries(count: int, total: int) -> Iterator[tuple[Row, str]]:
    """Columns and words of the first so many of a year with `total`; a click is an act, often a call as well.

    Made without `store.append`, which would take the most of an hour: a seal and a verification prove them valid.
    """
    dice, number = random.Random(11), 0
    step, start = timedelta(days=DAYS) / total, timezone.now() - timedelta(days=DAYS)
    people = [person(one) for one in range(ACTORS)]
    while number < count:
        for columns, parts, said in click(dice, number, people):
            if number == count:
                return
            number += 1
            at = start + step * number
            content = columns | parts | {"v": store.VERSION, "at": moment(at), "writer": [WRITER, number]}
            payload = canonical(content)
            proved = {"payload": payload, "leaf_hash": leaf_hash(payload), "mac": mac(payload), "at": at}
            yield columns | proved, said


def person(number: int) -> Row:
    """The columns that tell of somebody of a store."""
    store_number = number % STORES
    return BLANK | {
        "actor_id": 100 + number,
        "actor_name": f"Person {number:03d}",
        "actor_role": "Agent" if number % 9 else "Store manager",
        "store_id": 1 + store_number,
        "store_code": f"{store_number:03d}",
        "session": f"{number:016x}",
        "ip": f"198.51.100.{number % 250}",
        "browser": "Firefox on Windows",
        "channel": "screen",
    }


def click(dice: random.Random, number: int, people: list[Row]) -> Iterator[tuple[Row, Row, str]]:
    """One act, or what the system looked at; early people and customers are met far more often than late ones."""
    reference = f"LC-{number:012X}"
    if dice.random() < 0.04:
        yield from call(dice, number, BLANK | {"reference": reference}, "v2.coupons.list")
        return
    action, _weight, outcome = dice.choices(ACTS, WEIGHTS)[0]
    nobody = action.startswith("staff.")
    reason = dice.choice(REASONS) if dice.random() < 0.2 else ""
    item = RARE if number % 10_000 < 3 else dice.choice(TABS)
    doer = people[int(ACTORS * dice.random() ** 2)] | {
        "reference": reference,
        "customer": "" if nobody else str(500_000_000 + int(CUSTOMERS * dice.random() ** 2)),
    }
    subject = f"GR-{10_000 + number}" if action.startswith("goodwill.") else ""
    told = {"action": action, "outcome": outcome, "subject": subject, "reason": reason}
    yield doer | told, PARTS | {"details": {"item": item}}, f"{subject}\n{reason}\n{item}"
    if not nobody and dice.random() < 0.4:
        yield from call(dice, number, doer, "v2.customers.get")


def call(dice: random.Random, number: int, doer: Row, name: str) -> Iterator[tuple[Row, Row, str]]:
    """Both halves, the second one with its reply."""
    path = f"/v2/customers/{doer['customer']}" if doer["customer"] else "/v2/coupons"
    facts = {"name": name, "method": "GET", "path": path}
    same = doer | {"call_id": f"{number:026X}", "method": "GET", "path": path}
    asked = facts | {"attempt": 1, "write": False, "params": {"source": "INSTORE"}, "body": None}
    yield same | {"action": "call.sent", "outcome": "sent"}, PARTS | {"call": asked}, f"{path}\nINSTORE"
    fine, bill = dice.random() < 0.97, f"INV-{dice.randrange(10**8):08d}"
    answer = {
        "status": 200,
        "request_id": f"{number:032x}",
        "latency_ms": dice.randrange(40, 900),
        "code": "200" if fine else "8015",
    }
    told = {"action": "call.answered", "outcome": "done" if fine else "not_done"}
    reply = facts | answer | {"reply": REPLY | {"bill": bill}}
    yield same | told | answer, PARTS | {"call": reply}, f"{path}\n{REPLY_WORDS}\n{bill}"


WRITER = "01KB2Q8T6B7W0N9C5D4E3F2G1H"
WEIGHTS = [weight for _action, weight, _outcome in ACTS]
TABS = ("points", "coupons", "visits")
PARTS: Row = {"details": {}, "call": {}, "identifiers": [], "commitments": []}
REPLY_WORDS = texts.words_of({"details": REPLY})
# Every column as it is in an entry about nothing.
BLANK = store._columns(store.Draft("", system_actor("Sweeper"), "", ""))
