"""What the outside's numbers mean, in our words: one table, read together with the entity asked.

The same number means different things for a customer, for points and for a coupon, so a code is looked up
under the entity of the call first, then as a code about the customer, then as one of the API as a whole.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "codes.csv"

# Listed as errors, yet the main part of the answer is there: a secondary part is missing, or a survivor shown.
SECONDARY = frozenset(
    {"8050", "8051", "8059", "8062", "8063", "8067"} | {str(code) for code in range(91001, 91020)}
)
# By a word in the name of a call; the first that fits. The list of v1.1 is answered like a customer.
ENTITIES = (
    ("v1.1.customer.coupons", "customer"),
    ("referral", "referral"),
    ("request", "request"),
    ("coupon", "coupon"),
    ("redemptions", "points"),
    ("points", "points"),
    ("token", "auth"),
)
NOT_FOUND = frozenset({"8015", "8065", "1011", "1012"})
MERGED = "8069"


@dataclass(frozen=True, slots=True)
class Code:
    """One number: `kind` is success, warning or error; `field` the form field a refusal belongs beside."""

    entity: str
    code: str
    kind: str
    permanent: bool
    field: str
    words: str
    next_step: str


def find(entity: str, code: str) -> Code | None:
    """The row for this number, None for one we have no words for."""
    table = _table()
    return next((row for place in (entity, "customer", "api") if (row := table.get((place, code)))), None)


def entity_of(name: str) -> str:
    """The entity under which a call of this name (``v1.1.points.redeem``) looks its numbers up."""
    return next((entity for word, entity in ENTITIES if word in name), "customer")


def kind(entity: str, code: str) -> str:
    """success, warning, error, or "" for a number we do not know."""
    row = find(entity, code)
    return row.kind if row else ""


def every() -> Iterator[Code]:
    """All rows, one per entity and number, in the order of the table."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for code in row["codes"].split():
                yield Code(
                    row["entity"],
                    code,
                    row["kind"],
                    row["permanent"] != "no",
                    row["field"],
                    row["words"],
                    row["next_step"],
                )


@cache
def _table() -> dict[tuple[str, str], Code]:
    return {(row.entity, row.code): row for row in every()}
