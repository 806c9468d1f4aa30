"""What is typed about a request; the services say what is wrong with it."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.audit.models import SubjectRequest
from apps.audit.subject_requests.people import LONGEST
from apps.audit.subject_requests.whom import LONGEST as LONGEST_IDENTIFIER
from apps.core.widgets import DayInput


class OpenForm(forms.Form):
    """A new request."""

    kind = forms.ChoiceField(
        label=_("They want"),
        choices=[
            ("access", _("to see what the console holds about them")),
            ("erasure", _("to be forgotten")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of those shown.")},
    )
    whom = forms.CharField(
        label=_("Customer id or full identifier"),
        help_text=_("A mobile, e-mail, card or external id. Only its mask and a keyed hash are kept."),
        max_length=LONGEST_IDENTIFIER,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the customer's internal id, or a full identifier of theirs.")},
    )
    received_on = forms.DateField(
        label=_("Received on"),
        help_text=_("The month begins on this day, wherever in the house it arrived."),
        widget=DayInput(),
        error_messages={"required": _("Write the day it was received.")},
    )
    came_by = forms.ChoiceField(
        label=_("How it came"),
        choices=SubjectRequest.CameBy.choices,
        error_messages={"required": _("Choose one of those shown.")},
    )

    nobody = forms.BooleanField(
        label=_("It is right, and nobody is known by it: open the request all the same."), required=False
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"kind": "access", "received_on": timezone.localdate()})
        # Shown only after somebody was told so.
        self.asks_about_nobody = bool(self.data.get("nobody"))


class ReasonForm(forms.Form):
    """One line that the trail keeps; `ids` keeps several such forms on one page apart."""

    reason = forms.CharField(required=False, widget=forms.TextInput(attrs={"maxlength": LONGEST}))

    def __init__(self, ids: str, label: Any, help_text: Any, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{ids}-%s")
        self.fields["reason"].label, self.fields["reason"].help_text = label, help_text

    @property
    def typed(self) -> str:
        """As typed."""
        return str(self.data.get("reason", ""))
