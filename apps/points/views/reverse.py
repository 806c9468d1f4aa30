"""Giving points of a redemption back: a dialog, and a page without script. It asks before anything moves."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse as address
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.context import current_reference
from apps.core.errors import BadInput, ConsoleError, Missing
from apps.core.faults import tell
from apps.core.formats import points as in_words
from apps.core.pages import INVALID_FORM, go, render_page
from apps.core.said import Said
from apps.operations.caller import is_at_least, verification_level
from apps.operations.notices import begin_watching
from apps.points.authority import LEVELS
from apps.points.forms_reverse import ReverseForm
from apps.points.reverse_page import Button, Shown, button_for, pack, shown_of, unpack
from apps.points.reversing import ask_reversal, reversible
from apps.points.ruling import rules_for
from apps.points.wanted import WantedReversal
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.stores import current_store


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.reverse_redemptions")
def reverse(request: HttpRequest, customer_id: int, redemption_id: str) -> HttpResponse:
    """GET reads the redemption and shows what would follow; POST asks, when the button still does what it said."""
    if request.method != "POST":
        shown = _read(request, customer_id, redemption_id)
        first = {"points": shown.left, "known": pack(shown)}
        return _form(request, shown, ReverseForm(initial=first))
    known = unpack(request.POST.get("known", ""), customer_id, redemption_id)
    shown = known or _read(request, customer_id, redemption_id)
    form = ReverseForm(request.POST)
    wanted = _wanted(form, shown)
    if wanted is None:
        return _form(request, shown, form, status=INVALID_FORM)
    button = _button(request, shown, _points(form, shown))
    if button.agreed != form.cleaned_data["agreed"]:
        words = _("The button now reads “%(words)s”. Look once more, then press it.")
        note = Said("info", _("Nothing was sent."), words=words % {"words": button.words})
        return _form(request, shown, form, said=note)
    try:
        asked = ask_reversal(actor=actor_of(request), user=person_of(request), wanted=wanted)
    except ConsoleError as error:
        return _refused(request, shown, form, error)
    answer = go(request, "points:reversal", asked.pk)
    return begin_watching(answer) if asked.is_unknown else answer


def _read(request: HttpRequest, customer_id: int, redemption_id: str) -> Shown:
    told = reversible(
        actor=actor_of(request),
        user=person_of(request),
        customer_id=customer_id,
        redemption_id=redemption_id,
    )
    return shown_of(customer_id, told)


def _wanted(form: ReverseForm, shown: Shown) -> WantedReversal | None:
    if not form.is_valid():
        return None
    for name in ("amount", "why"):
        try:
            getattr(form, name)
        except BadInput as error:
            form.add_error(error.field, error.message)
    if form.errors:
        _say_too_many(form, shown)
        return None
    return WantedReversal(
        customer_id=shown.customer_id,
        redemption_id=shown.redemption_id,
        points=form.amount,
        reason=form.why,
        token=form.cleaned_data["token"],
    )


def _say_too_many(form: ReverseForm, shown: Shown) -> None:
    """With another field wrong nothing is asked: what is too many by the numbers shown is said at once too."""
    with suppress(BadInput):
        if form.amount > shown.remaining > 0:
            left = in_words(shown.remaining)
            form.add_error("points", _("Only %(points)s of this redemption remain.") % {"points": left})


def _refused(request: HttpRequest, shown: Shown, form: ReverseForm, error: ConsoleError) -> HttpResponse:
    """Beside its field or above the form; what is true now is read again where something has changed."""
    if error.field in form.fields:
        tell(form, error)
    if error.http_status == Missing.http_status:
        raise error
    # What was only mistyped stands beside its field, once.
    beside = isinstance(error, BadInput) and error.field in form.fields
    said = None if beside else Said("bad", _("Nothing was given back."), error)
    # Where it cannot be read it stays as it was shown: what went wrong is said above.
    with suppress(ConsoleError):
        shown = _read(request, shown.customer_id, shown.redemption_id)
    return _form(request, shown, form, said=said, status=error.http_status)


def _form(
    request: HttpRequest, shown: Shown, form: ReverseForm, *, said: Said | None = None, status: int = 200
) -> HttpResponse:
    button = _button(request, shown, _points(form, shown))
    if form.is_bound:
        data = QueryDict(mutable=True)
        data.update({name: str(request.POST.get(name, "")) for name in form.fields})
        data["known"], data["agreed"] = pack(shown), button.agreed
        form.data = data
    else:
        form.initial["agreed"] = button.agreed
    person, rules = person_of(request), rules_for(current_store(request))
    held = verification_level(person.pk, shown.customer_id)
    context: dict[str, Any] = {
        "form": form,
        "shown": shown,
        "customer_id": shown.customer_id,
        "button": button,
        "amount_rule": rules.alone_up_to,
        "alone": _alone(shown, rules.alone_up_to),
        "after": shown.available + button.points if shown.available is not None else None,
        "needs": "" if is_at_least(held, rules.reverse_level) else str(LEVELS[rules.reverse_level]),
        "said": said,
        "reference": current_reference(),
        "here": address("points:reverse", args=[shown.customer_id, shown.redemption_id]),
    }
    return render_page(
        request, "points/reverse.html", context, fragment="points/_reverse_dialog.html", status=status
    )


def _button(request: HttpRequest, shown: Shown, points: Decimal) -> Button:
    return button_for(shown, points, rules_for(current_store(request)).alone_up_to)


def _alone(shown: Shown, alone_up_to: Decimal | None) -> Decimal | None:
    """How many more points of it one person may give back, None for any number."""
    return None if alone_up_to is None else max(alone_up_to - shown.given_back, Decimal(0))


def _points(form: ReverseForm, shown: Shown) -> Decimal:
    """What the button names: never more than is left, whatever was typed; asking for more is refused."""
    try:
        return min(form.amount, shown.remaining)
    except BadInput:
        return shown.remaining
