"""The notices at a page's edge: asked for again while something is open, and dismissed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseStopPolling, trigger_client_event

from apps.core.pages import render_page, wants_fragment
from apps.operations.counters import may_list
from apps.operations.notices import dismiss, shown_to
from apps.staff.access import person_of

FRAGMENT = "operations/_notices.html"
_LIST, _HOME = "operations:unknown", "staff:home"


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What is new since the page was told (``seen``): 204 for nothing, 286 when there is no more to wait for."""
    if not wants_fragment(request):
        return redirect(_LIST if may_list(person_of(request)) else _HOME)
    shown = shown_to(request)
    if shown.seen == request.GET.get("seen") and shown.watching:
        return HttpResponse(status=204)
    answer = render_page(request, FRAGMENT, {"notices": shown, "watch_again": True})
    if not shown.watching:
        answer.status_code = HttpResponseStopPolling.status_code
    # A list of what is not known yet is loaded anew: something on it was settled.
    return trigger_client_event(answer, "lc:settled")


@require_POST
def notice_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """One that was read. Somebody else's, or one that is gone, changes nothing."""
    dismiss(user=person_of(request), pk=pk)
    return _left(request)


@require_POST
def notices_dismiss(request: HttpRequest) -> HttpResponse:
    """All of one's own."""
    dismiss(user=person_of(request))
    return _left(request)


def _left(request: HttpRequest) -> HttpResponse:
    if not wants_fragment(request):
        return redirect(_LIST if may_list(person_of(request)) else _page_before(request))
    return render_page(request, FRAGMENT, {"notices": shown_to(request), "watch_again": True})


def _page_before(request: HttpRequest) -> str:
    """The page of ours that showed the notice, or the first one."""
    page = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if page and safe else _HOME
