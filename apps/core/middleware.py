"""What happens around every request: its reference, its errors in words, no copies kept by browsers."""

import logging
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from apps.core.addresses import address_of
from apps.core.context import new_reference, use_reference
from apps.core.continuing import continued_reference
from apps.core.errors import ConsoleError
from apps.core.pages import wants_fragment

GetResponse = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("console.request")


class ReferenceMiddleware:
    """Opens a reference per request, or goes on under that of the page it is a part of.

    A reference sent by a client is never believed without our signature for this session.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with use_reference(continued_reference(request) or new_reference()) as reference:
            request.reference = reference  # type: ignore[attr-defined]
            response = self.get_response(request)
            response["X-Reference"] = reference
            log.info(
                "%s %s %s",
                request.method,
                address_of(request),
                response.status_code,
                extra={"status": response.status_code},
            )
            return response


class ErrorMiddleware:
    """Turns an error of our tree into a page or fragment with sentence, next step and reference."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, ConsoleError):
            return None
        log.warning("%s: %s", type(error).__name__, error.code or "no code", extra={"code": error.code})
        template = "errors/_error.html" if wants_fragment(request) else "errors/error.html"
        response = render(request, template, {"error": error}, status=error.http_status)
        patch_vary_headers(response, ["HX-Request"])
        return response


class HtmxLoginRedirect:
    """An expired login answers htmx with a redirect of the whole page, not with a form in a panel."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        location = response.headers.get("Location", "")
        sign_in = str(settings.LOGIN_URL)
        if response.status_code == 302 and wants_fragment(request) and location.startswith(sign_in):
            here = request.htmx.current_url_abs_path or settings.LOGIN_REDIRECT_URL  # type: ignore[attr-defined]
            moved = HttpResponseClientRedirect(f"{sign_in}?{urlencode({'next': here})}")
            patch_vary_headers(moved, ["HX-Request"])
            return moved
        return response


class NeverStored:
    """Pages hold personal data: neither browsers nor proxies keep a copy."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response
