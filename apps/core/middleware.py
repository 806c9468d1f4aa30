"""What happens around every request: its reference, its errors in words, no copies kept by browsers."""

import logging
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from apps.core.addresses import address_of
from apps.core.context import new_reference, use_reference
from apps.core.continuing import continued_reference
from apps.core.errors import ConsoleError, NotThisWay, Unavailable
from apps.core.pages import wants_fragment

GetResponse = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("console.request")
# What a database says that takes no writing, or is away.
DATABASE_ILL = (OperationalError, InternalError)


class Headers:
    """What every answer says to browsers, also those that end before or beside the views."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in settings.CONSOLE_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


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
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return not_this_way(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DATABASE_ILL):
            return database_ill(request, error)
        if not isinstance(error, ConsoleError):
            return None
        log.warning("%s: %s", type(error).__name__, error.code or "no code", extra={"code": error.code})
        return told(request, error)


class Sessions(SessionMiddleware):
    """Django's, but a session that cannot be kept because the database is ill is not called a bad request, and only
    what ends a session takes away its cookie."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            answer = super().process_response(request, response)
        except SessionInterrupted as error:
            cause: BaseException | None = error
            while cause is not None and not isinstance(cause, DATABASE_ILL):
                cause = cause.__context__
            if cause is None:
                raise
            return database_ill(request, cause)
        if not request.session.modified:
            # Django takes away the cookie of a session that is not there. It may be the key from before a lock was
            # opened, of a question that was under way: the browser has the new one by now, and would be signed out.
            answer.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        return answer


def database_ill(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The page for a database that takes no writing, or is away; what it said is for the log alone."""
    log.error("The database is ill: %s", type(error).__name__, exc_info=error)
    return told(
        request,
        Unavailable(
            _("The console cannot write anything down at the moment."),
            next_step=_(
                "Try again in a minute. If you were moving points, look under Not known yet before you "
                "repeat it. If it stays so, tell the administrator."
            ),
        ),
    )


def told(request: HttpRequest, error: ConsoleError) -> HttpResponse:
    """An error of our tree as a page, or as a fragment for htmx."""
    template = "errors/_error.html" if wants_fragment(request) else "errors/error.html"
    response = render(request, template, {"error": error}, status=error.http_status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def not_this_way(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Django's answer to the wrong method is a blank page; whoever reloads the address of a form sees that one."""
    error = NotThisWay(
        _("There is no page at this address; it only takes what a form sends."),
        next_step=_("Go back to the page you came from. Nothing was done."),
    )
    page = told(request, error)
    page["Allow"] = response["Allow"]
    return page


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
