"""Due times, escalation, the second decider and the proof: for all stores and for each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.errors import Missing
from apps.core.pages import INVALID_FORM, render_page
from apps.goodwill.confirming import times_values
from apps.goodwill.forms_rules import TimesForm
from apps.goodwill.models import Escalation
from apps.goodwill.rulebook.times import StoreTimes, times_by_store, times_for_all
from apps.goodwill.views.rules.acting import CHANGE, changed, done, tried_change
from apps.staff.access import permission_required
from apps.staff.models import Store

HERE = "goodwill:rules_times"
EVERYWHERE = 0


@require_safe
@permission_required(CHANGE)
def rules_times(request: HttpRequest) -> HttpResponse:
    """What holds for all stores, and for those that have their own."""
    for_all = times_for_all()
    page = {
        "for_all": StoreTimes(None, for_all, is_own=True),
        "rows": times_by_store(list(Store.objects.open_or(Escalation.objects.values("store"))), for_all),
    }
    return render_page(request, "goodwill/rules/times.html", page)


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE)
def rules_times_set(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the times of a store; store 0 is all of them."""
    store = get_object_or_404(Store, pk=pk) if pk != EVERYWHERE else None
    own = Escalation.objects.filter(store=store).first()
    times = own or _start(store)
    form = TimesForm(request.POST if request.method == "POST" else None, held=times)
    answer = changed(
        request,
        form,
        "goodwill.times_set",
        lambda: times_values(form.put_into()) | {"opened": form.mark},
        lambda: done(request, _("The times are set."), HERE),
    )
    if answer:
        return answer
    page = {"form": form, "store": store, "own": own if store else None}
    status = INVALID_FORM if form.errors else 200
    return render_page(request, "goodwill/rules/times_set.html", page, status=status)


@require_POST
@permission_required(CHANGE)
def rules_times_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the times of all stores hold for this one again."""
    own = Escalation.objects.filter(store=get_object_or_404(Store, pk=pk)).select_related("store").first()
    if own is None:
        raise Missing(_("This store has no times of its own."))
    words = _("The times of all stores hold for %(store)s again.") % {"store": own.store}
    return tried_change(
        request, "goodwill.times_remove", lambda: {"store": pk}, lambda: done(request, words, HERE), HERE
    )


def _start(store: Store | None) -> Escalation:
    """A store's own times start from those for all."""
    times = times_for_all()
    times.pk, times.store = None, store
    return times
