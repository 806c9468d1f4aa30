"""A page that shows something once, for whoever pressed its button twice: the second answer is the one browsers show.

What the first click was answered is kept sealed, for its session alone and for some minutes.
"""

import time
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_variables

from apps.core.hashes import hash_of_secret
from apps.core.sealing import Sealer
from apps.staff.access import View
from apps.staff.actors import actor_of, session_mark
from apps.staff.confirming.guard import needs_second

KEPT_SECONDS = 180
# The first click may have been done and not have drawn its page yet.
WAITS_SECONDS, LOOKS_EVERY = 1.0, 0.1
_sealer = Sealer("apps.staff.confirming.again")


@sensitive_variables("page")
def keep(request: HttpRequest, name: str, page: HttpResponse) -> HttpResponse:
    """The page, kept under this name for the session that is answered; another answer than a page is not."""
    if page.status_code == 200:
        cache.set(_key(request, name), _sealer.seal_bytes(page.content), timeout=KEPT_SECONDS)
    return page


def again(request: HttpRequest, name: str, waits: float = WAITS_SECONDS) -> HttpResponse | None:
    """The same page for the same session; None for everybody else, and when its minutes are over."""
    until = time.monotonic() + waits
    while (kept := cache.get(_key(request, name))) is None and time.monotonic() < until:
        time.sleep(LOOKS_EVERY)
    page = _sealer.unseal_bytes(kept) if isinstance(kept, bytes) else b""
    return HttpResponse(page) if page else None


def shows_once(view: View) -> View:
    """The mark on a view that answers a form with such a page, where the same thing cannot be made twice: the same form
    sent again with the same values gets the page, and not what the view has against it now.

    The form has a hidden field ``once``, another one each time it is asked for. Innermost, below `reauthenticate`.
    """

    @wraps(view)
    @sensitive_variables("answer")
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Where a second person makes it, nothing is shown here.
        if not request.POST.get("once") or needs_second(actor_of(request)):
            return view(request, *args, **kwargs)
        name = _form_sent(request)
        mark = _key(request, f"sent: {name}")
        first, answer = cache.add(mark, True, timeout=KEPT_SECONDS), None
        if not first and (page := again(request, name)):
            return page
        try:
            answer = keep(request, name, view(request, *args, **kwargs))
        finally:
            if first and (answer is None or answer.status_code != 200):
                cache.delete(mark)
        if answer.status_code == 200:
            return answer
        # Another click may have made it meanwhile, and be drawing its page.
        waits = WAITS_SECONDS if cache.get(mark) else 0.0
        return again(request, name, waits) or answer

    return shown


def _form_sent(request: HttpRequest) -> str:
    """This form with these values; what Django adds to it is another one after a proof was asked for."""
    values = request.POST.copy()
    values.pop("csrfmiddlewaretoken", None)
    return f"{request.path} {values.urlencode()}"


def _key(request: HttpRequest, name: str) -> str:
    return f"shown-once:{session_mark(request)}:{hash_of_secret(name)}"
