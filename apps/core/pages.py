"""Page or fragment: one helper decides, so that every view works with and without script."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

INVALID_FORM = 422


def wants_fragment(request: HttpRequest) -> bool:
    """True when htmx asks for a piece of the page rather than a whole one."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not (htmx.boosted or htmx.history_restore_request)


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, or only its fragment for htmx. The answer varies on ``HX-Request``."""
    chosen = fragment if fragment and wants_fragment(request) else template
    response = render(request, chosen, dict(context or {}), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def go(request: HttpRequest, to: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """Send the browser to another page: a plain redirect, or htmx's own for a whole-page move."""
    target: HttpResponseRedirect = redirect(to, *args, **kwargs)
    if wants_fragment(request):
        moved = HttpResponseClientRedirect(target.url)
        patch_vary_headers(moved, ["HX-Request"])
        return moved
    return target
