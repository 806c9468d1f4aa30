"""What people fill in to ask for goodwill, and to answer or withdraw a request."""

import re
import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import BadInput
from apps.core.grouping import ungrouped
from apps.goodwill.checking import LONGEST_BILL, LONGEST_WORDS
from apps.goodwill.models import CouponSeries, Kind, Reason
from apps.goodwill.money import whole_points

# Decimal would take 1e3 for a thousand; nobody at a counter writes points that way.
PLAIN = re.compile(r"[+-]?\d+(\.\d*)?", re.ASCII)


class Anything(forms.Field):
    """Whatever was typed, as text: the service says what is wrong with it, in one voice for every way in."""

    def to_python(self, value: Any) -> str:
        return "" if value is None else str(value)


class ReasonSelect(forms.Select):
    """Marks the reasons that demand words, so that the page shows the field for them."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if getattr(getattr(value, "instance", None), "needs_words", False):
            option["attrs"]["data-words"] = "yes"
        return option


class AskForm(forms.Form):
    """Points or a coupon, why, and for which bill.

    agreed  what the button promised when it was pressed;  known  the customer as read at opening, signed
    """

    kind = forms.ChoiceField(
        label=gettext_lazy("What to give"),
        choices=Kind.choices,
        initial=Kind.POINTS,
        widget=forms.RadioSelect,
    )
    amount = Anything(
        label=gettext_lazy("Amount"),
        required=False,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "lc-input--num"}
        ),
    )
    series = forms.ModelChoiceField(
        label=gettext_lazy("Coupon series"),
        queryset=CouponSeries.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choose a series"),
    )
    reason = forms.ModelChoiceField(
        label=gettext_lazy("Reason"),
        queryset=Reason.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choose a reason"),
        widget=ReasonSelect,
    )
    reason_words = Anything(
        label=gettext_lazy("Reason in your words"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_WORDS, "autocomplete": "off"}),
    )
    comment = Anything(
        label=gettext_lazy("Comment for colleagues"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept in the request and the audit trail. The customer never sees it."),
    )
    bill = Anything(
        label=gettext_lazy("Ticket or bill"),
        required=False,
        widget=forms.TextInput(
            attrs={"maxlength": LONGEST_BILL, "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    different_matter = forms.BooleanField(
        label=gettext_lazy("It is a different matter. I have checked."), required=False
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    agreed = forms.CharField(widget=forms.HiddenInput, required=False)
    known = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "ask_%s", **kwargs})
        offered = {"series": CouponSeries.objects.offered(), "reason": Reason.objects.offered()}
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            self.fields[name].error_messages["invalid_choice"] = _("Choose one that is offered.")

    @property
    def is_coupon(self) -> bool:
        """Whether a coupon is chosen."""
        return str(self["kind"].value()) == Kind.COUPON.value

    def clean(self) -> dict[str, Any]:
        """A number people write with thousands apart is taken for that number."""
        found = super().clean() or {}
        found["amount"] = tidy_amount(found.get("amount", ""))
        return found


class WordsForm(forms.Form):
    """One field of words, and the promise to say what is wrong beside it."""

    words = Anything(widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def __init__(self, *args: Any, label: Any = "", help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "words_%s", **kwargs})
        self.fields["words"].label, self.fields["words"].help_text = label, help_text


def tidy_amount(text: str) -> str:
    """``1,200`` and ``+1200`` are 1200; what is no plain number stays away from the arithmetic."""
    plain = ungrouped("".join(text.split()))
    return plain if PLAIN.fullmatch(plain) else ""


def amount_of(form: AskForm) -> tuple[Decimal | None, str]:
    """The points asked for, or None with the sentence why there are none; "" while nothing was typed."""
    if form.is_coupon:
        return Decimal(1), ""
    typed = str(form["amount"].value() or "")
    try:
        return whole_points(tidy_amount(typed)), ""
    except BadInput as error:
        return None, error.message if typed.strip() else ""
