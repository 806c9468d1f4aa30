"""Small values that many answers share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Raw = Mapping[str, Any]


def no_raw() -> Raw:
    """Default of the `raw` fields."""
    return {}


@dataclass(frozen=True, slots=True)
class Place:
    """A till, store or person of the outside, as far as the answer names it."""

    code: str = ""
    name: str = ""
    type: str = ""
    id: str = ""

    def __str__(self) -> str:
        return self.name or self.code


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning beside an answer: the API's code, and its own words where it gave any."""

    code: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list an answer holds. `total` is not reliable: some answers say 0 beside rows."""

    limit: int | None = None
    offset: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class ProgramShare:
    """Points of one loyalty programme within a redemption or a reversal."""

    program_id: str
    points: Decimal | None
    program_name: str = ""
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)
