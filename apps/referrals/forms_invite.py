"""What people fill in to invite, beside the rows: the campaign, pasted rows, and which form it is."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.referrals.models import Campaign

LONGEST_PASTED = 40_000


class Anything(forms.Field):
    """Whatever was typed, as text: the service says what is wrong with it, in one voice for every way in."""

    def to_python(self, value: Any) -> str:
        return "" if value is None else str(value)


class InviteForm(forms.Form):
    """agreed  how many people the button named;  known  the customer as read at opening, signed"""

    campaign = Anything(label=gettext_lazy("Campaign"), required=False)
    pasted = Anything(
        label=gettext_lazy("Rows from a spreadsheet"),
        required=False,
        help_text=gettext_lazy(
            "Two columns: name, and mobile or e-mail. At most 200 rows. A heading does no harm."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    agreed = forms.CharField(widget=forms.HiddenInput, required=False)
    known = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "invite_%s", **kwargs})
        offered = list(Campaign.objects.offered().values_list("token", "title"))
        self.fields["campaign"].widget = (
            forms.Select(choices=offered) if len(offered) > 1 else forms.HiddenInput()
        )
        self.fields["campaign"].initial = offered[0][0] if offered else ""
        self.campaign_title = offered[0][1] if len(offered) == 1 else ""


class WordsForm(forms.Form):
    """One field of words, for a note or for how somebody knows; the service says what is wrong beside it."""

    words = Anything(widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def __init__(self, *args: Any, label: Any = "", help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "words_%s", **kwargs})
        self.fields["words"].label, self.fields["words"].help_text = label, help_text

    @property
    def typed(self) -> str:
        """The words as typed."""
        return str(self.data.get("words", ""))
