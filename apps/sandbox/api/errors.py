"""What the look-alike says when it says no, in the envelope of the version that was called."""

import logging
from typing import Any

from django.http import Http404
from rest_framework.exceptions import APIException, Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.points_codes import POINT_HTTP, POINT_MESSAGES
from apps.sandbox.api.wire import Code, Envelope, Success
from apps.sandbox.control import switches

log = logging.getLogger(__name__)

# Own wording of the documented meanings; the codes are the contract, the texts are not.
MESSAGES: dict[int, str] = {
    400: "The input is not valid",
    401: "Authentication failed",
    403: "The resource is not enabled for the organization",
    404: "The resource was not found",
    405: "The method is not allowed on this resource",
    406: "The operation is not supported by the resource",
    415: "The media type is not supported",
    429: "Too many calls in this hour",
    500: "All requests have failed",
    618: "The customer is marked as fraud",
    707: "The coupon series is not valid",
    712: "The coupon series has expired",
    1001: "Mobile number is not valid",
    1002: "Email is not valid",
    1003: "External id is not valid",
    1011: "No customer was found for the identifier",
    1012: "No customer with that mobile, external id or email",
    1013: "The customer is not registered in the loyalty program",
    1014: "The customer is already registered",
    1015: "No identifier given",
    1028: "The customer has no notes",
    1036: "Some notes could not be added or updated",
    1037: "Notes could not be added or updated",
    1044: "No permission to view the customer",
    1051: "No transactions were found",
    1060: "The batch is larger than allowed",
    1061: "Attribution value sent without its type",
    1101: "The loyalty program is not valid",
    1150: "The store is not valid",
    1202: "The campaign token is not valid",
    1203: "The campaign is not configured rightly",
    1204: "The customer is not eligible for referral",
    1205: "The referrer is not in the campaign",
    1206: "The referral type is not supported",
    1222: "Internal error of the referral system",
    8011: "The account of the source is not valid",
    8012: "The source is not valid",
    8013: "The identifier is not valid; check the identifier name",
    8015: "No customer has this identifier",
    8045: "The account id was not passed",
    8065: "No customer has this identifier in the given source",
    # The reference has no table for requests: 90xx beside the two it shows (9000, 9100) are the look-alike's.
    9001: "No request has this id",
    9002: "The request is not pending any more",
    9003: "The type or base type is not valid for this request",
    9004: "The points are not valid",
    9005: "The coupon series is not enabled for goodwill",
    9006: "The reference id was used before",
    91009: "The survivor account is returned for a merged one",
    91021: "The attribution till is not valid",
    **POINT_MESSAGES,
}

_HTTP: dict[int, int] = {
    **POINT_HTTP,
    **dict.fromkeys((400, 1001, 1002, 1003, 1013, 1015, 1060, 1061, 1101, 1202), 400),
    **dict.fromkeys((712, 8011, 8012, 8013, 8045, 9003, 9004, 9005, 91021), 400),
    **dict.fromkeys((404, 707, 1011, 1012, 1028, 1051, 8015, 8065, 9001), 404),
    **dict.fromkeys((8069, 9002, 9006), 409),
    401: 401,
    **dict.fromkeys((403, 618, 1044), 403),
    **dict.fromkeys((1150, 1203, 1204, 1206), 400),
    **dict.fromkeys((1014, 1205), 409),
    405: 405,
    406: 406,
    415: 415,
    429: 429,
}


class Refusal(Exception):
    """A business no with its code; http is used only while the switch http_errors is on."""

    def __init__(self, code: int, message: str = "") -> None:
        self.code = code
        self.message = message or MESSAGES[code]
        super().__init__(f"{code} {self.message}")


def http_status(request: Request, code: int) -> int:
    """200, or the matching 4xx/5xx while http_errors is on."""
    return _HTTP.get(code, 500) if switches.of(request).http_errors == "on" else 200


def v2_problem(code: int, message: str = "") -> dict[str, Any]:
    """An item of errors or warnings."""
    return {"status": Success(False, False), "code": Code(code, False), "message": message or MESSAGES[code]}


def api_status(success: bool, code: int, message: str, style: str = "text") -> dict[str, Any]:
    """An API-level status block. style: text, mixed (flag as text, code as int) or native."""
    return {
        "success": Success(success, style != "native"),
        "code": Code(code, style == "text"),
        "message": message,
    }


def answer_for(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: every failure as the envelope of the version called."""
    request: Request = context["request"]
    if isinstance(error, Refusal):
        return problem_reply(request, error.code, error.message, http_status(request, error.code))
    code = 404 if isinstance(error, Http404) else getattr(error, "status_code", 500)
    if code == 500:
        log.exception("the sandbox itself failed", exc_info=error)
    # A body that cannot be read is business of the envelope; the rest is said by HTTP as well.
    http = http_status(request, 400) if code == 400 else code
    detail = str(error.detail) if isinstance(error, APIException) and code == 400 else ""
    response = problem_reply(request, code, detail, http)
    if isinstance(error, Throttled):
        response.headers["Retry-After"] = str(getattr(error, "wait", None) or 1)
    return response


def problem_reply(request: Request, code: int, message: str, http: int) -> Response:
    """One failing envelope: status block for v1.1, errors for v2, data and errors for v3."""
    text = message or MESSAGES.get(code, MESSAGES[500])
    if request.path.startswith("/v1"):
        return Response(Envelope({"status": api_status(False, code, text)}), status=http)
    if request.path.startswith("/v3"):
        return Response({"data": None, "errors": [v2_problem(code, text)]}, status=http)
    return Response({"errors": [v2_problem(code, text)], "warnings": []}, status=http)
