"""What a manager fills in: filters, an approval, a reason, several chosen."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.grouping import ungrouped
from apps.goodwill.models import GoodwillRequest, Reason
from apps.staff.models import Store

LONGEST = 200
MOST_AT_ONCE = 50


class QueueForm(forms.Form):
    """The filters beside the chips."""

    store = forms.ChoiceField(label=gettext_lazy("Store"), required=False)
    by = forms.CharField(label=gettext_lazy("Asked by"), required=False, max_length=60)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), required=False)
    origin = forms.ChoiceField(label=gettext_lazy("Made in"), required=False)

    def __init__(self, *args: Any, stores: list[Store], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = Reason.objects.order_by("position", "title").values_list("pk", "title")
        offered: dict[str, list[tuple[Any, Any]]] = {
            "store": [(str(one.pk), one.name) for one in stores],
            "reason": [(str(pk), title) for pk, title in reasons],
            "origin": list(GoodwillRequest.Origin.choices),
        }
        for name, choices in offered.items():
            self.fields[name].choices = [("", _("Any")), *choices]  # type: ignore[attr-defined]

    def words_of(self, name: str, value: str) -> str:
        """A filter's value as people read it."""
        choices = dict(getattr(self.fields[name], "choices", ()))
        return str(choices.get(value, value))


class ApproveForm(forms.Form):
    """An approval of exactly what was seen.

    seen    fingerprint of the evidence on the page;  shown  the amount the button named: another one in
            `amount` is shown again before anything is approved
    """

    amount = forms.CharField(
        label=gettext_lazy("Points"),
        required=False,
        max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "lc-input--num"}
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("It goes to Capillary with the approval and stays in the trail."),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    shown = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)

    def clean_amount(self) -> Decimal | None:
        """A whole number, or nothing for as asked; the service says what is wrong with it otherwise."""
        text = ungrouped("".join(str(self.cleaned_data["amount"]).split()))
        if not text:
            return None
        if not (text.isascii() and text.isdecimal()):
            raise forms.ValidationError(_("Points are a whole number above 0."))
        return Decimal(text)

    @property
    def names_another(self) -> bool:
        """The amount is not the one the button named."""
        amount, shown = self.cleaned_data.get("amount"), self.cleaned_data.get("shown", "")
        return amount is not None and shown != str(amount)


class ReasonForm(forms.Form):
    """A reason or question that must be there; the service says so in its own words."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NoteForm(forms.Form):
    """The one note that goes with several approvals."""

    reason = ApproveForm.base_fields["reason"]


def chosen_of(data: QueryDict) -> list[int]:
    """The numbers of chosen requests, each once, at most MOST_AT_ONCE."""
    numbers = [one for one in data.getlist("chosen") if one.isascii() and one.isdecimal() and len(one) < 15]
    return [int(one) for one in dict.fromkeys(numbers)][:MOST_AT_ONCE]
