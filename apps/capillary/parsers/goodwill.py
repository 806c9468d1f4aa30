"""Goodwill requests of a customer."""

from collections.abc import Mapping
from typing import Any

from apps.capillary.moments import moment
from apps.capillary.readers import ShapeError, flag, many, number, place, text, window
from apps.capillary.types_points import GoodwillPage, GoodwillRow


def parse_goodwill(body: Mapping[str, Any]) -> GoodwillPage:
    """`data` rows in the API's order, `pagination` beside them."""
    if "data" not in body:
        raise ShapeError("data is missing")
    return GoodwillPage(tuple(map(_read_row, many(body["data"]))), window(body))


def _read_row(node: Mapping[str, Any]) -> GoodwillRow:
    """One sample row names its author `enteredBy` (twice) in place of addedBy and updatedBy."""
    return GoodwillRow(
        id=text(node.get("id")),
        request_id=text(node.get("requestId")),
        type=text(node.get("goodwillType")),
        status=text(node.get("goodwillStatus")),
        added_at=moment(node.get("addedOn")),
        updated_at=moment(node.get("updatedOn")),
        added_by=place(node.get("addedBy")) or place(node.get("enteredBy")),
        updated_by=place(node.get("updatedBy")),
        reason=text(node.get("reason")),
        comments=text(node.get("comments")),
        updated_comments=text(node.get("updatedComments")),
        approved_value=number(node.get("approvedValue")),
        one_step=flag(node.get("oneStep")),
        raw=node,
    )
