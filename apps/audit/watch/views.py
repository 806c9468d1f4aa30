"""Pages of the watch. Whoever reads here is in the trail themselves, before the page is shown."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.audit.access import permission_required
from apps.audit.actor import actor_of
from apps.audit.models import WatchItem
from apps.audit.services import record
from apps.audit.watch import looking  # noqa: F401 with it every rule is known
from apps.audit.watch.forms import NoteForm
from apps.audit.watch.marking import MARK, Person, mark_looked_at, why_not_mark
from apps.audit.watch.reading import in_words, limits_of, page_of, with_evidence
from apps.audit.watch.rules import all_rules, rule_named
from apps.core.context import current_reference
from apps.core.errors import ConsoleError
from apps.core.faults import focus_on_mistake
from apps.core.pages import go, render_page
from apps.core.said import Said

READ = "staff.view_trail"
STATES: dict[str, Any] = {
    "": gettext_lazy("Nobody looked yet"),
    "all": gettext_lazy("All"),
}


@require_safe
@permission_required(READ)
def items(request: HttpRequest) -> HttpResponse:
    """What waits, newest first; ``state`` and ``rule`` narrow it, ``before`` turns the page."""
    state, rule = request.GET.get("state", ""), rule_named(request.GET.get("rule", ""))
    state, name = state if state in STATES else "", rule.name if rule else ""
    found = WatchItem.objects.all() if state else WatchItem.objects.waiting()
    listed, cursor = page_of(found.filter(rule=name) if name else found, request.GET.get("before", ""))
    waits = WatchItem.objects.waiting().count()
    context = {
        "shown": [in_words(one) for one in listed],
        "states": [
            {
                "label": words,
                "url": _url(state=key, rule=name),
                "current": key == state,
                "count": 0 if key else waits,
            }
            for key, words in STATES.items()
        ],
        "rules": [
            {"label": words, "url": _url(state=state, rule=key), "current": key == name}
            for key, words in (("", _("All rules")), *((one.name, one.title) for one in all_rules()))
        ],
        "what": rule.what if rule else "",
        "is_off": rule is not None and not rule.is_on,
        "narrowed": bool(state or name),
        "older_url": _url(state=state, rule=name, before=cursor) if cursor else "",
        "summary": _summary(len(listed), all_of_them=bool(state)),
    }
    told = f"{STATES[state]}, {rule.title}" if rule else str(STATES[state])
    record("watch.viewed", actor=actor_of(request), details={"filters": told})
    return render_page(request, "audit/watch.html", context, fragment="audit/_watch.html")


@require_safe
@permission_required(READ)
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item with its evidence; whoever may, says here what it was."""
    shown = get_object_or_404(WatchItem, pk=pk)
    record(
        "watch.item.opened",
        actor=actor_of(request),
        subject=shown.number,
        details={"about": shown.about, "rule": shown.rule},
    )
    return _item(request, shown, NoteForm())


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MARK)
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what it was. An address that is only opened leads to the item, where the form stands."""
    shown = get_object_or_404(WatchItem, pk=pk)
    if request.method != "POST":
        return go(request, "audit:watch_item", pk)
    form, said = NoteForm(request.POST), None
    form.is_valid()
    try:
        mark_looked_at(actor=actor_of(request), user=_person(request), item=shown, note=form.typed)
    except ConsoleError as error:
        if error.field in form.fields:
            form.errors.clear()
            form.add_error(error.field, error.message)
            focus_on_mistake(form)
        else:
            said = Said("bad", _("Nothing was changed."), error)
        shown.refresh_from_db()
        return _item(request, shown, form, said=said, status=error.http_status)
    messages.success(request, _("Marked as looked at: %(what)s") % {"what": in_words(shown).title})
    return go(request, "audit:watch")


def _item(
    request: HttpRequest, item: WatchItem, form: NoteForm, *, said: Said | None = None, status: int = 200
) -> HttpResponse:
    person, rule = _person(request), rule_named(item.rule)
    context = {
        "shown": with_evidence(item),
        "limits": limits_of(item),
        "what": rule.what if rule else "",
        "form": form,
        "said": said,
        "marks": item.looked_at is None and person.has_perm(MARK),
        "why_not": why_not_mark(person, item) if person.has_perm(MARK) else "",
        "reference": current_reference(),
    }
    return render_page(
        request, "audit/watch_item.html", context, fragment="audit/_watch_item.html", status=status
    )


def _summary(count: int, *, all_of_them: bool) -> str:
    order = _("those nobody looked at first, newest first") if all_of_them else _("newest first")
    return _("%(count)s shown, %(order)s.") % {"count": count, "order": order}


def _person(request: HttpRequest) -> Person:
    return cast(Person, request.user)


def _url(**said: str) -> str:
    words = urlencode({name: value for name, value in said.items() if value})
    here = reverse("audit:watch")
    return f"{here}?{words}" if words else here
