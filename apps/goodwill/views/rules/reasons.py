"""Reasons: the list in its order, adding, rewording, moving, removing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.pages import INVALID_FORM, render_page
from apps.goodwill.forms_rules import ReasonChangeForm, ReasonForm
from apps.goodwill.models import GoodwillRequest, Reason
from apps.goodwill.rulebook.reasons import move_reason, shown
from apps.goodwill.views.rules.acting import CHANGE, by, changed, done, tried_change
from apps.staff.access import permission_required

HERE = "goodwill:rules_reasons"


@require_safe
@permission_required(CHANGE)
def rules_reasons(request: HttpRequest) -> HttpResponse:
    """All reasons in the order people see, with a form for a new one."""
    return _page(request, ReasonForm())


@require_POST
@permission_required(CHANGE)
def rules_reason_add(request: HttpRequest) -> HttpResponse:
    """Add a reason at the end of the list."""
    form = ReasonForm(request.POST)
    answer = changed(
        request,
        form,
        "goodwill.reason_add",
        lambda: form.cleaned_data,
        lambda: done(request, _("“%(title)s” is added.") % {"title": form.cleaned_data["title"]}, HERE),
    )
    return answer or _page(request, form, INVALID_FORM)


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE)
def rules_reason(request: HttpRequest, pk: int) -> HttpResponse:
    """Reword a reason or offer it no more."""
    reason = get_object_or_404(Reason, pk=pk)
    form = ReasonChangeForm(request.POST if request.method == "POST" else None, initial=shown(reason))
    title = reason.title
    answer = changed(
        request,
        form,
        "goodwill.reason_change",
        lambda: {"pk": pk, "opened": form.mark, **form.cleaned_data},
        lambda: done(request, _("“%(title)s” is kept.") % {"title": form.cleaned_data["title"]}, HERE),
    )
    if answer:
        return answer
    page = {"form": form, "reason": reason, "title": title, "used": _used(reason)}
    status = INVALID_FORM if form.errors else 200
    return render_page(request, "goodwill/rules/reason.html", page, status=status)


@require_POST
@permission_required(CHANGE)
def rules_reason_move(request: HttpRequest, pk: int, up: bool) -> HttpResponse:
    """One place up or down."""
    move_reason(**by(request), reason=get_object_or_404(Reason, pk=pk), up=up)
    return redirect(HERE)


@require_POST
@permission_required(CHANGE)
def rules_reason_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a reason nobody has ever used."""
    reason = get_object_or_404(Reason, pk=pk)
    words = _("“%(title)s” is removed.") % {"title": reason.title}
    return tried_change(
        request, "goodwill.reason_remove", lambda: {"pk": pk}, lambda: done(request, words, HERE), HERE
    )


def _used(reason: Reason) -> int:
    return GoodwillRequest.objects.filter(reason=reason).count()


def _page(request: HttpRequest, form: ReasonForm, status: int = 200) -> HttpResponse:
    reasons = Reason.objects.order_by("position", "title")
    return render_page(
        request, "goodwill/rules/reasons.html", {"form": form, "reasons": reasons}, status=status
    )
