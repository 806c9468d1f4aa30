"""Fields for whole numbers as people write them."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.core.formats import number
from apps.core.grouping import ungrouped

DIGITS = re.compile(r"\d+", re.ASCII)
MOST = Decimal(1_000_000_000)
MOST_MINUTES = 60 * 24 * 30


class Number(forms.Field):
    """A whole number from 0, or nothing. ``1,200`` is 1200, ``1,00,000`` 100000. What was typed stays in the field."""

    widget = forms.TextInput

    def __init__(self, *, most: Decimal = MOST, **options: Any) -> None:
        super().__init__(**{"required": False, **options})
        self.most = most
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "class": "lc-input--num"}

    def prepare_value(self, value: Any) -> Any:
        return number(value).replace(",", "") if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        typed = ungrouped(str(value or "").strip())
        if not typed:
            return None
        if not DIGITS.fullmatch(typed):
            raise ValidationError(_("Write a whole number, such as 300."))
        # Digits beyond any amount are not worth a conversion.
        found = Decimal(typed) if len(typed) < 20 else MOST + 1
        if found > self.most:
            raise ValidationError(_("Use at most %(most)s.") % {"most": number(self.most)})
        return found


class Minutes(Number):
    """A number of minutes from 1 to 30 days."""

    def __init__(self, **options: Any) -> None:
        super().__init__(most=Decimal(MOST_MINUTES), required=True, **options)
        self.error_messages["required"] = _("Write how many minutes.")

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        if found == 0:
            raise ValidationError(_("Write at least 1 minute."))
        return int(found) if found is not None else None
