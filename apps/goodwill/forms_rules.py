"""What administrators fill in to set the rules of goodwill."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.core.opened import Opened
from apps.goodwill.fields import Minutes, Number
from apps.goodwill.models import Escalation
from apps.goodwill.rulebook import times
from apps.staff.forms import Text
from apps.staff.models import Store
from apps.staff.people.forms import Telling
from apps.staff.store_fields import StoreField


class ReasonForm(Telling):
    """The words of a reason."""

    title = Text(
        label=gettext_lazy("Reason"),
        required_words=gettext_lazy("Write the reason as people will read it."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    needs_words = forms.BooleanField(
        label=gettext_lazy("Asks for words"),
        required=False,
        help_text=gettext_lazy("Whoever chooses it has to say more in their own words."),
    )


class ReasonChangeForm(Opened, ReasonForm):
    """The words, and whether people may still choose it."""

    is_active = forms.BooleanField(
        label=gettext_lazy("Offered"),
        required=False,
        help_text=gettext_lazy("Off: nobody can choose it any more. Earlier requests keep their words."),
    )


class BudgetForm(Opened, Telling):
    """One store's month; the fields are named as the kinds."""

    points = Number(label=gettext_lazy("Points"))
    coupon = Number(label=gettext_lazy("Coupons"))


class TimesForm(Opened, Telling):
    """Due times, escalation, the second decider, and how soon the ledger must show what was approved."""

    due_minutes = Minutes(
        label=gettext_lazy("Due after minutes"),
        help_text=gettext_lazy("By then somebody should have decided. 240 is four hours."),
    )
    escalate_minutes = Minutes(
        label=gettext_lazy("Escalated after minutes"),
        help_text=gettext_lazy("From then on the managers of another store may decide too."),
    )
    deputy_store = StoreField(
        label=gettext_lazy("Escalated to"), required=False, empty_label=gettext_lazy("Nobody else")
    )
    second_threshold = Number(
        label=gettext_lazy("Two people above"),
        help_text=gettext_lazy("Requests of more points need two different deciders. Empty: one is enough."),
    )
    proof_minutes = Minutes(
        label=gettext_lazy("Credited within minutes"),
        help_text=gettext_lazy("What the ledger does not show by then goes to the red queue."),
    )

    def __init__(self, data: Any, *, held: Escalation) -> None:
        super().__init__(data, initial=times.shown(held))
        self.held = held
        # One that has closed since the page was opened stays chosen, and the service refuses it: a browser that does
        # not find what was chosen sends the first one, nobody.
        chosen = str((data or {}).get("deputy_store") or "")
        kept = [int(chosen)] if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10 else []
        offered = Store.objects.open_or([*kept, held.deputy_store_id or 0])
        self.fields["deputy_store"].queryset = offered  # type: ignore[attr-defined]

    def check(self, found: dict[str, Any]) -> None:
        """Whether the times follow each other."""
        times.check_times(**{name: found.get(name) for name in ("due_minutes", "escalate_minutes")})

    def put_into(self) -> Escalation:
        """The row with what was typed."""
        for name, value in self.cleaned_data.items():
            setattr(self.held, name, value)
        return self.held
