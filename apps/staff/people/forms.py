"""What an administrator types about people. Whether it makes sense together is the services' question."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.errors import BadInput, Conflict, ConsoleError
from apps.core.faults import tell
from apps.core.widgets import DayInput
from apps.staff.forms import Address, Text
from apps.staff.models import Store
from apps.staff.people import invites
from apps.staff.role_table import all_roles

CHOOSE_ROLE = _("Choose one of the roles shown.")
CHOOSE_STORE = _("Choose one of the stores shown.")


def role_choices() -> list[tuple[str, Any]]:
    """Every role that can be given, with an empty first choice."""
    return [("", _("Choose a role")), *((code, role.name) for code, role in all_roles().items())]


def role_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Role"),
        choices=role_choices,
        error_messages={"required": _("Choose a role."), "invalid_choice": CHOOSE_ROLE},
        help_text=_(
            "Agents and store managers work in a store; auditors and administrators have all of them. "
            "Nobody both moves points and decides who may, or both audits and changes."
        ),
    )


def last_day_field(help_text: Any) -> forms.DateField:
    return forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        error_messages={"invalid": _("Write a day such as 2027-02-28.")},
        help_text=help_text,
    )


class Telling(forms.Form):
    """A form that takes what a service said."""

    def check(self, found: dict[str, Any]) -> None:
        """What the service would say of the values that could be read. Asked where others could not, as the service
        is not called then: everything is told at once. Raises: BadInput, Conflict"""

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.errors:
            try:
                self.check(found)
            except (BadInput, Conflict) as error:
                self.tell(error)
        return found

    def tell(self, error: ConsoleError) -> None:
        """Put each sentence beside the field it is about, or above all of them."""
        tell(self, error)


class RoleForm(Telling):
    """A role, where, and until when."""

    role = role_field()
    store = forms.ModelChoiceField(
        label=_("Store"),
        queryset=Store.objects.open(),
        required=False,
        empty_label=_("All stores"),
        error_messages={"invalid_choice": CHOOSE_STORE},
    )
    last_day = last_day_field(_("Leave it empty for a role that lasts until somebody ends it."))


class EndForm(Telling):
    """When a role ends."""

    last_day = last_day_field(_("Leave it empty to end the role now."))


class MoveForm(Telling):
    """Where somebody works from now on."""

    store = forms.ModelChoiceField(
        label=_("To the store"),
        queryset=Store.objects.open(),
        empty_label=_("Choose a store"),
        error_messages={"required": _("Choose a store."), "invalid_choice": CHOOSE_STORE},
    )


class InviteForm(Telling):
    """Who is new, what they do, where and until when."""

    name = Text(label=_("Name"), required_words=_("Type their name."), max_length=120)
    email = Address(
        label=_("Work e-mail"),
        required_words=_("Type their work e-mail."),
        autocomplete="off",
        help_text=_("They sign in with it. The link goes there."),
    )
    role = role_field()
    stores = forms.ModelMultipleChoiceField(
        label=_("Stores"),
        queryset=Store.objects.open(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": CHOOSE_STORE, "invalid_pk_value": CHOOSE_STORE},
        help_text=_("For agents and store managers."),
    )
    last_day = last_day_field(_("Leave it empty for a role that lasts until somebody ends it."))

    def check(self, found: dict[str, Any]) -> None:
        """Also whether somebody has this address."""
        invites.check_invited(**found)
