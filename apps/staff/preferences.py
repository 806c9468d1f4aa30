"""What everybody sets for themselves: how the console looks, speaks and listens."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import TZPATH, ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.staff.models import User

# Where people live. The data has older names beside these, and some that are none of a place.
PARTS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
Choices = list[tuple[Any, Any]]


def _names() -> frozenset[str]:
    """Each place once: the machine's table of places has no older names, its folder (where there is no table) does."""
    known = available_timezones()
    for folder in TZPATH:
        table = Path(folder) / "zone.tab"
        if table.is_file():
            rows = [line.split("\t") for line in table.read_text("utf-8").splitlines() if line[:1] != "#"]
            return frozenset(row[2] for row in rows if len(row) > 2) & known
    return frozenset(known)


@cache
def _places() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """All time zones by part of the world; the folder of the machine is walked once."""
    found: dict[str, list[tuple[str, str]]] = {part: [] for part in PARTS}
    for name in sorted(_names()):
        part, _slash, place = name.partition("/")
        if place and part in found:
            found[part].append((name, place.replace("_", " ").replace("/", ", ")))
    return tuple((part, tuple(places)) for part, places in found.items() if places)


def _offset(name: str) -> str:
    """``UTC+05:30``, as it is now."""
    ahead = f"{datetime.now(ZoneInfo(name)):%z}"
    return f"UTC{ahead[:3]}:{ahead[3:]}"


def zones() -> Choices:
    """The console's own first, then UTC, then all places, each with how far it is from UTC today."""
    own = _("As the console: %(zone)s") % {"zone": settings.TIME_ZONE}
    parts = [
        (part, [(name, f"{place} ({_offset(name)})") for name, place in places]) for part, places in _places()
    ]
    return [("", own), ("UTC", "UTC"), *parts]


def _choice(label: Any, choices: Any, wrong: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=False,
        error_messages={"invalid_choice": wrong},
        **options,
    )


class PreferencesForm(forms.Form):
    """One field for each. What is not sent stays as it is: the menu sends the theme and the keys alone."""

    language = _choice(
        gettext_lazy("Language and region"),
        User.Language.choices,
        gettext_lazy("Choose one of the languages shown."),
        help_text=gettext_lazy(
            "How numbers, days and times are written: 1,00,000 in India, Nov 23, 2026, 8:04 PM in the "
            "United States."
        ),
    )
    time_zone = _choice(
        gettext_lazy("Time zone"),
        zones,
        gettext_lazy("Choose one of the time zones shown."),
        help_text=gettext_lazy(
            "Of the times you see, and of days you search by. Limits, budgets and last days keep to the "
            "console's own zone."
        ),
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Theme"),
        choices=User.Theme.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one of the themes shown."),
            "invalid_choice": gettext_lazy("Choose one of the themes shown."),
        },
    )
    density = _choice(
        gettext_lazy("Tables"),
        User.Density.choices,
        gettext_lazy("Choose one of those shown."),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Compact shows more rows at once. On phones both are the same."),
    )
    shortcuts = forms.BooleanField(
        label=gettext_lazy("Single-key shortcuts"),
        required=False,
        help_text=gettext_lazy("Keys such as / and g then l. None of them works while you type."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # An older name somebody chose once stays theirs until they choose another.
        kept = str(self.initial.get("time_zone") or "")
        offered = {name for _part, places in _places() for name, _place in places} | {"", "UTC"}
        if kept not in offered and kept in available_timezones():
            self.fields["time_zone"].choices = [*zones(), (kept, f"{kept} ({_offset(kept)})")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Only what was sent; a box that is not ticked sends nothing and means no."""
        return {
            name: value
            for name, value in (super().clean() or self.cleaned_data).items()
            if name == "shortcuts" or name in self.data
        }

    def _chosen(self, name: str, wrong: str) -> str:
        value = str(self.cleaned_data[name])
        if not value and name in self.data:
            raise ValidationError(wrong)
        return value

    def clean_language(self) -> str:
        return self._chosen("language", _("Choose one of the languages shown."))

    def clean_density(self) -> str:
        return self._chosen("density", _("Choose one of those shown."))


def kept_of(person: User) -> dict[str, Any]:
    """What somebody has chosen, by the names of the form."""
    return {name: getattr(person, name) for name in PreferencesForm.base_fields}


def keep(*, actor: Actor, person: User, chosen: dict[str, Any]) -> None:
    """Keep what differs, with an entry; nothing at all when nothing does."""
    was = kept_of(person)
    new = {name: value for name, value in chosen.items() if value != was[name]}
    if not new:
        return
    changed = {name: [was[name], value] for name, value in new.items()}
    with transaction.atomic():
        User.objects.filter(pk=person.pk).update(**new)
        record("staff.preferences_changed", actor=actor, details={"changed": changed})
