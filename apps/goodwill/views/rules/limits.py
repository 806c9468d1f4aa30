"""Limits: all of them, a new one, changing, removing, and what applies to one person."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.pages import INVALID_FORM, render_page
from apps.goodwill.confirming import limit_values
from apps.goodwill.forms_limits import LimitChangeForm, LimitForm, PersonForm
from apps.goodwill.models import LimitRule
from apps.goodwill.rulebook.applies import what_applies
from apps.goodwill.rulebook.limits import groups, rules, whose
from apps.goodwill.views.rules.acting import CHANGE, READ, changed, done, tried_change
from apps.staff.access import permission_required

HERE = "goodwill:rules_limits"


@require_safe
@permission_required(CHANGE)
def rules_limits(request: HttpRequest) -> HttpResponse:
    """All limits, and the form that asks what applies to somebody."""
    page = {"groups": groups(rules()), "checker": PersonForm()}
    return render_page(request, "goodwill/rules/limits.html", page)


@require_safe
@permission_required(READ)
def rules_applies(request: HttpRequest) -> HttpResponse:
    """What applies to one person at each of their stores, and which bound is the strictest."""
    form = PersonForm(request.GET or None)
    page: dict[str, Any] = {"checker": form}
    if form.is_valid():
        person = form.cleaned_data["person"]
        page |= {
            "person": person,
            "stores": what_applies(person),
            "own_limit": f"person:{person.pk}",
        }
    status = INVALID_FORM if form.errors else 200
    return render_page(request, "goodwill/rules/applies.html", page, status=status)


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE)
def rules_limit_add(request: HttpRequest) -> HttpResponse:
    """A new limit; ``?who=person:12`` chooses for whom."""
    chosen = {"who": request.GET.get("who", "")}
    form = LimitForm(request.POST if request.method == "POST" else None, initial=chosen)
    answer = changed(
        request,
        form,
        "goodwill.limit_set",
        lambda: limit_values(form.rule()),
        lambda: done(request, _("The limit of %(who)s is set.") % {"who": whose(form.rule())}, HERE),
    )
    if answer:
        return answer
    status = INVALID_FORM if form.errors else 200
    return render_page(request, "goodwill/rules/limit_add.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE)
def rules_limit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change how much a limit allows."""
    rule = get_object_or_404(LimitRule.objects.select_related("user", "store"), pk=pk)
    form = LimitChangeForm(request.POST if request.method == "POST" else None, rule=rule)
    answer = changed(
        request,
        form,
        "goodwill.limit_set",
        lambda: limit_values(form.put_into(rule)) | {"opened": form.mark},
        lambda: done(request, _("The limit of %(who)s is set.") % {"who": whose(rule)}, HERE),
    )
    if answer:
        return answer
    page = {"form": form, "rule": rule, "who": whose(rule)}
    status = INVALID_FORM if form.errors else 200
    return render_page(request, "goodwill/rules/limit.html", page, status=status)


@require_POST
@permission_required(CHANGE)
def rules_limit_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a limit. Without any for person and role there is no authority."""
    rule = get_object_or_404(LimitRule.objects.select_related("user", "store"), pk=pk)
    words = _("The limit of %(who)s is removed.") % {"who": whose(rule)}
    return tried_change(
        request,
        "goodwill.limit_remove",
        lambda: limit_values(rule),
        lambda: done(request, words, HERE),
        HERE,
    )
