"""The words that a change is asked for with, and those of the second person."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.errors import ConsoleError


def _words(label: Any, help_text: Any = "") -> forms.CharField:
    """Its service says what is missing or too long, so that what was typed is kept."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


class _One(forms.Form):
    """One field of words, kept apart from the others on the page."""

    ids = ""

    def __init__(self, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, auto_id=f"{self.ids}-%s", initial=initial)

    def tell(self, error: ConsoleError) -> bool:
        """Put the sentence beside its field; False when it is about none."""
        if error.field not in self.fields:
            return False
        self.add_error(error.field, error.message)
        return True


class AskForm(_One):
    """Why it should be changed."""

    ids = "ask"
    reason = _words(
        _("Why"),
        _("The second person decides by it, and the audit trail keeps it. No customer's name or number."),
    )


class ConfirmForm(_One):
    """What was checked, if there is anything to say."""

    ids = "confirm"
    words = _words(_("What you checked"))


class RefuseForm(_One):
    """Why not."""

    ids = "refuse"
    words = _words(_("Why not"), _("Whoever asked reads it."))
