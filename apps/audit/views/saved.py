"""Saved views: saving the filters in force, the list of one's own and shared ones, changing and deleting one."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.audit import choices, saved
from apps.audit.access import permission_required
from apps.audit.actor import actor_of
from apps.audit.models import SavedView
from apps.audit.views.shared import READ
from apps.core.errors import ConsoleError
from apps.core.pages import INVALID_FORM, go, render_page


class ViewForm(forms.Form):
    """Name, and for whom; the service says what is wrong."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    shared = forms.BooleanField(
        label=gettext_lazy("Shared with everybody who reads the trail"), required=False
    )


@require_safe
@permission_required(READ)
def views(request: HttpRequest) -> HttpResponse:
    """One's own and the shared ones."""
    mine = _user_id(request)
    listed = [_told(view, mine) for view in saved.views_for(mine)]
    return render_page(request, "audit/views.html", {"views": listed, "most": saved.MOST_OWN})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(READ)
def view_save(request: HttpRequest) -> HttpResponse:
    """GET asks for a name for the filters in this address; POST keeps them."""
    filters, found, _unknown = saved.filters_in(request.GET.urlencode())
    filters.is_valid()
    # The tidy form: what was typed may hold a full identifier.
    query = urlencode(found)
    form = ViewForm(request.POST if request.method == "POST" else None)
    context = {
        "title": _("Save this view"),
        "here": f"{request.path}?{query}" if query else request.path,
        "back": f"{reverse('audit:trail')}?{query}" if query else reverse("audit:trail"),
        "tokens": choices.tokens(filters, found),
    }
    if request.method == "POST" and form.is_valid():
        try:
            view = saved.save_view(
                actor=actor_of(request), owner_id=_user_id(request), query=query, **form.cleaned_data
            )
        except ConsoleError as error:
            return _again(request, form, context, error)
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
        return go(request, f"{reverse('audit:trail')}?{view.query}")
    return _form(request, form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(READ)
def view_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename one of one's own, share it or keep it to oneself."""
    view = _own(request, pk)
    form = ViewForm(
        request.POST if request.method == "POST" else None,
        initial={"name": view.name, "shared": view.shared},
    )
    context = {
        "title": _("Change the view “%(name)s”") % {"name": view.name},
        "here": request.path,
        "back": reverse("audit:views"),
        "tokens": _told(view, _user_id(request))["tokens"],
        "kept": True,
    }
    if request.method == "POST" and form.is_valid():
        try:
            saved.change_view(actor=actor_of(request), view=view, **form.cleaned_data)
        except ConsoleError as error:
            return _again(request, form, context, error)
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
        return go(request, "audit:views")
    return _form(request, form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(READ)
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says for whom it would be gone; POST deletes one of one's own."""
    view = _own(request, pk)
    if request.method != "POST":
        return render_page(request, "audit/view_delete.html", _told(view, _user_id(request)))
    saved.delete_view(actor=actor_of(request), view=view)
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return go(request, "audit:views")


def _user_id(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _own(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView, pk=pk, owner_id=_user_id(request))


def _told(view: SavedView, mine: int) -> dict[str, Any]:
    form, found, _unknown = saved.filters_in(view.query)
    form.is_valid()
    return {
        "view": view,
        "own": view.owner_id == mine,
        "url": f"{reverse('audit:trail')}?{view.query}",
        "tokens": choices.tokens(form, found),
    }


def _again(
    request: HttpRequest, form: ViewForm, context: dict[str, Any], error: ConsoleError
) -> HttpResponse:
    """The form as it was typed, whatever went wrong: in the dialog there is no page to go back to."""
    if error.field in form.fields:
        form.add_error(error.field, error.message)
        error_above = None
    else:
        error_above = error
    return _form(request, form, context | {"error": error_above}, error.http_status)


def _form(request: HttpRequest, form: ViewForm, context: dict[str, Any], status: int = 200) -> HttpResponse:
    if form.errors:
        status = INVALID_FORM
    return render_page(
        request,
        "audit/view.html",
        context | {"form": form},
        fragment="audit/_view_dialog.html",
        status=status,
    )
