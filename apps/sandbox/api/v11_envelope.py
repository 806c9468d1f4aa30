"""v1.1: several customers in one call, an item status for each, one status for all."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from rest_framework.parsers import JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.sandbox.api.dates import parse_filter
from apps.sandbox.api.errors import MESSAGES, Refusal, api_status, http_status
from apps.sandbox.api.identifiers import find_anywhere
from apps.sandbox.api.rendering import FormatFirst, JsonRenderer, TextXmlParser, XmlParser, XmlRenderer
from apps.sandbox.api.wire import Code, Rows, Success
from apps.sandbox.models import Customer

Build = Callable[[Customer], dict[str, Any]]
IDENTIFIERS = ("mobile", "email", "external_id", "id")
_LARGEST_BATCH = 50


class V11View(APIView):
    """Answers in JSON or XML: the extension or format= wins over Accept."""

    renderer_classes: Sequence[type[BaseRenderer]] = (JsonRenderer, XmlRenderer)
    content_negotiation_class = FormatFirst
    parser_classes = (JSONParser, XmlParser, TextXmlParser)


def wanted(
    request: Request, names: Sequence[str] = IDENTIFIERS, *, batch: bool = True
) -> list[tuple[str, str]]:
    """The identifiers asked for as (name, value). Raises Refusal 400 without one, 1060 for too many."""
    name = next((name for name in names if request.query_params.get(name)), None)
    if name is None:
        raise Refusal(400, "An identifier is needed")
    text = request.query_params[name]
    values = text.split(",") if batch else [text]
    if len(values) > _LARGEST_BATCH:
        raise Refusal(1060)
    return [(name, value.strip()) for value in values]


def collect(
    pairs: list[tuple[str, str]], build: Build, status: Callable[[], dict[str, Any]] | None
) -> tuple[list[dict[str, Any]], list[int]]:
    """Items in the order asked, and the codes of those that failed; status makes the good item_status."""
    items: list[dict[str, Any]] = []
    failures: list[int] = []
    for name, value in pairs:
        try:
            customer = find_anywhere(name, value)
            item = build(survivor_of(customer))
            if status is not None:
                item["item_status"] = {**status(), **merge_warning(customer, status())}
        except Refusal as error:
            failures.append(error.code)
            item = {name: value, "item_status": item_status(error.code, error.message, success=False)}
        items.append(item)
    return items, failures


def overall(count: int, failures: list[int], *, style: str = "text", message: str = "") -> dict[str, Any]:
    """The API-level status: 200, 201 for some, 500 for all failed."""
    if not failures:
        return api_status(True, 200, message or "Operation Successful", style)
    if len(failures) < count:
        return api_status(True, 201, "Some requests have failed", style)
    return api_status(False, 500, MESSAGES[500], style)


def reply(request: Request, envelope: Any, count: int, failures: list[int]) -> Response:
    """HTTP 200, unless http_errors is on and everything failed."""
    all_failed = bool(failures) and len(failures) == count
    return Response(envelope, status=http_status(request, failures[0]) if all_failed else 200)


def item_status(
    code: int, message: str, *, success: bool = True, text: bool = True, warnings: Any = None
) -> dict[str, Any]:
    """An item_status; warnings only when given."""
    shape = {"success": Success(success, text), "code": Code(code, text), "message": message}
    return shape if warnings is None else {**shape, "warnings": warnings}


def survivor_of(customer: Customer) -> Customer:
    """v1.1 has no 8069: it answers the survivor and warns."""
    return customer.merged_into or customer


def merge_warning(customer: Customer, status: dict[str, Any]) -> dict[str, Any]:
    """The warnings block when a merged customer was asked for, in the shape the endpoint uses."""
    if customer.merged_into_id is None:
        return {}
    bare = isinstance(status.get("warnings"), list)
    return {"warnings": ["91009"] if bare else {"warning": ["91009"]}}


def between(request: Request) -> tuple[datetime | None, datetime | None]:
    """start_date (from) and end_date (before). Raises Refusal 400."""
    try:
        moments = [
            parse_filter(text) if (text := request.query_params.get(name)) else None
            for name in ("start_date", "end_date")
        ]
    except ValueError as error:
        raise Refusal(400, "A date is not valid") from error
    return moments[0], moments[1]


def flag(request: Request, name: str) -> bool:
    """Whether a presence flag is set to true."""
    return request.query_params.get(name, "").lower() in ("true", "1")


def rows(items: list[Any], *, single: bool) -> Rows:
    """A repeated element; single: the sample shows one as an object."""
    return Rows(items, single)
