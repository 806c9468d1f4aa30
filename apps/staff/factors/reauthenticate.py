"""The mark on views that want a recent proof: asked when it is too old, and what was typed is carried through.

    @require_http_methods(["GET", "HEAD", "POST"])
    @permission_required("staff.manage_staff")
    @reauthenticate
    def person_role_give(request, pk): ...

Innermost, so that nobody proves anything for a page that is not theirs. Nothing is kept at the server meanwhile: the
page that asks holds the fields of the form, and posts them to the same address together with the proof.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, overload
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django_htmx.http import reswap, retarget

from apps.core.pages import INVALID_FORM, go, wants_fragment
from apps.staff.access import View, person_of
from apps.staff.factors import proof
from apps.staff.factors.forms import ProofForm

# Fields of the proof begin with this; `sent` says that they are there.
MARK = "proof-"
SENT = "proof-sent"


@overload
def reauthenticate(view: View) -> View: ...
@overload
def reauthenticate(view: None = None, *, first: bool = False) -> Callable[[View], View]: ...
def reauthenticate(view: View | None = None, *, first: bool = False) -> View | Callable[[View], View]:
    """Let the act go on only when the person has shown lately who they are (`CONSOLE_PROOF_MINUTES`).

    first    asks before the form is shown too: for forms with files, which no page can hold, and for those that
             begin something with the browser
    """

    def decorate(inner: View) -> View:
        @wraps(inner)
        @sensitive_post_parameters()
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            asks = request.method == "POST" or first
            answer = _asked(request) if asks else None
            return answer or inner(request, *args, **kwargs)

        guarded.reauthenticates = True  # type: ignore[attr-defined]
        return guarded

    return decorate(view) if view else decorate


def _asked(request: HttpRequest) -> HttpResponse | None:
    """The page that asks for a proof, or None when there is one and the act may go on."""
    if request.method != "POST" or request.FILES:
        if proof.proved_lately(request):
            return None
        return go(request, f"{reverse('staff:prove')}?{urlencode({'next': request.get_full_path()})}")
    if SENT not in request.POST:
        return None if proof.proved_lately(request) else proof_page(request, ProofForm())
    form = ProofForm(request.POST)
    if not show(request, form):
        return proof_page(request, form, status=INVALID_FORM)
    request.POST = _without_proof(request.POST)  # type: ignore[assignment]
    return None


def show(request: HttpRequest, form: ProofForm) -> bool:
    """Whether the form's password or passkey proves it; the form then says why not."""
    if not form.is_valid():
        return False
    try:
        proof.prove(request, **form.cleaned_data)
    except proof.NotProved as error:
        form.tell(error)
        return False
    return True


def proof_page(
    request: HttpRequest, form: ProofForm, *, status: int = 200, more: Iterable[tuple[str, str]] = ()
) -> HttpResponse:
    """Asks for the proof, with everything that was sent, and more, in hidden fields."""
    kept = _without_proof(request.POST)
    context = {
        "form": form,
        "person": person_of(request),
        "question": proof.question(request),
        "carried": [(name, value) for name, values in kept.lists() for value in values] + [*more],
        "back": _back(request),
    }
    response = render(request, "staff/prove.html", context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    if wants_fragment(request):
        # A piece of a page has asked: the whole page makes room.
        return reswap(retarget(response, "body"), "innerHTML")
    return response


def _without_proof(sent: QueryDict) -> QueryDict:
    kept = sent.copy()
    for name in list(kept):
        if name.startswith(MARK) or name == "csrfmiddlewaretoken":
            del kept[name]
    return kept


def _back(request: HttpRequest) -> str:
    """Where the form came from, when that was a page of ours."""
    page = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if page and safe else reverse("staff:home")
