"""The trail's filters as they stand in the address: every value is checked, a bad one is kept and named."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.audit.actions import all_actions
from apps.audit.filters import Filters
from apps.audit.models import Entry
from apps.audit.qualifiers import DAY, NUMBER
from apps.audit.saying import SHORTEST
from apps.audit.stores import store_codes
from apps.audit.whom import Person, Whom, person_named, whom
from apps.core import reader
from apps.core.context import PATTERN as REFERENCE

PERIODS = [
    ("", _("Any time")),
    ("24h", _("Last 24 h")),
    ("today", _("Today")),
    ("yesterday", _("Yesterday")),
    ("7d", _("Last 7 days")),
]
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9].+")
YEARS = range(1990, 2200)
Wanted = tuple[frozenset[str], frozenset[str]]


class MomentInput(forms.DateInput):
    """The browser's picker for days, or for days with a time when the value has one."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        kind = "datetime-local" if len(str(value or "")) > len("2026-11-23") else "date"
        context = super().get_context(name, value, attrs)
        context["widget"]["type"] = kind
        return context


class MomentField(forms.Field):
    """A day (`date`, whole) or a moment (aware, in the time zone of whoever reads): 2026-11-23, 2026-11-23T14:30."""

    widget = MomentInput

    def to_python(self, value: Any) -> date | datetime | None:
        """Raises ValidationError for anything else."""
        text = str(value or "").strip()
        if not text:
            return None
        read: date | None = None
        try:
            if DAY.fullmatch(text):
                read = date.fromisoformat(text)
            elif MOMENT.fullmatch(text):
                # Another spelling of a day would be its midnight: half of what somebody means.
                read = datetime.fromisoformat(text)
        except ValueError:
            pass
        if read is not None and read.year not in YEARS:
            words = _("Give a day from %(first)s to %(last)s.")
            raise forms.ValidationError(words, params={"first": YEARS.start, "last": YEARS.stop - 1})
        if read is None:
            raise forms.ValidationError(_("Write a day such as 2026-11-23, or with a time 2026-11-23T14:30."))
        if isinstance(read, datetime) and timezone.is_naive(read):
            return read.replace(tzinfo=reader.zone())
        return read


class FilterForm(forms.Form):
    """Reads the address and nothing else; `filters()` gives plain values once it is valid."""

    person = forms.CharField(label=_("Person"), required=False, max_length=120)
    action = forms.CharField(label=_("Action"), required=False, max_length=400)
    customer = forms.CharField(label=_("Customer"), required=False, max_length=400)
    store = forms.CharField(label=_("Store"), required=False, max_length=200)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    reference = forms.CharField(label=_("Reference"), required=False, max_length=40)
    subject = forms.CharField(label=_("About"), required=False, max_length=200)
    code = forms.CharField(label=_("Code"), required=False, max_length=20)
    text = forms.CharField(
        label=_("Text"),
        required=False,
        min_length=SHORTEST,
        max_length=80,
        help_text=_(
            "What a request, a reply or an act said; three letters or more. The newest 2,000 are found."
        ),
        error_messages={
            "min_length": _("Give at least three letters."),
            "max_length": _("Give at most 80 letters: a part of it finds it too."),
        },
    )
    period = forms.ChoiceField(
        label=_("Period"),
        required=False,
        choices=PERIODS,
        error_messages={"invalid_choice": _("Choose 24h, today, yesterday or 7d, or give two days.")},
    )
    calls = forms.BooleanField(label=_("Every call on its own"), required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    after = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data, auto_id="filter-%s")
        # "from" is a word of Python, so these two are declared here.
        for name, label in (("from", _("From")), ("until", _("Until"))):
            self.fields[name] = MomentField(label=label, required=False)
        for name, kinds in (("outcome", Entry.Outcome), ("channel", Entry.Channel)):
            words = ", ".join(kinds.values)
            field = forms.ChoiceField(
                label=self.fields[name].label,
                required=False,
                choices=[("", _("Any")), *kinds.choices],
                error_messages={"invalid_choice": _("Choose one of these: %(words)s.") % {"words": words}},
            )
            self.fields[name] = field
        self.order_fields(
            ["person", "action", "customer", "store", "outcome", "channel", "period", "from", "until"]
        )
        self.fields["customer"].help_text = _(
            "Internal id, or any full identifier: only its keyed hash is searched."
        )
        self.fields["subject"].help_text = _(
            "The number of a request, such as GR-10418, or another name exactly."
        )
        self.fields["store"].help_text = _("Code or name, several with commas, or − to leave out.")
        self.fields["action"].help_text = _(
            "A name, several with commas, a family with .*, or − to leave out."
        )

    def clean_person(self) -> Person | None:
        text: str = self.cleaned_data["person"].strip()
        return person_named(text) if text else None

    def clean_customer(self) -> Whom | None:
        text: str = self.cleaned_data["customer"].strip()
        return whom(text) if text else None

    def clean_action(self) -> Wanted:
        known = [one.name for one in all_actions()]
        wanted, unwanted = _listed(self.cleaned_data["action"])
        return _names(wanted, known), _names(unwanted, known)

    def clean_store(self) -> Wanted:
        wanted, unwanted = _listed(self.cleaned_data["store"])
        return store_codes(wanted), store_codes(unwanted)

    def clean_reference(self) -> str:
        text: str = self.cleaned_data["reference"].strip().upper()
        if text and not REFERENCE.fullmatch(text):
            raise forms.ValidationError(_("A reference looks like LC-7F3K-92QD-M4XA."))
        return text

    def clean_subject(self) -> str:
        text: str = self.cleaned_data["subject"].strip()
        return text.upper() if NUMBER.fullmatch(text) else text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("from"), cleaned.get("until")
        if first and last and _begins(first) >= _ends(last):
            self.add_error("until", _("The end is before the beginning."))
        if cleaned.get("period") and (first or last):
            self.add_error("period", _("Choose a period or give days, not both."))
        return cleaned

    def filters(self) -> Filters:
        """The values of a valid form."""
        values = self.cleaned_data
        person, customer = values["person"], values["customer"]
        start, end = _span(values["period"], values["from"], values["until"])
        return Filters(
            actors=person.ids if person else None,
            actor_name=person.name if person and person.ids is None else "",
            actions=values["action"],
            stores=values["store"],
            customers=customer.customers if customer else (),
            digests=customer.digests if customer else (),
            outcome=values["outcome"],
            channel=values["channel"],
            reference=values["reference"],
            subject=values["subject"],
            code=values["code"],
            text=values["text"],
            start=start,
            end=end,
            calls=values["calls"] or values["outcome"] == Entry.Outcome.SENT,
        )


def _listed(text: str) -> Wanted:
    """``12,07,-03`` as ({12, 07}, {03}); the minus may be typed as either sign."""
    items = [one.strip() for one in text.split(",") if one.strip()]
    unwanted = {one[1:].strip() for one in items if one[0] in "-−"}
    return frozenset(one for one in items if one[0] not in "-−"), frozenset(unwanted)


def _names(asked: frozenset[str], known: list[str]) -> frozenset[str]:
    found: set[str] = set()
    for one in asked:
        stem = one.removesuffix("*")
        names = [name for name in known if name == one or (stem != one and name.startswith(stem))]
        if not names:
            raise forms.ValidationError(_("There is no action named “%(name)s”."), params={"name": one})
        found.update(names)
    return frozenset(found)


def _span(period: str, first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """Start and end as aware times; days begin and end in the time zone the trail is shown in."""
    now = reader.local(timezone.now())
    today = now.date()
    if period == "24h":
        return now - timedelta(hours=24), None
    if period == "7d":
        return now - timedelta(days=7), None
    if period == "today":
        first, last = today, today
    if period == "yesterday":
        first = last = today - timedelta(days=1)
    return _begins(first) if first else None, _ends(last) if last else None


def _begins(given: date) -> datetime:
    return given if isinstance(given, datetime) else reader.begins(given)


def _ends(given: date) -> datetime:
    return given if isinstance(given, datetime) else reader.begins(given + timedelta(days=1))
