"""One person's page, and what an administrator does there."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.errors import BadInput, Conflict
from apps.core.pages import INVALID_FORM, render_page
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.confirming.acting import change
from apps.staff.confirming.models import about_person
from apps.staff.confirming.showing import waiting_about
from apps.staff.factors.reauthenticate import reauthenticate
from apps.staff.models import Membership, Store, User
from apps.staff.oidc.config import provider_name
from apps.staff.people import memberships, standing
from apps.staff.people.changes import as_day
from apps.staff.people.forms import EndForm, MoveForm, RoleForm, Telling
from apps.staff.people.guarding import administers

Done = Callable[[], HttpResponse]
Act = Callable[[HttpRequest, dict[str, Any], Done], HttpResponse]


def found(request: HttpRequest, pk: int) -> User:
    """Raises: Http404 for somebody who is not there or not theirs to see"""
    person = User.objects.people().visible_to(person_of(request)).filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def _role_of(person: User, membership_pk: int) -> Membership:
    held = person.memberships.with_places().filter(pk=membership_pk).first()
    if held is None:
        raise Http404
    return held


@require_safe
@permission_required("staff.view_people")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Who they are, what they may do where and until when, and whether their link waits."""
    who, me = found(request, pk), person_of(request)
    linked = list(who.linked_accounts.all())
    context = {
        "person": who,
        "memberships": who.memberships.with_places().select_related("given_by_group"),
        "invite": who.invites.first() if not (who.has_usable_password() or linked) else None,
        "linked": linked,
        "provider": provider_name(),
        "waiting": waiting_about(about_person(who.pk)),
        "is_self": who.pk == me.pk,
        "open_sessions": len(who.open_sessions.opening_still()),
        "may_change": me.has_perm("staff.manage_staff") and who.pk != me.pk,
    }
    return render_page(request, "staff/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.manage_staff")
@reauthenticate
def person_role_give(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks which role, where and until when; POST gives it."""
    who, form = found(request, pk), RoleForm(request.POST if request.method == "POST" else None)
    return _act(
        request,
        who,
        form,
        "staff/person_role_give.html",
        _waits("staff.role_give", pk=pk),
        _("%(name)s has the role now."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.manage_staff")
@reauthenticate
def person_role_end(request: HttpRequest, pk: int, membership: int) -> HttpResponse:
    """GET asks when; POST ends the role."""
    who = found(request, pk)
    held, form = _role_of(who, membership), EndForm(request.POST if request.method == "POST" else None)
    later = _waits("staff.role_longer", pk=pk, membership=held.pk)
    ends = _waits("staff.administrator_ends", pk=pk, membership=held.pk)

    def act(typed: dict[str, Any], done: Done) -> HttpResponse:
        if memberships.lengthens(held, typed["last_day"]):
            return later(request, typed, done)
        if administers(held.as_role):
            return ends(request, typed, done)
        memberships.end(actor=actor_of(request), pk=pk, membership_pk=held.pk, **typed)
        return done()

    return _act(
        request,
        who,
        form,
        "staff/person_role_end.html",
        lambda _request, typed, done: act(typed, done),
        _("The role of %(name)s has its end."),
        held=held,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.manage_staff")
@reauthenticate
def person_role_move(request: HttpRequest, pk: int, membership: int) -> HttpResponse:
    """GET asks where to; POST moves them there with this role."""
    who = found(request, pk)
    held, form = _role_of(who, membership), MoveForm(request.POST if request.method == "POST" else None)
    return _act(
        request,
        who,
        form,
        "staff/person_role_move.html",
        _waits("staff.role_move", pk=pk, membership=held.pk),
        _("%(name)s works in the other store now."),
        held=held,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.manage_staff")
@reauthenticate
def person_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what it means; POST lets them out."""
    who = found(request, pk)
    if request.method != "POST":
        return render_page(request, "staff/person_deactivate.html", {"person": who})
    standing.deactivate(actor=actor_of(request), pk=pk)
    messages.success(request, _("%(name)s is deactivated and signed out everywhere.") % {"name": who.name})
    return redirect("staff:person", pk)


@require_POST
@permission_required("staff.manage_staff")
@reauthenticate
def person_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let them in again."""
    who = found(request, pk)

    def done() -> HttpResponse:
        messages.success(request, _("%(name)s may sign in again.") % {"name": who.name})
        return redirect("staff:person", pk)

    return change(request, "staff.reactivate", {"pk": who.pk}, done)


def _waits(name: str, **values: Any) -> Act:
    """The act that is a change of this kind: with what was typed, in plain values."""

    def act(request: HttpRequest, typed: dict[str, Any], done: Done) -> HttpResponse:
        return change(request, name, values | plain(typed), done)

    return act


def plain(typed: dict[str, Any]) -> dict[str, Any]:
    """What a form of people gives, as a change keeps it: stores by their number, days as text."""
    return {
        name: as_day(value) if name == "last_day" else value.pk if isinstance(value, Store) else value
        for name, value in typed.items()
    }


def _act(
    request: HttpRequest,
    who: User,
    form: Telling,
    template: str,
    act: Act,
    words: str,
    **context: Any,
) -> HttpResponse:
    """The page of one act: asked, done, or told what is wrong beside the field. A refusal is answered elsewhere."""

    def done() -> HttpResponse:
        messages.success(request, words % {"name": who.name})
        return redirect("staff:person", who.pk)

    status = INVALID_FORM if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            return act(request, form.cleaned_data, done)
        except (BadInput, Conflict) as error:
            form.tell(error)
    return render_page(request, template, {"person": who, "form": form, **context}, status=status)
