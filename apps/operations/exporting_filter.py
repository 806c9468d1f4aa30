"""Which entries an export is asked for: read from what people type, kept as JSON, and read back."""

from dataclasses import asdict, replace
from typing import Any

from django.utils.translation import gettext as _

from apps.audit.choices import in_words
from apps.audit.filters import Filters
from apps.audit.forms import FilterForm
from apps.audit.models import Entry
from apps.audit.qualifiers import read
from apps.audit.queries import EntryQuerySet
from apps.audit.saved import identified
from apps.core.errors import BadInput
from apps.operations.models import Operation
from apps.operations.work.comparing import bounds_of


def kept(line: str) -> dict[str, Any]:
    """The filter in words and as JSON keeps it; an identifier in it as keyed hash and mask only.

    Raises: BadInput (filter)
    """
    form, found = _form(line)
    if "text" in found:
        raise BadInput(
            _(
                "An export is not narrowed by text: that finds the newest entries only, and would leave out others."
            ),
            field="filter",
        )
    if name := identified(found):
        raise BadInput(
            _(
                "An export keeps no full address or number: “%(label)s” holds one. "
                "Ask for a customer with customer: instead."
            )
            % {"label": form.fields[name].label},
            field="filter",
        )
    return {"filter": in_words(form, found) if found else "", "filters": _plain(form.filters())}


def filters_of(operation: Operation) -> Filters:
    """The same of an operation, with its period."""
    values = dict(operation.parameters["filters"])
    begins, ends = bounds_of(operation.parameters)
    actors = values["actors"]
    return Filters(
        **values
        | {
            "actors": None if actors is None else tuple(actors),
            "actions": tuple(frozenset(one) for one in values["actions"]),
            "stores": tuple(frozenset(one) for one in values["stores"]),
            "customers": tuple(values["customers"]),
            "digests": tuple(bytes.fromhex(one) for one in values["digests"]),
            "start": begins,
            "end": ends,
        }
    )


def entries_of(operation: Operation) -> EntryQuerySet:
    """The entries that were asked for, each of them."""
    found: EntryQuerySet = Entry.objects.filter_by(filters_of(operation), whole=True)
    return found


def _form(line: str) -> tuple[FilterForm, dict[str, str]]:
    found, wrong = read(line)
    if wrong:
        raise BadInput(" ".join(wrong), field="filter")
    if {"from", "until", "period"} & set(found):
        raise BadInput(_("The days stand in fields of their own."), field="filter")
    form = FilterForm({**found, "calls": "on"})
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        raise BadInput(f"{label}: {errors[0]}" if label else str(errors[0]), field="filter")
    return form, found


def _plain(filters: Filters) -> dict[str, Any]:
    """As JSON keeps it."""
    values = asdict(replace(filters, start=None, end=None))
    del values["start"], values["end"]
    return values | {
        "actions": [sorted(one) for one in filters.actions],
        "stores": [sorted(one) for one in filters.stores],
        "digests": [one.hex() for one in filters.digests],
    }
