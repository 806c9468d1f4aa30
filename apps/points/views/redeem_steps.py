"""One step of redeeming as a page or fragment: which fields, which button, and what stands in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.context import current_reference
from apps.core.errors import BadInput
from apps.core.faults import tell
from apps.core.pages import INVALID_FORM, render_page
from apps.core.said import Said
from apps.operations.caller import is_at_least, verification_level
from apps.operations.switches import act_named, off_for
from apps.points.authority import LEVELS, modes_for
from apps.points.codes import wait_seconds
from apps.points.forms_redeem import CodeForm, RedeemForm
from apps.points.models import Mode, PointsRules, Redemption
from apps.points.redeem_page import Kept, pack, unpack
from apps.points.ruling import rules_for
from apps.points.switched import REDEEM
from apps.points.wanted import Checked, Wanted
from apps.staff.access import person_of
from apps.staff.models import Store, User
from apps.staff.stores import current_store

CHECK, CODE = "check", "code"


@dataclass
class Step:
    """What is to be shown. checked is the answer of this very click, kept what is known since before."""

    customer_id: int
    kept: Kept
    form: RedeemForm = field(default_factory=RedeemForm)
    name: str = CHECK
    said: Said | None = None
    checked: Checked | None = None
    code_error: str = ""
    status: int = 200

    def wanted(self, request: HttpRequest) -> Wanted | None:
        """What the form asks for; None when it cannot be asked, which then stands beside its field."""
        if self.form.is_valid():
            try:
                return self.form.wanted(self.customer_id)
            except BadInput as error:
                tell(self.form, error)
        self.status, self.name = INVALID_FORM, CHECK
        return None


def posted(request: HttpRequest, customer_id: int) -> Step:
    """The step a form was sent from."""
    kept = unpack(request.POST.get("known", ""), customer_id)
    return Step(customer_id, kept, _form(request, kept, request.POST))


def render_step(request: HttpRequest, step: Step) -> HttpResponse:
    """The page, or the part of it that changes."""
    person, store = person_of(request), current_store(request)
    rules = rules_for(store)
    _carry(request, step)
    switch = off_for(REDEEM, store)
    context: dict[str, Any] = {
        "customer_id": step.customer_id,
        "form": step.form,
        "carried": [(one.name, one.value()) for one in step.form],
        "whom": step.kept.whom,
        "answer": step.kept.answer if step.kept.is_checked else None,
        "sent": step.kept.sent,
        "again_at": _again_at(person, step, store),
        "code_form": _code_form(step),
        "step": step.name,
        "said": step.said,
        "checked": step.checked,
        "mode": step.form["mode"].value() or Mode.CODE.value,
        "reference": current_reference(),
        "verification": verification_level(person.pk, step.customer_id),
        "needs": _needs(person, step, rules),
        "switch": switch,
        "switched_act": act_named(REDEEM) if switch else None,
        "open": _open(person, step.customer_id),
    }
    return render_page(
        request, "points/redeem.html", context, fragment="points/_redeem.html", status=step.status
    )


def _form(request: HttpRequest, kept: Kept, data: Mapping[str, Any] | None) -> RedeemForm:
    store = current_store(request)
    modes = modes_for(person_of(request), store, rules_for(store)) if store else (Mode.CODE.value,)
    return RedeemForm(data, programmes=kept.whom.choices, modes=modes)


def _carry(request: HttpRequest, step: Step) -> None:
    """The form with what is known now; as it was typed, and without the code."""
    errors = step.form.errors if step.form.is_bound else None
    known = pack(step.kept)
    if errors is None:
        step.form = _form(request, step.kept, None)
        step.form.initial["known"] = known
        return
    data = QueryDict(mutable=True)
    data.update({name: str(request.POST.get(name, "")) for name in step.form.fields})
    data["known"] = known
    step.form = _form(request, step.kept, data)
    step.form.is_valid()
    for name, told in errors.items():
        if name not in step.form.errors:
            step.form.add_error(name, list(told))


def _code_form(step: Step) -> CodeForm:
    form = CodeForm({} if step.code_error else None)
    if step.code_error:
        form.add_error("code", step.code_error)
    return form


def _again_at(person: User, step: Step, store: Store | None) -> Any:
    """From when the code may be sent again; None when it may be now."""
    if step.name != CODE:
        return None
    wait = wait_seconds(person, step.customer_id, store)
    return timezone.now() + timedelta(seconds=wait) if wait else None


def _needs(person: User, step: Step, rules: PointsRules) -> str:
    """How sure one must be of the caller and is not, in words; "" when it is enough, or a code will tell."""
    mode = str(step.form["mode"].value() or Mode.CODE.value)
    held = verification_level(person.pk, step.customer_id)
    if mode == Mode.CODE or is_at_least(held, rules.redeem_level):
        return ""
    return str(LEVELS[rules.redeem_level])


def _open(person: User, customer_id: int) -> dict[str, Any] | None:
    """The redemption of this customer that is not known yet: until it is settled there is no other."""
    found = Redemption.objects.unsettled().filter(customer_id=customer_id).first()
    if found is None:
        return None
    seen = Redemption.objects.visible_to(person).filter(pk=found.pk).exists()
    words = _("%(number)s is not known yet.") % {"number": found.number}
    return {"act": found, "seen": seen, "words": words}
