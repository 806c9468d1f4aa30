"""Operations to measure: files for the kinds there are, and a kind whose rows ask nobody."""

import os
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from apps.audit.actor import Actor
from apps.operations.models import Item, Operation
from apps.operations.work import kinds, services
from apps.operations.work.files import keep
from apps.operations.work.kinds import Checked, Column, Kind, Outcome, Row
from apps.staff.models import Store, User

REQUESTER, APPROVER = "mira.kapoor@example.com", "jonas.weber@example.com"
FILES = {
    "bulk_notes": ("Customer id,Note", "{},Called about row {}"),
    "bulk_goodwill": ("Customer id,Points,Reason,Different matter", "{},10,Late delivery,yes"),
    "bulk_lookup": ("Customer id", "{}"),
    "bench_rows": ("Customer id,Points", "{},{}"),
}


def _read(cells: Mapping[str, str]) -> Row:
    return Row(cells, meaning=(cells["customer"],))


def _check(_actor: Actor, _operation: Operation, rows: Any) -> list[Checked]:
    return [
        Checked(
            customer_id=int(row.values["customer"]), points=Decimal(row.values["points"]), store_code="CC"
        )
        for row in rows
    ]


def _run(_actor: Actor, item: Item) -> Outcome:
    return Outcome("done", output={"points": item.values["points"]})


kinds.register(
    Kind(
        "bench_rows",
        "Rows to measure",
        "staff.run_operations",
        run=_run,
        columns=(Column("customer", "Customer id", required=True), Column("points", "Points")),
        read_row=_read,
        check=_check,
        batch=250,
    )
)


def started(kind: str, rows: int, work_off: Callable[[], None], *, skip: int = 0) -> Operation:
    """An operation through its dry run, approved and started, with nothing done yet.

    skip  so many customers, whom another operation is about
    """
    # One that begins by itself behind its dry run waits here, so that the two are measured apart.
    kinds._kinds[kind] = replace(kinds.named(kind), at_once=False)
    user, store = User.objects.get(email=REQUESTER), Store.objects.get(code="CC")
    actor = Actor(user.pk, user.name, "Store manager", store.pk, store.code)
    header, line = FILES[kind]
    ids = range(1, rows + 1) if kind == "bench_rows" else customers(rows + skip)[skip:]
    lines = chain((header,), (line.format(one, one) for one in ids))
    # In pieces, as an upload comes.
    pieces = (
        "".join(f"{one}\n" for one in part).encode() for part in iter(lambda: list(islice(lines, 1000)), [])
    )
    operation = services.start_upload(actor=actor, user=user, kind=kind, file=keep(pieces, name="rows.csv"))
    work_off()
    operation.refresh_from_db()
    if operation.state != "checked":
        raise SystemExit(f"The dry run ended as {operation.state}: {operation.problem}")
    if operation.why:
        services.request_approval(actor=actor, user=user, operation=operation)
        operation.refresh_from_db()
        services.approve(
            actor=actor,
            user=User.objects.get(email=APPROVER),
            operation=operation,
            sha256=operation.file_sha256,
            fingerprint=operation.fingerprint,
        )
    return services.run(actor=actor, user=user, operation=operation)


def customers(rows: int) -> list[int]:
    """Customers of the sandbox one can act for."""
    words = """SELECT DISTINCT c.id FROM sandbox_customer c JOIN sandbox_enrolment e ON e.customer_id = c.id
               WHERE c.merged_into_id IS NULL AND c.fraud_status = 'NOT_FRAUD' AND c.status = 'ACTIVE'
               ORDER BY c.id DESC LIMIT ?"""
    with sqlite3.connect(f"file:{os.environ['SANDBOX_DATABASE']}?mode=ro", uri=True) as database:
        return [row[0] for row in database.execute(words, (rows,))]
