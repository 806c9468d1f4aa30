"""One field of words, for a reason or for how somebody knows."""

from typing import Any

from django import forms

from apps.points.forms_redeem import Anything


class WordsForm(forms.Form):
    """The service says what is wrong with them, beside the field."""

    words = Anything(widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def __init__(self, *args: Any, label: Any = "", help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "words_%s", **kwargs})
        self.fields["words"].label, self.fields["words"].help_text = label, help_text

    @property
    def typed(self) -> str:
        """The words as typed."""
        return str(self.data.get("words", ""))
