"""The roles there are, and the house's own ones made, changed and retired."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.errors import BadInput, Conflict
from apps.core.pages import INVALID_FORM, render_page
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.confirming.acting import change
from apps.staff.custom_roles import changes, making, matrix
from apps.staff.custom_roles.forms import NewRoleForm, RoleChangeForm, RoleForm
from apps.staff.custom_roles.rows import CustomRole
from apps.staff.factors.reauthenticate import reauthenticate
from apps.staff.people.guarding import administers


def found(pk: int) -> CustomRole:
    """Raises: Http404 for a role that is not there"""
    role = CustomRole.objects.filter(pk=pk).first()
    if role is None:
        raise Http404
    return role


@require_safe
@permission_required("staff.view_people", "staff.view_trail")
def roles(request: HttpRequest) -> HttpResponse:
    """Which role allows what."""
    shown = matrix.columns()
    context = {
        "columns": shown,
        "rows": matrix.rows(shown),
        "retired": CustomRole.objects.exclude(retired_at=None),
        "may_change": person_of(request).has_perm("staff.manage_staff"),
    }
    return render_page(request, "staff/roles/list.html", context)


@require_safe
@permission_required("staff.view_people", "staff.view_trail")
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the house's own: what it allows, who holds it, and what it may not meet."""
    own = found(pk)
    context = {
        "own": own,
        "allowed": [row.words for row in matrix.rows([matrix.Column(own.as_role, own)]) if row.cells[0][1]],
        "holders": making.holders_of(own),
        "cannot_meet": matrix.cannot_meet(own.as_role),
        "may_open_people": person_of(request).has_perm("staff.view_people"),
        "may_change": own.retired_at is None and person_of(request).has_perm("staff.manage_staff"),
    }
    return render_page(request, "staff/roles/one.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.manage_staff")
@reauthenticate
def role_new(request: HttpRequest) -> HttpResponse:
    """GET asks what the role is; POST makes it."""
    form = NewRoleForm(request.POST if request.method == "POST" else None)

    def done() -> HttpResponse:
        messages.success(request, _("The role %(title)s can be given now.") % form.cleaned_data)
        return redirect("staff:roles")

    return _asked(request, form, None, lambda: change(request, changes.MAKE, form.cleaned_data, done))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.manage_staff")
@reauthenticate
def role_change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the role to be changed; POST changes it for everybody who holds it."""
    own = found(pk)
    form = RoleChangeForm(request.POST if request.method == "POST" else None, own=own)

    def done() -> HttpResponse:
        messages.success(request, _("The role %(title)s is changed.") % form.cleaned_data)
        return redirect("staff:role", pk)

    values: Callable[[], dict[str, Any]] = lambda: {"pk": pk, "opened": form.mark, **form.cleaned_data}  # noqa: E731 read once it is valid
    return _asked(request, form, own, lambda: change(request, changes.CHANGE, values(), done))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.manage_staff")
@reauthenticate
def role_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """GET lists who holds it; POST retires it, and ends it for those who were listed. One that administers people
    waits for a second person."""
    own, problem, status = found(pk), "", 200
    holders = list(making.holders_of(own))
    if request.method == "POST":
        seen = {int(one) for one in request.POST.getlist("seen") if one.isdecimal() and len(one) < 19}
        try:
            agreed = seen if request.POST.get("agreed") else set()
            return _retired(request, own, agreed)
        except Conflict as error:
            problem, status = error.words, INVALID_FORM
    context = {"own": own, "holders": holders, "problem": problem, "may_open_people": True}
    return render_page(request, "staff/roles/retire.html", context, status=status)


def _retired(request: HttpRequest, own: CustomRole, ending: set[int]) -> HttpResponse:
    def done() -> HttpResponse:
        messages.success(request, _("The role %(title)s is retired.") % {"title": own.title})
        return redirect("staff:roles")

    if administers(own.as_role):
        return change(request, changes.RETIRE, {"pk": own.pk, "ending": sorted(ending)}, done)
    making.retire_role(actor=actor_of(request), pk=own.pk, ending=ending)
    return done()


def _asked(
    request: HttpRequest, form: RoleForm, own: CustomRole | None, act: Callable[[], HttpResponse]
) -> HttpResponse:
    """The page of one form: asked, done, or told what is wrong beside the field."""
    status = INVALID_FORM if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            return act()
        except (BadInput, Conflict) as error:
            form.tell(error)
    holders = list(making.holders_of(own)) if own else []
    context = {"form": form, "own": own, "holders": holders, "may_open_people": True}
    return render_page(request, "staff/roles/form.html", context, status=status)
