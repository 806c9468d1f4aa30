"""What is typed about a store. Whether it makes sense together is the services' question."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.opened import Opened
from apps.staff.forms import Text
from apps.staff.models import Store
from apps.staff.people.forms import Telling
from apps.staff.stores_admin import changing
from apps.staff.stores_admin.credentials import LONGEST_PASSWORD, LONGEST_USERNAME, check_pair

PLAIN = {"spellcheck": "false", "autocomplete": "off"}


def _code(label: object, help_text: object, *, longest: int = 80, required_words: object = "") -> Text:
    return Text(
        label=label,
        required_words=required_words,
        required=bool(required_words),
        max_length=longest,
        help_text=help_text,
        widget=forms.TextInput(attrs=PLAIN),
    )


class StoreForm(Telling):
    """What a store is called, here and at Capillary."""

    name = Text(
        label=_("Name"),
        required_words=_("Type a name."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("As people here call it."),
    )
    code = _code(
        _("Code"),
        _("Short, and no other store's. Entries of the audit trail keep the code of their time."),
        longest=40,
        required_words=_("Type a code."),
    )
    till_code = _code(_("Till code"), _("By it Capillary counts what is done here for this store."))
    external_id = _code(_("External id 1"), _("Sent where there is no till code."))
    external_id_1 = _code(_("External id 2"), "")
    external_id_2 = _code(_("External id 3"), "")
    field_order = ["name", "code", "till_code", "external_id", "external_id_1", "external_id_2"]
    pk: int | None = None

    def check(self, found: dict[str, Any]) -> None:
        """Only what would be changed."""
        given = {name: found[name] for name in self.changed_data if name in found and name in changing.FIELDS}
        changing.check_values(given, pk=self.pk)


class StoreChangeForm(Opened, StoreForm):
    """The same of a store that is there."""

    def __init__(self, data: Any, *, store: Store) -> None:
        super().__init__(data, initial=changing.values_of(store))
        self.pk = store.pk


class ReasonForm(Telling):
    """Why a store is closed, or opened again; the service says what is missing."""

    reason = forms.CharField(
        label=_("Why"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The audit trail and the store's page keep it."),
    )


class CredentialsForm(Telling):
    """The sign-in of a till. What was typed is never drawn again, the password not even once."""

    username = Text(
        label=_("User name of the till"),
        required_words=_("Type the user name of the till."),
        max_length=LONGEST_USERNAME,
        widget=forms.TextInput(attrs=PLAIN),
    )
    password = Text(
        label=_("Password of the till"),
        required_words=_("Type the password of the till."),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def check(self, found: dict[str, Any]) -> None:
        """Either of the two."""
        check_pair(found.get("username"), found.get("password"))
