"""What every answer of the API has, whichever view made it: no plain HTTP, moments in UTC, how many calls are left."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from apps.core import reader
from apps.core.context import current_reference
from apps.core.problems import TYPE

PREFIX = "/api/v1/"


class ApiAnswers:
    """A key that came over plain HTTP may be known to others: nobody is led on to HTTPS as a browser would be."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return _plain()
        with reader.program():
            response = self.get_response(request)
        rate: tuple[int, int, int] | None = getattr(request, "api_rate", None)
        if rate is not None:
            response["RateLimit-Limit"], response["RateLimit-Remaining"], response["RateLimit-Reset"] = map(
                str, rate
            )
        return response


def _plain() -> HttpResponse:
    body = {
        "type": "about:blank",
        "title": "HTTPS only",
        "status": 403,
        "detail": "The API answers over HTTPS only. Nothing was done.",
        "next_step": "If a key was sent with this call, revoke it and make another: others may have read it.",
        "code": "https_only",
        "reference": current_reference(),
        "outcome": "not_done",
    }
    return JsonResponse(body, status=403, content_type=TYPE)
