"""Asking for goodwill: the form as a drawer or a page, what it would do, and the asking itself."""

import uuid
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.audit.services import record
from apps.capillary.errors import CustomerMerged, CustomerNotFound
from apps.core.context import current_reference
from apps.core.errors import Conflict, ConsoleError
from apps.core.pages import INVALID_FORM, go, render_page, wants_fragment
from apps.goodwill.ask_page import Around, around
from apps.goodwill.asking import Wanted, ask
from apps.goodwill.coupon_told import told_words
from apps.goodwill.duplicates import outside_duplicates
from apps.goodwill.forms_ask import AskForm, amount_of
from apps.goodwill.gathering import gather
from apps.goodwill.known import Known, known_of, pack, unpack
from apps.goodwill.models import CouponSeries, GoodwillRequest, Kind, OutsideAct
from apps.goodwill.money import given_kept
from apps.goodwill.previewing import preview
from apps.goodwill.states import State
from apps.goodwill.telling import told
from apps.goodwill.views.said import Said
from apps.operations.caller import verification_level
from apps.operations.notices import begin_watching
from apps.operations.recent import remember_act
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.stores import current_store


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.ask_goodwill")
def ask_goodwill(request: HttpRequest, customer_id: int) -> HttpResponse:
    """GET shows the form; POST asks, when the button still does what it said."""
    if request.method != "POST":
        return _open(request, customer_id)
    form = AskForm(request.POST)
    known = unpack(request.POST.get("known", ""), customer_id)
    if not form.is_valid():
        return _form(request, customer_id, form, known, status=INVALID_FORM)
    shown = _around(request, form, known or Known(customer_id))
    if shown.button.off:
        return _form(request, customer_id, form, known, shown=shown, status=403)
    if shown.button.agreed and shown.button.agreed != form.cleaned_data["agreed"]:
        return _form(request, customer_id, form, known, shown=shown, said=_changed(form, shown))
    return _ask(request, customer_id, form, known, shown)


@require_POST
@permission_required("staff.ask_goodwill")
def check(request: HttpRequest, customer_id: int) -> HttpResponse:
    """What asking would do, for the parts around the fields while somebody types."""
    form = AskForm(request.POST)
    form.is_valid()
    known = unpack(request.POST.get("known", ""), customer_id) or Known(customer_id)
    context = {"form": form, "known": known, "shown": _told(request, _around(request, form, known))}
    return render_page(request, "goodwill/_ask_around.html", context)


def _open(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The empty form about a customer who is read now: who looks at whom is in the trail first."""
    actor, whom = actor_of(request), str(customer_id)
    record("goodwill.form_opened", actor=actor, customer=whom)
    try:
        known, error = known_of(customer_id, gather(actor=actor, customer_id=customer_id)), None
    except CustomerNotFound:
        record("goodwill.form_opened", actor=actor, outcome="not_done", customer=whom)
        raise
    except (CustomerMerged, Conflict):
        # Their page leads to the account that is left.
        return go(request, "customers:customer", customer_id)
    except ConsoleError as unread:
        known, error = Known(customer_id), unread
    said = Said("warn", _("The customer could not be read."), error) if error else None
    return _form(request, customer_id, AskForm(initial={"known": pack(known)}), known, said=said)


def _ask(
    request: HttpRequest, customer_id: int, form: AskForm, known: Known | None, shown: Around
) -> HttpResponse:
    data = form.cleaned_data
    wanted = Wanted(
        customer_id=customer_id,
        kind=data["kind"],
        amount=data["amount"],
        series=data["series"],
        reason=data["reason"],
        token=data["token"],
        reason_words=data["reason_words"],
        comment=data["comment"],
        bill=data["bill"],
        different_matter=data["different_matter"],
    )
    try:
        asked = ask(actor=actor_of(request), user=person_of(request), wanted=wanted)
    except ConsoleError as error:
        return _refused(request, customer_id, form, known, error)
    if asked.state == State.REFUSED:
        act = asked.acts.filter(kind=OutsideAct.Kind.ADD).last()
        said = Said.of_act(asked, act)
        return _form(request, customer_id, form, known, said=said, status=INVALID_FORM, fresh=True)
    _remember(request, asked)
    if not wants_fragment(request):
        return go(request, "goodwill:request", asked.pk)
    context = {"asked": asked, "told": told(asked), "known": known, "times": 0}
    answer = render_page(request, "goodwill/_result_drawer.html", context)
    return begin_watching(answer) if asked.open_act is not None else answer


def _refused(
    request: HttpRequest, customer_id: int, form: AskForm, known: Known | None, error: ConsoleError
) -> HttpResponse:
    """Beside the fields it belongs to, or above the form; what was typed stays."""
    said = None
    if error.field in form.fields:
        for one in (error, *error.also):
            form.add_error(one.field, one.message)
    else:
        said = Said("bad", _("Nothing was sent."), error)
    return _form(request, customer_id, form, known, said=said, status=error.http_status)


def _form(
    request: HttpRequest,
    customer_id: int,
    form: AskForm,
    known: Known | None,
    *,
    shown: Around | None = None,
    said: Said | None = None,
    status: int = 200,
    fresh: bool = False,
) -> HttpResponse:
    known = known or Known(customer_id)
    shown = _told(request, shown or _around(request, form, known))
    if form.is_bound:
        # The customer as known now, and after a refusal a token that has not acted.
        data = QueryDict(mutable=True)
        data.update(request.POST)
        data["known"] = pack(known)
        if fresh:
            data["token"] = str(uuid.uuid4())
        form.data = data
    context: dict[str, Any] = {
        "form": form,
        "customer_id": customer_id,
        "known": known,
        "shown": shown,
        "said": said,
        "reference": current_reference(),
        "verification": verification_level(person_of(request).pk, customer_id),
    }
    return render_page(
        request, "goodwill/ask.html", context, fragment="goodwill/_ask_drawer.html", status=status
    )


def _around(request: HttpRequest, form: AskForm, known: Known) -> Around:
    person, store = person_of(request), current_store(request)
    kind = Kind.COUPON if form.is_coupon else Kind.POINTS
    amount, trouble = amount_of(form)
    series = _series(form) if form.is_coupon else None
    found = None
    if store is not None and person.has_perm("staff.ask_goodwill", store):
        found = preview(
            user=person,
            store=store,
            customer_id=known.customer_id,
            kind=kind,
            amount=amount,
            series=series,
            bill=str(form["bill"].value() or "").strip(),
            balance=known.available,
            fraud=known.fraud,
            colleague=known.colleague,
        )
        if amount is not None:
            found.duplicates.extend(outside_duplicates(known.outside, kind=kind, amount=amount))
    return around(preview=found, store=store, kind=kind, amount=amount, series=series, trouble=trouble)


def _told(request: HttpRequest, shown: Around) -> Around:
    """With what the chosen series gives: our name for it and theirs may say different things."""
    if shown.series is None:
        return shown
    return replace(shown, gives=told_words(actor_of(request), shown.series))


def _series(form: AskForm) -> CouponSeries | None:
    return form.cleaned_data.get("series") if form.is_bound and hasattr(form, "cleaned_data") else None


def _changed(form: AskForm, shown: Around) -> Said | None:
    """Said when the button had promised something else; the first round without script is no surprise."""
    if not form.cleaned_data["agreed"]:
        return None
    return Said(
        "info",
        _("Not sent yet: what the button does has changed. It now reads “%(words)s”.")
        % {"words": shown.button.words},
    )


def _remember(request: HttpRequest, asked: GoodwillRequest) -> None:
    words = given_kept(asked.kind, asked.granted, asked.series)
    act = _("%(what)s given") if asked.is_given else _("%(what)s requested")
    remember_act(person_of(request).pk, asked.customer_id or 0, act % {"what": words})
