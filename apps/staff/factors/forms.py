"""What is typed about second factors. Whether it is right is the services' question."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.staff.factors.ceremony import LONGEST_ANSWER
from apps.staff.forms import LONGEST_PASSWORD, Text
from apps.staff.people.forms import Telling

LONGEST_CODE = 40
NO_ANSWER = _("The browser did not send the passkey. Use it once more.")


def code_field(label: Any, help_text: Any) -> Text:
    return Text(
        label=label,
        required_words=_("Type the code."),
        max_length=LONGEST_CODE,
        help_text=help_text,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )


class AnswerForm(Telling):
    """A passkey's answer, with the question it belongs to."""

    answer = forms.CharField(max_length=LONGEST_ANSWER, error_messages={"required": NO_ANSWER})
    state = forms.CharField(max_length=4000, error_messages={"required": NO_ANSWER})
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput())


class FactorForm(Telling):
    """The second step of signing in."""

    code = code_field(_("Code"), _("Six figures from your authenticator app, or one of your recovery codes."))


class AppForm(Telling):
    """The first code of a new authenticator app; sealed is its secret, for this person alone."""

    code = code_field(_("Code that the app shows"), _("Six figures. It shows that the app has the secret."))
    sealed = forms.CharField(max_length=1000, widget=forms.HiddenInput())
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput())


class NameForm(Telling):
    """What a passkey is called."""

    name = Text(
        label=_("Name"),
        required_words=_("Give it a name that you will recognise."),
        max_length=60,
        help_text=_("Where it lives, such as Work laptop or Blue key."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NewPasskeyForm(NameForm, AnswerForm):
    """A passkey that the browser has made, with its name."""


class ProofForm(Telling):
    """Password, or a passkey's answer: one of them is enough."""

    prefix = "proof"
    password = forms.CharField(
        label=_("Your password"),
        required=False,
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    answer = forms.CharField(required=False, max_length=LONGEST_ANSWER)
    state = forms.CharField(required=False, max_length=4000)


class ResetForm(Telling):
    """Why an administrator removes somebody's factors."""

    reason = Text(
        label=_("Reason"),
        required_words=_("Say why, such as: phone lost, spoke to her in person."),
        max_length=200,
        help_text=_("How you know that it is them who asks. The audit trail keeps it."),
    )
