"""What an administrator types about an endpoint; whether its address may be reached is the service's question."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.operations.webhooks.events import EVENTS
from apps.operations.webhooks.registering import check_values
from apps.staff.forms import Text
from apps.staff.people.forms import Telling


class EndpointForm(Telling):
    """A name, an address, and what it is told of."""

    name = Text(label=_("Name"), required_words=_("Type a name."), max_length=80)
    url = Text(
        label=_("Address"),
        required_words=_("Type the address."),
        max_length=500,
        help_text=_("It gets a POST with JSON, and answers with a status of 200 to 299 within ten seconds."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=[(name, words) for name, words in EVENTS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one event.")},
    )
    # Pressed twice, the secret is shown still: see `shows_once`.
    once = forms.CharField(
        widget=forms.HiddenInput, max_length=40, required=False, initial=lambda: secrets.token_hex(16)
    )

    def check(self, found: dict[str, Any]) -> None:
        """Also without an event."""
        check_values(found.get("name"), found.get("url"))
