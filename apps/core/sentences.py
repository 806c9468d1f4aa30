"""What forms and rows say where nobody gave them words of their own: in the house's voice, not the framework's.

Django keeps these on its classes, so they are set there, once, when the console starts.
"""

from typing import Any

from django.core import validators
from django.db import models
from django.forms import fields
from django.forms import models as choices
from django.utils.translation import gettext_lazy as _

NEEDED = _("Fill this in.")
CHOOSE = _("Choose one of those shown.")
CHOOSE_AMONG = _("Choose among those shown.")
A_NUMBER, WHOLE = _("Write a number."), _("Write a whole number.")
DAY = _("Write a day such as 2027-02-28.")
CLOCK = _("Write a time such as 14:30.")
MOMENT = _("Write a day and a time such as 2027-02-28 14:30.")
ADDRESS = _("Write an e-mail address such as name@example.com.")
WEB = _("Write an address that begins with https://.")
A_FILE = _("Choose a file.")
STALE = _("This was not made by the page. Open the page again and send it once more.")
NO_SIGN = _("This holds a character that no keyboard types. Please type it again.")
TOO_LONG = _("This is too long. Use at most %(limit_value)d characters. It has %(show_value)d.")
TOO_SHORT = _("This is too short. Use at least %(limit_value)d characters. It has %(show_value)d.")
TOO_MUCH = _("At most %(limit_value)s is possible.")
TOO_LITTLE = _("At least %(limit_value)s is needed.")

FORMS: dict[type[Any], dict[str, Any]] = {
    fields.Field: {"required": NEEDED},
    fields.ChoiceField: {"invalid_choice": CHOOSE},
    fields.MultipleChoiceField: {"invalid_choice": CHOOSE_AMONG, "invalid_list": CHOOSE_AMONG},
    choices.ModelChoiceField: {"invalid_choice": CHOOSE},
    choices.ModelMultipleChoiceField: {
        "invalid_choice": CHOOSE_AMONG,
        "invalid_list": CHOOSE_AMONG,
        "invalid_pk_value": CHOOSE_AMONG,
    },
    fields.IntegerField: {"invalid": WHOLE},
    fields.DecimalField: {"invalid": A_NUMBER},
    fields.FloatField: {"invalid": A_NUMBER},
    fields.DateField: {"invalid": DAY},
    fields.TimeField: {"invalid": CLOCK},
    fields.DateTimeField: {"invalid": MOMENT},
    fields.URLField: {"invalid": WEB},
    fields.UUIDField: {"invalid": STALE},
    fields.FileField: {"invalid": A_FILE, "missing": A_FILE, "empty": _("The file is empty.")},
}
ROWS: dict[type[Any], dict[str, Any]] = {
    models.Field: {
        "invalid_choice": CHOOSE,
        "null": NEEDED,
        "blank": NEEDED,
        "unique": _("There is one like this already."),
    },
    models.ForeignKey: {"invalid": CHOOSE},
    models.IntegerField: {"invalid": WHOLE},
    models.DecimalField: {"invalid": A_NUMBER},
    models.FloatField: {"invalid": A_NUMBER},
    models.DateField: {"invalid": DAY, "invalid_date": DAY},
    models.TimeField: {"invalid": CLOCK, "invalid_time": CLOCK},
    models.DateTimeField: {"invalid": MOMENT, "invalid_date": MOMENT, "invalid_datetime": MOMENT},
    models.UUIDField: {"invalid": STALE},
}
CHECKS: dict[type[Any], Any] = {
    validators.MaxLengthValidator: TOO_LONG,
    validators.MinLengthValidator: TOO_SHORT,
    validators.MaxValueValidator: TOO_MUCH,
    validators.MinValueValidator: TOO_LITTLE,
    validators.EmailValidator: ADDRESS,
    validators.URLValidator: WEB,
    validators.ProhibitNullCharactersValidator: NO_SIGN,
    validators.RegexValidator: _("This is not written as it has to be."),
}


def speak() -> None:
    """From here on every field and check without words of its own says these."""
    for kind, said in (*FORMS.items(), *ROWS.items()):
        kind.default_error_messages = {**kind.__dict__.get("default_error_messages", {}), **said}
    for check, words in CHECKS.items():
        check.message = words
