"""What an administrator types for a new key."""

import secrets
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.widgets import DayInput
from apps.staff.api.keys import check_key
from apps.staff.api.scopes import SCOPES, Scope, in_groups
from apps.staff.forms import Text
from apps.staff.models import Store
from apps.staff.people.forms import Telling

USUAL_DAYS = 90


class KeyForm(Telling):
    """Name, scopes, stores and last day; whether they make sense together is the service's question."""

    name = Text(
        label=_("Program"),
        required_words=_("Say which program it is for."),
        max_length=80,
        help_text=_("It stands in every entry the program causes."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what the program may do.")},
    )
    stores = forms.ModelMultipleChoiceField(
        label=_("Stores"),
        queryset=Store.objects.open(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Choose among the stores shown."),
            "invalid_pk_value": _("Choose among the stores shown."),
        },
        help_text=_(
            "It sees and does what a person of these stores does, and nothing of others. Reading the trail takes none."
        ),
    )
    last_day = forms.DateField(
        label=_("Last day"),
        widget=DayInput(),
        error_messages={
            "required": _("Write the last day on which the key works."),
            "invalid": _("Write a day such as 2027-02-28."),
        },
        help_text=_("At most a year from now. A program needs a new key then."),
    )

    # A page that is sent again must not make a second key.
    once = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [(one.code, one.name) for one in SCOPES.values()]
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("once", secrets.token_hex(16))
        self.initial.setdefault("last_day", timezone.localdate() + timedelta(days=USUAL_DAYS))

    def check(self, found: dict[str, Any]) -> None:
        """As the service does."""
        check_key(**{name: value for name, value in found.items() if name != "once"})

    @property
    def groups(self) -> list[tuple[str, list[tuple[Any, Scope]]]]:
        """The scopes by group, each with its box: ``[(heading, [(choice, scope), …]), …]``."""
        boxes = iter(self["scopes"])
        return [(group, [(next(boxes), scope) for scope in scopes]) for group, scopes in in_groups()]
