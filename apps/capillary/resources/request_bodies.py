"""What the bodies of goodwill requests say, checked before anything leaves."""

from collections.abc import Mapping
from decimal import Decimal

from apps.capillary.calls import Json
from apps.capillary.resources.asking import amount
from apps.core.errors import BadInput

GOODWILL = "GOODWILL"
KINDS = frozenset({"POINTS", "COUPON", "COUPONS"})


def decision(request_id: int | str, kind: str, comments: str, more: Mapping[str, str]) -> Json:
    """The body of approve and reject: id, type and base type together name a request. Raises BadInput."""
    number = str(request_id).strip()
    if not number.isdecimal():
        raise BadInput("A request is named by its number.", field="request_id")
    request = {"type": GOODWILL, "base_type": kind_word(kind), "id": number, **more}
    if comments:
        request["updated_comments"] = comments
    return {"root": {"request": [request]}}


def wanted(kind: str, points: Decimal | None, series_id: int | str | None) -> dict[str, str]:
    """Points for POINTS, a series for a coupon, and never the other. Raises BadInput."""
    series = str(series_id or "").strip()
    if kind == "POINTS":
        if points is None or series:
            raise BadInput("Goodwill in points needs points and no coupon series.", field="points")
        return {"points": amount(points)}
    if points is not None or not series:
        raise BadInput("A goodwill coupon needs a coupon series and no points.", field="series_id")
    return {"series_id": series}


def kind_word(kind: str) -> str:
    """The kind as given. Raises BadInput for another."""
    if kind not in KINDS:
        raise BadInput("Goodwill is points or a coupon.", field="kind")
    return kind


def needed(value: str, field: str) -> str:
    """A text that may not be empty. Raises BadInput naming the field."""
    if not value.strip():
        raise BadInput("The request needs a reference of its own.", field=field)
    return value
