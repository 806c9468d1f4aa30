"""Fields of the browser's own that need more than Django gives them."""

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """The browser's picker for a day. It understands ISO days alone: any other writing is shown as empty."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class LongText(forms.Textarea):
    """Takes more than the field may have: browsers cut a paste silently, and the field says how long it is."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        """As Django's, without a length for the browser."""
        found = super().build_attrs(base_attrs, extra_attrs)
        found.pop("maxlength", None)
        return found
