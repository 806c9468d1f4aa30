"""What administrators fill in to switch an act off and on."""

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.operations.switches import LONGEST, acts
from apps.staff.forms import Text
from apps.staff.models import Store

NOT_OFFERED = gettext_lazy("Choose one of those shown.")


def acts_offered() -> list[tuple[str, str | Promise]]:
    """Every act, for choosing."""
    return [(one.code, one.label) for one in acts()]


class OffForm(forms.Form):
    """Which act, in which store or in all, and why."""

    act = forms.ChoiceField(
        label=gettext_lazy("What"),
        choices=acts_offered,
        error_messages={"invalid_choice": NOT_OFFERED, "required": NOT_OFFERED},
    )
    store = forms.ModelChoiceField(
        label=gettext_lazy("Where"),
        queryset=Store.objects.all(),
        required=False,
        empty_label=gettext_lazy("All stores"),
        error_messages={"invalid_choice": NOT_OFFERED},
    )
    reason = Text(
        label=gettext_lazy("Why"),
        required_words=gettext_lazy("Say why, everybody reads it."),
        max_length=LONGEST,
        help_text=gettext_lazy("Shown to everybody there, word for word."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class OnForm(forms.Form):
    """Why it may run again."""

    reason = Text(
        label=gettext_lazy("Why it may run again"),
        required_words=gettext_lazy("Say why it may run again."),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
