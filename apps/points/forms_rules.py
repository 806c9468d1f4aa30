"""What administrators fill in to set the rules of points."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.opened import Opened
from apps.points.forms_redeem import NO_NUMBER, plain_number
from apps.points.models import PointsRules
from apps.points.rulebook import LONGEST_PROOF, LONGEST_WAIT, redeeming_roles
from apps.points.tidying import MOST, PLACES

PLACE = re.compile(r"(\d{1,9})\s*[:=]\s*(\d)", re.ASCII)


class PointsField(forms.Field):
    """Points from 0, or nothing."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "lc-input--num"})

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        typed = str(value or "").strip()
        if not typed:
            return None
        plain = plain_number(typed)
        points = Decimal(plain) if plain not in ("", NO_NUMBER) else None
        if points is None or not 0 <= points <= MOST:
            raise ValidationError(_("Write a number of points, such as 500."))
        return points


class Whole(forms.IntegerField):
    """A whole number; errors are sentences."""

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        words = gettext_lazy("Write a whole number from %(least)s to %(most)s.") % {
            "least": least,
            "most": most,
        }
        told = dict.fromkeys(("required", "invalid", "min_value", "max_value"), words)
        widget = forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "lc-input--num"}
        )
        super().__init__(
            min_value=least, max_value=most, error_messages=told, **{"widget": widget, **options}
        )


class DecimalsField(forms.Field):
    """``101: 0, 102: 2`` as {"101": 0, "102": 2}."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return ", ".join(f"{programme}: {places}" for programme, places in sorted(value.items()))
        return value

    def to_python(self, value: Any) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in filter(None, (one.strip() for one in str(value or "").split(","))):
            told = PLACE.fullmatch(part)
            if told is None or int(told[2]) > PLACES:
                raise ValidationError(_("Write programme and places, such as 101: 0, 102: 2."))
            found[told[1]] = int(told[2])
        return found


class RulesForm(Opened):
    """Every rule of one store, or of all."""

    redeem_level = forms.ChoiceField(
        label=gettext_lazy("Caller verified to redeem"),
        choices=PointsRules.Level.choices,
        required=False,
        help_text=gettext_lazy("A one-time code given with the redemption counts as the strongest."),
    )
    reverse_level = forms.ChoiceField(
        label=gettext_lazy("Caller verified to reverse"), choices=PointsRules.Level.choices, required=False
    )
    missed_call_roles = forms.MultipleChoiceField(
        label=gettext_lazy("May redeem by missed call"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Every such redemption is marked in the trail."),
    )
    skip_code_roles = forms.MultipleChoiceField(
        label=gettext_lazy("May redeem without a code"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Every such redemption is marked in the trail."),
    )
    alone_up_to = PointsField(
        label=gettext_lazy("Reversed alone up to"),
        required=False,
        help_text=gettext_lazy("More points need a second person. Empty: no bound."),
    )
    resend_seconds = Whole(
        label=gettext_lazy("Code again after seconds"),
        least=0,
        most=LONGEST_WAIT,
        help_text=gettext_lazy("So long a person waits before a code is sent again."),
    )
    proof_minutes = Whole(
        label=gettext_lazy("Proved within minutes"),
        least=1,
        most=LONGEST_PROOF,
        help_text=gettext_lazy("What Capillary's books do not show by then is shown in red."),
    )
    decimals = DecimalsField(
        label=gettext_lazy("Decimal places by programme"),
        required=False,
        help_text=gettext_lazy("Programme number and places, such as 101: 0, 102: 2."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "rules_%s", **kwargs})
        for name in ("missed_call_roles", "skip_code_roles"):
            self.fields[name].choices = redeeming_roles()  # type: ignore[attr-defined]

    def put_into(self, rules: PointsRules) -> PointsRules:
        """The row with what was typed."""
        for name, value in self.cleaned_data.items():
            setattr(rules, name, value)
        return rules
