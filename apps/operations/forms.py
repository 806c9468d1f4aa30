"""What administrators fill in to switch an act off and on."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.operations.switches import LONGEST, acts
from apps.staff.forms import Text
from apps.staff.models import Store
from apps.staff.store_fields import StoreField

NOT_OFFERED = gettext_lazy("Choose one of those shown.")
GONE = gettext_lazy("What was chosen is not there any more.")


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
    store = StoreField(label=gettext_lazy("Where"), required=False, empty_label=gettext_lazy("All stores"))
    reason = Text(
        label=gettext_lazy("Why"),
        required_words=gettext_lazy("Say why, everybody reads it."),
        max_length=LONGEST,
        help_text=gettext_lazy("Shown to everybody there, word for word."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A browser that does not find what was chosen sends the first one: another act, or all stores.
        sent = self.data if self.is_bound else self.initial
        self._keep_act(str(sent.get("act") or ""))
        self._keep_store(str(sent.get("store") or ""))

    def clean_store(self) -> Store | None:
        """One that has closed is shown as it was chosen, and refused."""
        store: Store | None = self.cleaned_data["store"]
        if store is not None and store.is_closed:
            raise ValidationError(_closed(store))
        return store

    def _keep_act(self, chosen: str) -> None:
        field, offered = self.fields["act"], acts_offered()
        if (chosen or self.is_bound) and chosen not in dict(offered):
            field.choices = [("", _("Choose one")), *offered]  # type: ignore[attr-defined]
            field.help_text = GONE if chosen else ""

    def _keep_store(self, chosen: str) -> None:
        field = self.fields["store"]
        named = chosen.isascii() and chosen.isdecimal() and str(int(chosen[:18])) == chosen
        store = Store.objects.filter(pk=chosen).first() if named else None
        if store is not None and store.is_closed:
            field.keep(store)  # type: ignore[attr-defined]
            field.help_text = "" if self.is_bound else _closed(store)
        elif chosen and store is None:
            field.choices = [(chosen, _("Choose one")), *field.choices]  # type: ignore[attr-defined]
            field.help_text = GONE


def _closed(store: Store) -> str:
    return _("%(store)s is closed. Choose another one, or all stores.") % {"store": store.name}


class OnForm(forms.Form):
    """Why it may run again."""

    reason = Text(
        label=gettext_lazy("Why it may run again"),
        required_words=gettext_lazy("Say why it may run again."),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
