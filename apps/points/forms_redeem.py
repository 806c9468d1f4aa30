"""What people fill in to redeem points. What was typed stays as it was; the code never comes back."""

import re
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.core.faults import each
from apps.core.formats import points as in_words
from apps.core.grouping import ungrouped
from apps.core.words import line
from apps.points.models import Mode
from apps.points.tidying import LONGEST_BILL, LONGEST_NOTES, LONGEST_PURPOSE, PLACES, exact_points
from apps.points.wanted import Wanted

# Decimal would take 1e3 for a thousand; nobody at a counter writes points that way.
PLAIN = re.compile(r"[+-]?\d+(\.\d*)?", re.ASCII)


# What no Decimal is made of.
NO_NUMBER = "?"


class Anything(forms.Field):
    """Whatever was typed, as text: the service says what is wrong with it, in one voice for every way in."""

    def to_python(self, value: Any) -> str:
        return "" if value is None else str(value)


class CodeInput(forms.TextInput):
    """Takes a one-time code and never shows one."""

    def format_value(self, value: Any) -> None:
        return None


def text_field(label: Any, longest: int, help_text: Any = "") -> Anything:
    attrs = {"maxlength": longest, "autocomplete": "off", "spellcheck": "false"}
    return Anything(label=label, required=False, help_text=help_text, widget=forms.TextInput(attrs=attrs))


class RedeemForm(forms.Form):
    """How many points, of which programme, for which bill, and how the customer agrees.

    known  the customer and the last check as shown, signed: see redeem_page
    """

    points = Anything(
        label=gettext_lazy("Points to redeem"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    programme_id = Anything(label=gettext_lazy("Programme"), required=False)
    bill = text_field(gettext_lazy("Bill number"), LONGEST_BILL, gettext_lazy("As printed on the receipt."))
    purpose = text_field(gettext_lazy("Purpose"), LONGEST_PURPOSE)
    notes = text_field(
        gettext_lazy("Notes"), LONGEST_NOTES, gettext_lazy("Kept with the redemption, here and in Capillary.")
    )
    mode = Anything(label=gettext_lazy("How the customer agrees"), required=False)
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    known = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        programmes: Iterable[tuple[str, str, Decimal | None]] = (),
        modes: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **{"auto_id": "redeem_%s", **kwargs})
        several, ways = list(programmes), list(modes)
        self.fields["programme_id"].widget = _one_of(
            [(pk, _named(title, left)) for pk, title, left in several]
        )
        labels = dict(Mode.choices)
        choices = [(way, labels.get(Mode(way), way)) for way in ways]
        self.fields["mode"].widget = forms.RadioSelect(choices=choices) if len(ways) > 1 else _hidden()
        self.fields["mode"].initial = Mode.CODE.value

    def wanted(self, customer_id: int) -> Wanted:
        """What is asked for. Raises BadInput (points, bill, purpose, notes): all that can be said without the rules."""
        data = self.cleaned_data
        checks: dict[str, Callable[[], Any]] = {
            "points": lambda: exact_points(plain_number(data["points"]), PLACES),
            "bill": lambda: line(data["bill"], LONGEST_BILL, "bill", is_number=True),
            "purpose": lambda: line(data["purpose"], LONGEST_PURPOSE, "purpose"),
            "notes": lambda: line(data["notes"], LONGEST_NOTES, "notes"),
        }
        return Wanted(
            customer_id=customer_id,
            token=data["token"],
            programme_id=data["programme_id"].strip(),
            mode=data["mode"] or Mode.CODE.value,
            **each(checks),
        )


class CodeForm(forms.Form):
    """The one-time code, for the length of one call."""

    code = Anything(
        label=gettext_lazy("Code read out by the customer"),
        required=False,
        widget=CodeInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "maxlength": 40,
                "class": "lc-input--code",
                "spellcheck": "false",
            }
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "redeem_%s", **kwargs})


def plain_number(text: str) -> str:
    """``1,200.5`` and ``+1200.5`` are 1200.5; nothing is nothing, and what is no plain number is NO_NUMBER."""
    typed = ungrouped("".join(text.split()))
    return typed if not typed or PLAIN.fullmatch(typed) else NO_NUMBER


def _one_of(choices: list[tuple[str, Any]]) -> forms.Widget:
    return forms.Select(choices=choices) if len(choices) > 1 else _hidden()


def _hidden() -> forms.Widget:
    return forms.HiddenInput()


def _named(title: str, available: Decimal | None) -> str:
    return f"{title}, {in_words(available)}" if available is not None else title
