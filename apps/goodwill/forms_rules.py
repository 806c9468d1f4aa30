"""What administrators fill in to set the rules of goodwill."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.core.errors import BadInput
from apps.goodwill.fields import Minutes, Number
from apps.goodwill.models import Escalation
from apps.staff.forms import Text
from apps.staff.models import Store


def refused(form: forms.Form, error: BadInput) -> None:
    """Put a service's sentence beside its field."""
    form.add_error(error.field if error.field in form.fields else None, error.message)


class ReasonForm(forms.Form):
    """The words of a reason."""

    title = Text(
        label=gettext_lazy("Reason"),
        required_words=gettext_lazy("Write the reason as people will read it."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    needs_words = forms.BooleanField(
        label=gettext_lazy("Asks for words"),
        required=False,
        help_text=gettext_lazy("Whoever chooses it has to say more in their own words."),
    )


class ReasonChangeForm(ReasonForm):
    """The words, and whether people may still choose it."""

    is_active = forms.BooleanField(
        label=gettext_lazy("Offered"),
        required=False,
        help_text=gettext_lazy("Off: nobody can choose it any more. Earlier requests keep their words."),
    )


class BudgetForm(forms.Form):
    """One store's month; the fields are named as the kinds."""

    points = Number(label=gettext_lazy("Points"))
    coupon = Number(label=gettext_lazy("Coupons"))


class TimesForm(forms.Form):
    """Due times, escalation, the second decider, and how soon the ledger must show what was approved."""

    due_minutes = Minutes(
        label=gettext_lazy("Due after minutes"),
        help_text=gettext_lazy("By then somebody should have decided. 240 is four hours."),
    )
    escalate_minutes = Minutes(
        label=gettext_lazy("Escalated after minutes"),
        help_text=gettext_lazy("From then on the managers of another store may decide too."),
    )
    deputy_store = forms.ModelChoiceField(
        label=gettext_lazy("Escalated to"),
        queryset=Store.objects.all(),
        required=False,
        empty_label=gettext_lazy("Nobody else"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of those shown.")},
    )
    second_threshold = Number(
        label=gettext_lazy("Two people above"),
        help_text=gettext_lazy("Requests of more points need two different deciders. Empty: one is enough."),
    )
    proof_minutes = Minutes(
        label=gettext_lazy("Credited within minutes"),
        help_text=gettext_lazy("What the ledger does not show by then goes to the red queue."),
    )

    def put_into(self, times: Escalation) -> Escalation:
        """The row with what was typed."""
        for name, value in self.cleaned_data.items():
            setattr(times, name, value)
        return times

    @classmethod
    def showing(cls, times: Escalation) -> dict[str, Any]:
        """What the form begins with."""
        return {name: getattr(times, name) for name in cls.base_fields}
