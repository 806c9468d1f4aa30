"""What people fill in to give points back, and to decide on it."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import BadInput
from apps.core.payment_cards import check_no_card
from apps.points.forms_redeem import Anything, plain_number
from apps.points.tidying import LONGEST_REASON, PLACES, exact_points

OTHER = "other"
REASONS = (
    ("", gettext_lazy("Choose a reason")),
    ("returned", gettext_lazy("Item returned")),
    ("bill", gettext_lazy("Wrong bill")),
    ("customer", gettext_lazy("Wrong customer")),
    (OTHER, gettext_lazy("Other (note needed)")),
)


class ReverseForm(forms.Form):
    """How many points of the redemption, and why.

    agreed  what the button promised when it was pressed;  known  the redemption as shown, signed
    """

    points = Anything(
        label=gettext_lazy("Points to reverse"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = Anything(label=gettext_lazy("Reason"), required=False, widget=forms.Select(choices=REASONS))
    words = Anything(
        label=gettext_lazy("Note"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_REASON - 40, "autocomplete": "off"}),
        help_text=gettext_lazy("Needed with “Other”; with the other reasons it may stay empty."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    agreed = forms.CharField(widget=forms.HiddenInput, required=False)
    known = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "reverse_%s", **kwargs})

    @property
    def amount(self) -> Decimal:
        """The points typed. Raises BadInput (points)."""
        return exact_points(plain_number(str(self["points"].value() or "")), PLACES)

    @property
    def why(self) -> str:
        """The reason in words, as it is kept. Raises BadInput (reason, words)."""
        chosen, words = str(self["reason"].value() or ""), str(self["words"].value() or "").strip()
        labels = {code: str(label) for code, label in REASONS if code}
        check_no_card(words, "words")
        if chosen not in labels:
            raise BadInput(_("Choose a reason."), field="reason")
        if chosen == OTHER:
            if not words:
                raise BadInput(_("Say why in a note."), field="words")
            return words
        return f"{labels[chosen]}: {words}" if words else labels[chosen]


class ApproveForm(forms.Form):
    """A note with the approval. seen: fingerprint of the facts shown."""

    words = Anything(
        label=gettext_lazy("Note"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_REASON, "autocomplete": "off"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "approve_%s", **kwargs})
