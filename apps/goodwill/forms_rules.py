"""What administrators fill in to set the rules of goodwill."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import BadInput
from apps.core.formats import number
from apps.goodwill.models import Escalation, Kind, LimitRule
from apps.goodwill.rulebook.limits import NEEDS
from apps.staff.forms import Text
from apps.staff.models import Store, User
from apps.staff.roles import ROLES, permissions_of

NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+", re.ASCII)
MOST = Decimal(1_000_000_000)
MOST_MINUTES = 60 * 24 * 30


class Number(forms.Field):
    """A whole number from 0, or nothing. ``1,200`` is 1200; what was typed stays in the field."""

    widget = forms.TextInput

    def __init__(self, *, most: Decimal = MOST, **options: Any) -> None:
        super().__init__(**{"required": False, **options})
        self.most = most
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "class": "lc-input--num"}

    def prepare_value(self, value: Any) -> Any:
        return number(value).replace(",", "") if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        typed = str(value or "").strip()
        if not typed:
            return None
        if not NUMBER.fullmatch(typed):
            raise ValidationError(_("Write a whole number, such as 300."))
        # Digits beyond any amount are not worth a conversion.
        found = Decimal(typed.replace(",", "")) if len(typed) < 20 else MOST + 1
        if found > self.most:
            raise ValidationError(_("Use at most %(most)s.") % {"most": number(self.most)})
        return found


class Minutes(Number):
    """A number of minutes from 1 to 30 days."""

    def __init__(self, **options: Any) -> None:
        super().__init__(most=Decimal(MOST_MINUTES), required=True, **options)
        self.error_messages["required"] = _("Write how many minutes.")

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        if found == 0:
            raise ValidationError(_("Write at least 1 minute."))
        return int(found) if found is not None else None


def refused(form: forms.Form, error: BadInput) -> None:
    """Put a service's sentence beside its field."""
    form.add_error(error.field if error.field in form.fields else None, error.message)


class ReasonForm(forms.Form):
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


class ReasonChangeForm(ReasonForm):
    """The words, and whether people may still choose it."""

    is_active = forms.BooleanField(
        label=gettext_lazy("Offered"),
        required=False,
        help_text=gettext_lazy("Off: nobody can choose it any more. Earlier requests keep their words."),
    )


class BoundsForm(forms.Form):
    """How much, of a limit whose person, role or store is settled."""

    per_request = Number(
        label=gettext_lazy("In one request"), help_text=gettext_lazy("Empty: not bounded this way.")
    )
    per_day = Number(
        label=gettext_lazy("In 24 hours"), help_text=gettext_lazy("Rolling: counted back from now.")
    )
    per_month = Number(
        label=gettext_lazy("In 30 days"), help_text=gettext_lazy("Rolling: counted back from now.")
    )

    def put_into(self, rule: LimitRule) -> LimitRule:
        """The rule with what was typed."""
        for name in ("per_request", "per_day", "per_month"):
            setattr(rule, name, self.cleaned_data[name])
        return rule


class LimitForm(BoundsForm):
    """A new limit: whose, for what, how much. who is "role:agent", "person:12" or "store:3"."""

    field_order = ("who", "purpose", "kind", "per_request", "per_day", "per_month")

    who = forms.ChoiceField(label=gettext_lazy("For whom"))
    purpose = forms.ChoiceField(
        label=gettext_lazy("To do what"),
        choices=LimitRule.Purpose.choices,
        widget=forms.RadioSelect,
        initial=LimitRule.Purpose.GIVE,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Of what"), choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.POINTS
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = who_choices()  # type: ignore[attr-defined]
        for field in self.fields.values():
            for name in ("required", "invalid_choice"):
                field.error_messages[name] = _("Choose one of those shown.")

    def rule(self) -> LimitRule:
        """The limit, not saved yet."""
        scope, _colon, key = self.cleaned_data["who"].partition(":")
        named: dict[str, Any] = {"role": key} if scope == "role" else {}
        if scope in {"person", "store"}:
            named = {"user_id" if scope == "person" else "store_id": int(key)}
        asked = {name: self.cleaned_data[name] for name in ("purpose", "kind")}
        return self.put_into(LimitRule(**named, **asked))


class BudgetForm(forms.Form):
    """One store's month; the fields are named as the kinds."""

    points = Number(label=gettext_lazy("Points"))
    coupon = Number(label=gettext_lazy("Coupons"))


class TimesForm(forms.Form):
    """Due times, escalation, the second decider, and how soon the ledger must show what was approved."""

    due_minutes = Minutes(
        label=gettext_lazy("Due after minutes"),
        help_text=gettext_lazy("By then somebody should have decided. 240 is four hours."),
    )
    escalate_minutes = Minutes(
        label=gettext_lazy("Escalated after minutes"),
        help_text=gettext_lazy("From then on the managers of another store may decide too."),
    )
    deputy_store = forms.ModelChoiceField(
        label=gettext_lazy("Escalated to"),
        queryset=Store.objects.all(),
        required=False,
        empty_label=gettext_lazy("Nobody else"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of those shown.")},
    )
    second_threshold = Number(
        label=gettext_lazy("Two people above"),
        help_text=gettext_lazy("Requests of more points need two different deciders. Empty: one is enough."),
    )
    proof_minutes = Minutes(
        label=gettext_lazy("Credited within minutes"),
        help_text=gettext_lazy("What the ledger does not show by then goes to the red queue."),
    )

    def put_into(self, times: Escalation) -> Escalation:
        """The row with what was typed."""
        for name, value in self.cleaned_data.items():
            setattr(times, name, value)
        return times

    @classmethod
    def showing(cls, times: Escalation) -> dict[str, Any]:
        """What the form begins with."""
        return {name: getattr(times, name) for name in cls.base_fields}


class OffForm(forms.Form):
    """Which store, or all, and why."""

    store = forms.ModelChoiceField(
        label=gettext_lazy("Where"),
        queryset=Store.objects.all(),
        required=False,
        empty_label=gettext_lazy("All stores"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of those shown.")},
    )
    reason = Text(
        label=gettext_lazy("Why"),
        required_words=gettext_lazy("Say why, everybody reads it."),
        max_length=300,
        help_text=gettext_lazy("Shown to everybody there, word for word."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class OnForm(forms.Form):
    """Why it may run again."""

    reason = Text(
        label=gettext_lazy("Why it may run again"),
        required_words=gettext_lazy("Say why it may run again."),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PersonForm(forms.Form):
    """Whose limits to look at."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("What applies to"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a person"),
        error_messages={
            "required": gettext_lazy("Choose a person."),
            "invalid_choice": gettext_lazy("Choose one of those shown."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people()  # type: ignore[attr-defined]


def people() -> Any:
    """Everybody active who asks for goodwill or decides on it."""
    roles = [code for code, role in ROLES.items() if role.permissions & set(NEEDS.values())]
    return User.objects.filter(is_active=True, memberships__role__in=roles).distinct()


def who_choices() -> list[Any]:
    """Roles that move points, people who hold them, and all stores, in groups."""
    roles = [
        (f"role:{code}", role.name)
        for code, role in ROLES.items()
        if permissions_of([code]) & set(NEEDS.values())
    ]
    return [
        ("", _("Choose a role, person or store")),
        (_("Roles"), roles),
        (_("People"), [(f"person:{one.pk}", one.name) for one in people()]),
        (_("Stores"), [(f"store:{one.pk}", one.name) for one in Store.objects.all()]),
    ]
