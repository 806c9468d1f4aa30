"""The list of stores, a page for each, and what is changed there."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.errors import BadInput, Conflict
from apps.core.pages import INVALID_FORM, render_page
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.confirming.acting import change
from apps.staff.confirming.showing import waiting_about
from apps.staff.models import Store
from apps.staff.outside_models import TillCredentials
from apps.staff.people.forms import Telling
from apps.staff.stores_admin import changes, changing, trying
from apps.staff.stores_admin.closing import people_at
from apps.staff.stores_admin.credentials import are_used
from apps.staff.stores_admin.forms import CredentialsForm, ReasonForm, StoreChangeForm, StoreForm
from apps.staff.stores_admin.listing import ROWS, stores_listed

MAY = "staff.manage_stores"
Done = Callable[[], HttpResponse]


def found(request: HttpRequest, pk: int) -> Store:
    """Raises: Http404 for a store that is not there or not theirs to see"""
    store = Store.objects.visible_to(person_of(request)).filter(pk=pk).first()
    if store is None:
        raise Http404
    return store


@require_safe
@permission_required("staff.view_people")
def stores(request: HttpRequest) -> HttpResponse:
    """The stores this person may see, with the codes other systems know them by."""
    typed, me = request.GET.get("q", "")[:120], person_of(request)
    page = Paginator(stores_listed(me, typed), ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "typed": typed, "may_change": me.has_perm(MAY)}
    return render_page(request, "staff/stores.html", context, fragment="staff/_store_rows.html")


@require_safe
@permission_required(MAY)
def store(request: HttpRequest, pk: int) -> HttpResponse:
    """One store: its codes, who works there, and the sign-in of its till."""
    one = found(request, pk)
    context = {
        "store": one,
        "people": people_at(one),
        "kept": TillCredentials.objects.filter(store=one).defer("sealed").first(),
        "basic": are_used(),
        "waiting": waiting_about(changes.about_store(pk)),
    }
    return render_page(request, "staff/store.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MAY)
def store_add(request: HttpRequest) -> HttpResponse:
    """GET asks for a new store; POST adds it."""
    form, status = StoreForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = INVALID_FORM
        if form.is_valid():
            try:
                made = changing.add_store(actor=actor_of(request), values=form.cleaned_data)
            except BadInput as error:
                form.tell(error)
            else:
                messages.success(request, _("%(name)s is added.") % {"name": made.name})
                return redirect("staff:store", made.pk)
    return render_page(request, "staff/store_add.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MAY)
def store_change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what it is called; POST changes it. What calls are counted by waits for a second person."""
    one = found(request, pk)
    now = changing.values_of(one)
    form = StoreChangeForm(request.POST if request.method == "POST" else None, store=one)

    def act(typed: dict[str, Any], done: Done) -> HttpResponse:
        if changing.counted_as(now | typed) != changing.counted_as(now):
            return change(request, changes.CHANGE, {"pk": pk, "opened": form.mark, **typed}, done)
        if changing.change_store(actor=actor_of(request), pk=pk, values=typed, opened=form.mark):
            return done()
        messages.info(request, _("Nothing was different, so nothing was changed."))
        return redirect("staff:store", pk)

    return _act(request, one, form, "staff/store_change.html", act, _("%(name)s is changed."))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MAY)
def store_close(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what it means and who works there; POST closes the store."""
    one, form = found(request, pk), ReasonForm(request.POST if request.method == "POST" else None)
    act = _waits(request, changes.CLOSE, pk)
    words = _("%(name)s is closed.")
    return _act(request, one, form, "staff/store_close.html", act, words, people=people_at(one))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MAY)
def store_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what it means; POST opens the store again."""
    one, form = found(request, pk), ReasonForm(request.POST if request.method == "POST" else None)
    act = _waits(request, changes.REOPEN, pk)
    return _act(request, one, form, "staff/store_reopen.html", act, _("%(name)s is open again."))


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MAY)
def store_till(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for the sign-in of the till; POST keeps it in place of the one before."""
    one, form = found(request, pk), CredentialsForm(request.POST if request.method == "POST" else None)
    act = _waits(request, changes.GIVE, pk)
    words = _("The till of %(name)s has a sign-in of its own. Test it now.")
    return _act(request, one, form, "staff/store_till.html", act, words, basic=are_used())


@require_POST
@permission_required(MAY)
def store_till_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the sign-in of the till."""
    one = found(request, pk)

    def done() -> HttpResponse:
        words = _("The till of %(name)s has no sign-in of its own any more.")
        messages.success(request, words % {"name": one.name})
        return redirect("staff:store", pk)

    return change(request, changes.REMOVE, {"pk": pk}, done)


@require_POST
@permission_required(MAY)
def store_till_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask Capillary with them; the store's page says what came back."""
    trying.try_credentials(actor=actor_of(request), pk=found(request, pk).pk)
    return redirect("staff:store", pk)


def _waits(request: HttpRequest, name: str, pk: int) -> Callable[[dict[str, Any], Done], HttpResponse]:
    """The act that is a change of this kind, with what was typed."""
    return lambda typed, done: change(request, name, {"pk": pk, **typed}, done)


def _act(
    request: HttpRequest,
    one: Store,
    form: Telling,
    template: str,
    act: Callable[[dict[str, Any], Done], HttpResponse],
    words: str,
    **context: Any,
) -> HttpResponse:
    """The page of one act: asked, done, or told what is wrong beside the field. A refusal is answered elsewhere."""

    def done() -> HttpResponse:
        messages.success(request, words % {"name": form.cleaned_data.get("name", one.name)})
        return redirect("staff:store", one.pk)

    if request.method == "POST" and form.is_valid():
        try:
            return act(form.cleaned_data, done)
        except (BadInput, Conflict) as error:
            form.tell(error)
    status = INVALID_FORM if request.method == "POST" else 200
    return render_page(request, template, {"store": one, "form": form, **context}, status=status)
