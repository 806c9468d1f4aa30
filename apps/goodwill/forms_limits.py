"""What administrators fill in to set a limit, or to see what applies to somebody."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.opened import Opened
from apps.goodwill.fields import Number
from apps.goodwill.models import Kind, LimitRule
from apps.goodwill.rulebook.limits import BOUNDS, NEEDS, check_wider, shown
from apps.staff.models import Store, User
from apps.staff.people.forms import Telling
from apps.staff.role_table import all_roles, codes_allowing


class BoundsForm(Telling):
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

    def check(self, found: dict[str, Any]) -> None:
        """Whether the bounds that could be read fit each other."""
        check_wider({name: found.get(name) for name in BOUNDS})

    def put_into(self, rule: LimitRule) -> LimitRule:
        """The rule with what was typed."""
        for name in BOUNDS:
            setattr(rule, name, self.cleaned_data[name])
        return rule


class LimitChangeForm(Opened, BoundsForm):
    """The same of a limit that is there."""

    def __init__(self, data: Any, *, rule: LimitRule) -> None:
        super().__init__(data, initial=shown(rule))


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


class PersonForm(forms.Form):
    """Whose limits to look at."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("What applies to"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a person"),
        error_messages={"required": gettext_lazy("Choose a person.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people()  # type: ignore[attr-defined]


def people() -> Any:
    """Everybody active who asks for goodwill or decides on it."""
    roles = codes_allowing(*NEEDS.values())
    return User.objects.filter(is_active=True, memberships__role__in=roles).distinct()


def who_choices() -> list[Any]:
    """Roles that move points, people who hold them, and all open stores, in groups."""
    roles = [
        (f"role:{code}", role.name)
        for code, role in all_roles().items()
        if role.permissions & set(NEEDS.values())
    ]
    return [
        ("", _("Choose a role, person or store")),
        (_("Roles"), roles),
        (_("People"), [(f"person:{one.pk}", one.name) for one in people()]),
        (_("Stores"), [(f"store:{one.pk}", one.name) for one in Store.objects.open()]),
    ]
