"""What people type to sign in and to look after their own account."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from apps.staff.models import User, tidy_email

LONGEST_EMAIL = 254
LONGEST_PASSWORD = 1024
LONGEST_NEW_PASSWORD = 128
TOO_LONG = _("This is longer than %(limit_value)d characters and cannot be right.")


class Text(forms.CharField):
    """A text field whose errors are full sentences."""

    def __init__(self, *, required_words: Any, **options: Any) -> None:
        super().__init__(error_messages={"required": required_words}, **options)
        for check in self.validators:
            if isinstance(check, MaxLengthValidator):
                check.message = TOO_LONG


class Address(Text):
    """An e-mail address, as it is kept: it is this that must not be too long, and one letter may become many."""

    def __init__(self, *, autocomplete: str, autofocus: bool = False, **options: Any) -> None:
        attrs = {"autocomplete": autocomplete, "autofocus": autofocus, "spellcheck": "false"}
        super().__init__(max_length=LONGEST_EMAIL, widget=forms.EmailInput(attrs=attrs), **options)

    def to_python(self, value: Any) -> str:
        return tidy_email(super().to_python(value) or "")


def password_field(
    label: Any, required_words: Any, *, new: bool = False, help_text: Any = "", required: bool = True
) -> Text:
    """Taken as it is typed, spaces too. A new one is shorter than what is read of an old one."""
    autocomplete = "new-password" if new else "current-password"
    return Text(
        label=label,
        required=required,
        required_words=required_words,
        strip=False,
        max_length=LONGEST_NEW_PASSWORD if new else LONGEST_PASSWORD,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class SignInForm(forms.Form):
    """E-mail, password, and where to go afterwards. Whether they match is the view's question."""

    username = Address(
        label=_("Work e-mail"),
        required_words=_("Type your work e-mail."),
        autocomplete="username",
        autofocus=True,
    )
    password = password_field(_("Password"), _("Type your password."))
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput())


class NewPasswordForm(forms.Form):
    """A password typed twice, for somebody whose name and address it must not resemble."""

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

    def clean_new(self) -> str:
        """Whether it is the one the person has already is not looked at: whoever has a link could try out which it is,
        uncounted."""
        new = str(self.cleaned_data["new"])
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if "new" in values and "again" in values and values["new"] != values["again"]:
            self.add_error("again", _("The two new passwords differ. Type the new one again."))
        return values


class PasswordForm(NewPasswordForm):
    """A change of one's own password; the old one is asked for."""

    current = password_field(_("Current password"), _("Type the password you have now."))
    field_order = ["current", "new", "again"]
    current_was_wrong = False

    def clean_current(self) -> str:
        current = str(self.cleaned_data["current"])
        if not self.user.check_password(current):
            self.current_was_wrong = True
            raise ValidationError(_("This is not your current password."))
        return current

    def clean_new(self) -> str:
        """Another one than now. Told only to whoever knew it."""
        if self.cleaned_data.get("current") == self.cleaned_data["new"]:
            raise ValidationError(_("This is the password you have now. Choose another one."))
        return super().clean_new()


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
