"""What people type to sign in and to look after their own account."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from apps.staff.models import User

LONGEST_EMAIL = 254
LONGEST_PASSWORD = 1024
TOO_LONG = _("This is longer than %(limit_value)d characters and cannot be right.")
NUL = _("This holds a character that no keyboard types. Please type it again.")


class Text(forms.CharField):
    """A text field whose errors are full sentences."""

    def __init__(self, *, required_words: Any, **options: Any) -> None:
        super().__init__(error_messages={"required": required_words}, **options)
        for check in self.validators:
            if isinstance(check, MaxLengthValidator):
                check.message = TOO_LONG
            if isinstance(check, ProhibitNullCharactersValidator):
                check.message = NUL


def password_field(label: Any, required_words: Any, *, new: bool = False, help_text: Any = "") -> Text:
    autocomplete = "new-password" if new else "current-password"
    return Text(
        label=label,
        required_words=required_words,
        strip=False,
        max_length=LONGEST_PASSWORD,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class SignInForm(forms.Form):
    """E-mail, password, and where to go afterwards. Whether they match is the view's question."""

    username = Text(
        label=_("Work e-mail"),
        required_words=_("Type your work e-mail."),
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
    )
    password = password_field(_("Password"), _("Type your password."))
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput())


class PreferencesForm(forms.Form):
    """How the console looks and which keys it listens to."""

    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=User.Theme.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the themes shown."),
            "invalid_choice": _("Choose one of the themes shown."),
        },
    )
    shortcuts = forms.BooleanField(
        label=_("Single-key shortcuts"),
        required=False,
        help_text=_("Keys such as / and g then l. None of them works while you type."),
    )


class PasswordForm(forms.Form):
    """A change of one's own password; the old one is asked for."""

    current = password_field(_("Current password"), _("Type the password you have now."))
    new = password_field(
        _("New password"),
        _("Type a new password."),
        new=True,
        help_text=_("At least 12 characters. A few unrelated words are better than one with digits in it."),
    )
    again = password_field(_("New password again"), _("Type the new password a second time."), new=True)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.current_was_wrong = False

    def clean_current(self) -> str:
        current = str(self.cleaned_data["current"])
        if not self.user.check_password(current):
            self.current_was_wrong = True
            raise ValidationError(_("This is not your current password."))
        return current

    def clean_new(self) -> str:
        new = str(self.cleaned_data["new"])
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if "new" in values and "again" in values and values["new"] != values["again"]:
            self.add_error("again", _("The two new passwords differ. Type the new one again."))
        return values


class MobileForm(forms.Form):
    """Somebody's own mobile; the service says what is wrong with it."""

    mobile = Text(
        label=_("Own mobile"),
        required_words="",
        required=False,
        max_length=40,
        help_text=_("With its country code. Only a keyed hash is kept. Leave it empty to take it away."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
