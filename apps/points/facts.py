"""What is true of a redemption when points of it are to be given back, with a fingerprint to compare by."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.db.models import Sum

from apps.capillary.types_points import PointsRedemption
from apps.points.models import Reversal, State
from apps.points.reading import Known

NOUGHT = Decimal(0)


@dataclass(frozen=True)
class Facts:
    """remaining is what was not given back;  reversals ((id, points), …) so far;  fraud the customer's mark."""

    points: str
    remaining: str
    reversals: tuple[tuple[str, str], ...]
    fraud: str

    @property
    def fingerprint(self) -> str:
        """Changes whenever any of them does."""
        return hashlib.sha256(json.dumps(self.plain()).encode()).hexdigest()

    def plain(self) -> dict[str, Any]:
        """As a row keeps them."""
        told = [list(one) for one in self.reversals]
        return {"points": self.points, "remaining": self.remaining, "reversals": told, "fraud": self.fraud}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """What `plain` wrote."""
        told = tuple((str(pk), str(points)) for pk, points in kept.get("reversals", ()))
        points, remaining, fraud = (str(kept.get(name, "")) for name in ("points", "remaining", "fraud"))
        return cls(points, remaining, told, fraud)


def facts_from(known: Known, row: PointsRedemption) -> Facts:
    """The facts as just read."""
    return Facts(
        points=_text(row.points),
        remaining=_text(remaining_of(row)),
        reversals=tuple(sorted((one.id, _text(one.points)) for one in row.reversals)),
        fraud=known.person.fraud,
    )


def given_back_of(row: PointsRedemption) -> Decimal:
    """What went back of it so far: as listed, or as the outside answered us where its list is behind. One query."""
    done = Reversal.objects.filter(redemption_id=row.id, state=State.DONE)
    return max(row.reversed_points, done.aggregate(sum=Sum("given"))["sum"] or NOUGHT)


def remaining_of(row: PointsRedemption) -> Decimal:
    """What can still be given back; nothing where the outside does not tell how many were redeemed. One query."""
    return max(row.points - given_back_of(row), NOUGHT) if row.points is not None else NOUGHT


def _text(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"
