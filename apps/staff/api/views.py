"""Pages about the API: its document for people and programs, and the keys."""

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rest_framework.exceptions import NotFound
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.audit.services import record
from apps.core.errors import BadInput, Conflict
from apps.core.pages import INVALID_FORM, render_page
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.api import changes
from apps.staff.api.document import calls, document
from apps.staff.api.forms import KeyForm
from apps.staff.api.keys import list_keys, revoke_key
from apps.staff.confirming.acting import change
from apps.staff.confirming.again import again, keep
from apps.staff.confirming.guard import needs_second
from apps.staff.factors.reauthenticate import reauthenticate
from apps.staff.models import ApiKey

# Whoever signs off what people may do sees what programs may.
SEE_KEYS = ("staff.manage_staff", "staff.view_trail")


@require_safe
def api_page(request: HttpRequest) -> HttpResponse:
    """What programs may ask of the console, for people."""
    may = any(person_of(request).has_perm(one) for one in SEE_KEYS)
    return render_page(request, "staff/api.html", {"calls": list(calls()), "may_see_keys": may})


@require_safe
def api_document(_request: HttpRequest) -> HttpResponse:
    """The document as a file."""
    answer = JsonResponse(document())
    answer["Content-Disposition"] = 'attachment; filename="openapi.json"'
    return answer


class _AnyKey(BasePermission):
    def has_permission(self, request: Request, _view: APIView) -> bool:
        return isinstance(request.auth, ApiKey)


class Document(APIView):
    """The document for programs: any key may read what keys can do."""

    permission_classes = [_AnyKey]
    schema = None

    def get(self, request: Request) -> Response:
        """The OpenAPI document."""
        record("api.document_read", actor=actor_of(request._request))
        return Response(document())


class NotThere(APIView):
    """Addresses below /api/v1/ that lead nowhere: a problem for programs, and no page. It tells a stranger nothing."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whatever the method."""
        asked = APIView.initialize_request(self, request, *args, **kwargs)
        self.request, self.args, self.kwargs, self.headers = asked, args, kwargs, {}
        answer = self.handle_exception(NotFound("There is no such address. Addresses end with a slash."))
        return self.finalize_response(asked, answer, *args, **kwargs)


@require_safe
@permission_required(*SEE_KEYS)
def keys(request: HttpRequest) -> HttpResponse:
    """All keys with what they may do, until when, and their last use."""
    may = person_of(request).has_perm("staff.manage_staff")
    return render_page(request, "staff/api_keys.html", {"keys": list_keys(), "may_change": may})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.manage_staff")
@reauthenticate
def key_new(request: HttpRequest) -> HttpResponse:
    """GET asks for a name, scopes and a last day; POST makes the key and shows it, this once, when a second person
    has confirmed it. Whoever pressed twice sees it all the same."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        sent = values.pop("once")
        once = f"api-key:{person_of(request).pk}:{sent}"
        # Where a second person makes it, nothing is made here: what waits is told apart by what it changes.
        if sent and not needs_second(actor_of(request)) and (told := _made_already(request, once)):
            return told
        try:
            wanted = changes.key_values(person_of(request), values)
            answer = change(request, changes.NAME, wanted, lambda: redirect("staff:api_keys"))
        except Exception as error:
            # Nothing was made: the same form may be sent again.
            cache.delete(once)
            if not isinstance(error, (BadInput, Conflict)):
                raise
            form.tell(error)
        else:
            return keep(request, once, answer)
    status = INVALID_FORM if request.method == "POST" else 200
    return render_page(request, "staff/api_key_new.html", {"form": form}, status=status)


def _made_already(request: HttpRequest, once: str) -> HttpResponse | None:
    """What whoever pressed twice sees; None for the click that makes it, which takes the mark."""
    if _take(once):
        return None
    if page := again(request, once):
        return page
    # The first click had not made it yet when this one came, and found out that it could not.
    if _take(once):
        return None
    messages.info(request, _("This key was made already. It was shown once; make another if it is lost."))
    return redirect("staff:api_keys")


def _take(once: str) -> bool:
    """True for one of however many clicks."""
    return cache.add(once, True, timeout=12 * 3600)


@require_safe
@permission_required("staff.manage_staff")
def key_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask before a key stops working."""
    return render_page(request, "staff/api_key_revoke.html", {"key": get_object_or_404(ApiKey, pk=pk)})


@require_POST
@permission_required("staff.manage_staff")
def key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The key works no more."""
    key = revoke_key(actor=actor_of(request), pk=pk)
    if key is None:
        raise Http404
    messages.success(request, _("The key of %(name)s works no more.") % {"name": key.name})
    return redirect("staff:api_keys")
