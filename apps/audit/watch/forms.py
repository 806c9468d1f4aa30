"""What an auditor types about an item; the service says what is wrong with it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class NoteForm(forms.Form):
    """One field, as it was typed."""

    note = forms.CharField(
        label=_("What you found"),
        help_text=_("Kept with the item and in the audit trail. No addresses and numbers of people."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def typed(self) -> str:
        """The words as typed."""
        return str(self.data.get("note", ""))
