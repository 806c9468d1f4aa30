"""Where one is signed in, and what pages ask about their own session."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from apps.core.pages import INVALID_FORM, render_page, wants_fragment
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.factors.needing import before_factor
from apps.staff.people.views import found
from apps.staff.sessions import ending
from apps.staff.sessions.lasting import not_use, standing_of, tells_use
from apps.staff.sessions.lock import UnlockForm, cover, form_for, is_for_another, opens_lock, page, unlock


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """The list of one's own, this one marked."""
    standing = standing_of(request)
    here = standing.row.mark if standing else ""
    mine = person_of(request).open_sessions.opening_still()
    context = {"sessions": mine, "here": here, "others": sum(one.mark != here for one in mine)}
    return render_page(request, "staff/sessions.html", context)


@require_POST
def session_end(request: HttpRequest, mark: str) -> HttpResponse:
    """End one; ending this one is signing out."""
    standing, person = standing_of(request), person_of(request)
    ending.end_one(actor=actor_of(request), person=person, mark=mark)
    if standing and standing.row.mark == mark:
        logout(request)
        return redirect("staff:sign_in")
    messages.success(request, _("The session is ended."))
    return redirect("staff:sessions")


@require_POST
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """End all but this one."""
    standing, person = standing_of(request), person_of(request)
    with transaction.atomic():
        count = ending.end_others(
            actor=actor_of(request), person=person, keep=standing.row.pk if standing else ""
        )
        # In one go: whatever this browser asks meanwhile belongs to the old round or to the new one.
        update_session_auth_hash(request, person)
    words = ngettext("%(count)d other session is ended.", "%(count)d other sessions are ended.", count)
    messages.success(request, words % {"count": count} if count else _("You were signed in nowhere else."))
    return redirect("staff:sessions")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.manage_staff")
def person_sessions_end(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks; POST signs somebody out everywhere."""
    if request.method != "POST":
        return render_page(request, "staff/person_sessions_end.html", {"person": found(request, pk)})
    who, _count = ending.end_all_of(actor=actor_of(request), pk=found(request, pk).pk)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": who.name})
    return redirect("staff:person", pk)


@before_factor
@opens_lock
@not_use
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: HttpRequest) -> HttpResponse:
    """The cover of a page sends its password here; the page under it stays."""
    standing = standing_of(request)
    if standing is None or not standing.is_locked:
        return _opened(request)
    if request.method != "POST":
        form = form_for(request)
        return cover(request, form) if wants_fragment(request) else page(request, form, status=200)
    form = UnlockForm(request.POST)
    if is_for_another(request, form):
        return HttpResponseClientRedirect("/") if wants_fragment(request) else redirect("staff:home")
    if unlock(request, form, standing):
        return _opened(request)
    if wants_fragment(request):
        return cover(request, form, status=INVALID_FORM)
    return page(request, form, status=INVALID_FORM)


def _opened(request: HttpRequest) -> HttpResponse:
    if not wants_fragment(request):
        return redirect("staff:home")
    response = HttpResponse(status=204)
    response["HX-Trigger"] = "lc:unlocked"
    return response


@before_factor
@tells_use
@require_POST
def session_used(request: HttpRequest) -> HttpResponse:
    """Somebody types or reads: said by the page, at most once a minute; the middleware writes down when."""
    return HttpResponse(status=204)


@before_factor
@opens_lock
@not_use
@require_safe
def session_state(request: HttpRequest) -> HttpResponse:
    """Whether this browser's session is locked, and for how long it is not.

    Shape: locked, person (id), left (seconds until the lock), ends (ISO 8601), token (for forms after a new sign-in)
    """
    standing = standing_of(request)
    if standing is None:
        return JsonResponse({"locked": True, "person": "", "left": 0, "ends": "", "token": ""})
    left = (standing.locks_at - timezone.now()).total_seconds()
    return JsonResponse(
        {
            "locked": standing.is_locked,
            "person": str(standing.person_id),
            "left": max(0, int(left)),
            "ends": standing.ends_at.isoformat(),
            "token": get_token(request),
        }
    )
