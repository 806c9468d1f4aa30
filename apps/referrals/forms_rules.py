"""What administrators fill in to set the rules of inviting, and to name campaigns."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.formats import number
from apps.core.grouping import ungrouped
from apps.core.opened import Opened
from apps.referrals.models import Campaign, InviteRules
from apps.referrals.models.rules import MOST_ROWS
from apps.staff.forms import Text

DIGITS = re.compile(r"\d+", re.ASCII)
MOST_PEOPLE, MOST_MINUTES = 100_000, 60 * 24


class Number(forms.Field):
    """A whole number, or nothing where that means something. ``1,200`` is 1200. What was typed stays in the field."""

    widget = forms.TextInput

    def __init__(self, *, most: int, least: int = 0, never: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.most, self.least, self.never = most, least, never
        self.error_messages["required"] = _("Write a number.")
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "class": "lc-input--num"}

    def to_python(self, value: Any) -> int | None:
        typed = ungrouped(str(value if value is not None else "").strip())
        if not typed:
            return None
        if not DIGITS.fullmatch(typed):
            raise ValidationError(_("Write a whole number, such as 20."))
        found = int(typed) if len(typed) < 12 else self.most + 1
        if found == self.never:
            return found
        if found > self.most:
            raise ValidationError(_("Use at most %(most)s.") % {"most": number(self.most)})
        if found < self.least:
            raise ValidationError(_("Use at least %(least)s.") % {"least": self.least})
        return found


class RulesForm(Opened):
    """How many people may be invited, and what makes a signal."""

    per_person_a_day = Number(
        label=gettext_lazy("People a person may invite in 24 hours"),
        required=False,
        most=MOST_PEOPLE,
        help_text=gettext_lazy("Counted back from now. Empty: any number; 0: nobody."),
    )
    per_call_most = Number(
        label=gettext_lazy("Rows in one form"),
        most=MOST_ROWS,
        least=1,
        help_text=gettext_lazy("At most 200: they are sent as one call."),
    )
    burst_count = Number(
        label=gettext_lazy("Signal: invited from one till"),
        most=MOST_PEOPLE,
        least=2,
        never=0,
        help_text=gettext_lazy("So many people, or more. 0: never."),
    )
    burst_minutes = Number(
        label=gettext_lazy("within minutes"),
        most=MOST_MINUTES,
        least=1,
        help_text=gettext_lazy("60 is an hour; at most a day."),
    )

    def put_into(self, rules: InviteRules) -> InviteRules:
        """The rules with what was typed."""
        for name, value in self.cleaned_data.items():
            setattr(rules, name, value)
        return rules


class EverywhereForm(RulesForm):
    """The same for all stores, with what is counted over all of them."""

    shared_by = Number(
        label=gettext_lazy("Signal: the same person invited by customers"),
        most=1000,
        least=2,
        never=0,
        help_text=gettext_lazy("So many customers, or more, over all stores. 0: never."),
    )


class CampaignForm(forms.Form):
    """A campaign: no call lists them."""

    title = Text(
        label=gettext_lazy("Title"),
        required_words=gettext_lazy("Write the campaign as people know it."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    token = Text(
        label=gettext_lazy("Token"),
        required_words=gettext_lazy("Write the token Capillary knows it by."),
        max_length=60,
        help_text=gettext_lazy("As it stands in Capillary, such as MAPLEFRIENDS."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def put_into(self, campaign: Campaign) -> Campaign:
        """The campaign with what was typed."""
        for name, value in self.cleaned_data.items():
            setattr(campaign, name, value)
        return campaign


class CampaignChangeForm(Opened, CampaignForm):
    """The same, and whether people can still be invited to it."""

    is_active = forms.BooleanField(
        label=gettext_lazy("Offered"),
        required=False,
        help_text=gettext_lazy("Off: nobody can be invited to it. Those who were are still shown."),
    )
