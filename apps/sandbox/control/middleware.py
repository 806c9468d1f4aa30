"""Around every API call: note it, read the X-Sandbox header, make the ordered trouble, number the reply."""

import secrets
import time
from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from apps.sandbox.control import faults, received, switches
from apps.sandbox.control.connection import cut

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_DRIPS = 20


class FaultMiddleware:
    """Outermost: what it does to a reply nothing mends."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or make the trouble that was ordered for this request."""
        if not request.path.startswith("/v"):
            return self.get_response(request)
        row, started = received.book.note(request), time.monotonic()
        try:
            hit = _apply_header(request) + faults.book.take(str(request.method), request.path)
        except ValueError as error:
            return HttpResponse(str(error), status=400, content_type="text/plain")
        response = self._respond(request, hit)
        row.status = 0 if response.status_code == 499 else response.status_code
        row.request_id = response.headers.get("X-Cap-Requestid", "")
        row.duration_ms = int((time.monotonic() - started) * 1000)
        return response

    def _respond(self, request: HttpRequest, hit: list[faults.Fault]) -> HttpResponseBase:
        time.sleep(sum(fault.latency_ms for fault in hit) / 1000)
        by_kind = {fault.kind: fault for fault in hit}
        if "drop_before" in by_kind:
            return _dropped(request)
        if "status" in by_kind:
            return _refused(by_kind["status"])
        response = self.get_response(request)
        if "drop_after" in by_kind:
            return _dropped(request)
        if "nonsense" in by_kind:
            return _numbered(_nonsense(by_kind["nonsense"]))
        if "drip" in by_kind and isinstance(response, HttpResponse):
            return _dripping(response, by_kind["drip"].drip_ms / 1000)
        return response


class RequestIdMiddleware:
    """X-Cap-Requestid on every reply."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Number the reply."""
        return _numbered(self.get_response(request))


def _apply_header(request: HttpRequest) -> list[faults.Fault]:
    parts = switches.parse_header(request.headers.get("X-Sandbox", ""))
    names = switches.switch_names()
    chosen = {name: value for name, value in parts.items() if name in names}
    request.switches = switches.overridden(switches.current(), chosen)  # type: ignore[attr-defined]
    trouble = {name: value for name, value in parts.items() if name not in names}
    return [faults.read_fault(trouble)] if trouble else []


def _numbered(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["X-Cap-Requestid"] = secrets.token_hex(7).upper()[:13]
    return response


def _dropped(request: HttpRequest) -> HttpResponse:
    cut(request.META)
    return HttpResponse(status=499)


def _refused(fault: faults.Fault) -> HttpResponseBase:
    body = fault.body or f"<html><body><h1>{fault.status}</h1></body></html>"
    json = body.lstrip().startswith(("{", "["))
    response = HttpResponse(
        body, status=fault.status, content_type="application/json" if json else "text/html"
    )
    if fault.retry_after:
        response.headers["Retry-After"] = fault.retry_after
    return _numbered(response)


def _nonsense(fault: faults.Fault) -> HttpResponse:
    body = fault.body or "<html><body>Welcome to the captive portal</body></html>"
    return HttpResponse(body, content_type="application/json")


def _dripping(response: HttpResponse, pause_seconds: float) -> HttpResponseBase:
    content = response.content
    size = max(1, -(-len(content) // _DRIPS))

    def drops() -> Iterator[bytes]:
        # The first piece goes at once and takes the headers along: the wait is in the body.
        for start in range(0, len(content), size):
            yield content[start : start + size]
            time.sleep(pause_seconds)

    slow = StreamingHttpResponse(drops(), status=response.status_code)
    for name, value in response.items():
        slow.headers[name] = value
    slow.headers["Content-Length"] = str(len(content))
    return slow
