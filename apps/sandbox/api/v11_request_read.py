"""v1.1: request/get and request/logs over the goodwill requests, oldest id first."""

from collections.abc import Callable
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.gates import Gated
from apps.sandbox.api.paging import number
from apps.sandbox.api.v11_envelope import V11View, flag, item_status, overall, reply, rows
from apps.sandbox.api.v11_people import requesters
from apps.sandbox.api.v11_request_filters import Found, matching
from apps.sandbox.api.v11_request_rows import get_row, log_row
from apps.sandbox.api.wire import Envelope
from apps.sandbox.models import GoodwillRequest

Shape = Callable[[GoodwillRequest, dict[str, Any]], dict[str, Any]]
_MOST = 50
_LOGS_MANDATORY = ("type", "start_date", "end_date", "base_type")
# Present in XML even when empty; JSON has the filled ones alone.
_XML_ONLY_EMPTY = frozenset({"assoc_id", "approved_value", "updated_comments", "last_action_on"})


class GetView(Gated, V11View):
    """GET /v1.1/request/get: start_date (from), end_date (before), one customer, status, type, base_type,
    start_id and end_id (both included), start_limit (rows to skip), limit (at most 50).

    One parameter at least, be it format. The asked points and the reference id are not in its rows.
    """

    gate = "requests"

    def get(self, request: Request, format: str | None = None) -> Response:
        """A page; count is of all that match, rows is the size of a page."""
        if not request.query_params:
            raise Refusal(400, "A parameter is needed")
        return _answer(request, matching(request), get_row)


class LogsView(Gated, V11View):
    """GET /v1.1/request/logs: type, base_type, start_date, end_date needed; no start_limit, page by ids.

    updated_by is filled for a pending request too, with who added it.
    """

    gate = "requests"

    def get(self, request: Request, format: str | None = None) -> Response:
        """A page; user_id=true adds the internal ids."""
        if missing := [name for name in _LOGS_MANDATORY if not request.query_params.get(name)]:
            raise Refusal(400, f"{missing[0]} is needed")
        with_ids = flag(request, "user_id")
        found = matching(request, by_whom=True)
        return _answer(request, found, lambda row, who: log_row(row, who, with_ids=with_ids))


def _answer(request: Request, found: Found, shape: Shape) -> Response:
    limit = min(max(number(request, "limit", _MOST), 1), _MOST)
    start = number(request, "start_limit", 0)
    page = list(found.rows.order_by("id").select_related("customer")[start : start + limit])
    people = requesters(row.customer for row in page)
    problem = found.problem
    status = item_status(9000, "Requests retrieved successfully")
    tree = {
        "status": overall(1, [problem.code] if problem else []),
        "requests": {
            "count": str(found.rows.count()),
            "rows": str(limit),
            "goodwill": rows([shape(row, people[row.customer_id]) for row in page], single=True),
            "item_status": item_status(problem.code, problem.message, success=False) if problem else status,
        },
    }
    envelope = Envelope(tree, json_without_empty=_XML_ONLY_EMPTY)
    return reply(request, envelope, 1, [problem.code] if problem else [])
