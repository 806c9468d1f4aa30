"""What this room holds of a person: recent lists, kept look-ups, verified callers, protection, notes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.audit.subject_requests.rooms import (
    FORGOTTEN,
    Room,
    Staff,
    Subject,
    Table,
    by_id,
    columns,
    register,
)
from apps.customers.models import (
    CallerVerification,
    KeptLookup,
    NoteAct,
    OpenedForReason,
    ProtectedCustomer,
    RecentCustomer,
)
from apps.customers.sealing import unseal
from apps.operations.handles import Handle
from apps.staff.subject_data import staff_of

BY = _("By")


def _recent(subject: Subject) -> Iterator[Sequence[Any]]:
    rows = RecentCustomer.objects.filter(customer_id=subject.customer).select_related("user")
    for one in by_id(rows):
        yield (
            one.opened_at,
            staff_of(one.user),
            unseal(one.name_sealed),
            Handle.read(unseal(one.handle_sealed)).value,
            one.found_by,
            one.tier,
            one.last_act,
        )


def _lookups(subject: Subject) -> Iterator[Sequence[Any]]:
    for one, values in _kept_about(subject):
        yield one.expires_at, values


def _kept_about(subject: Subject) -> Iterator[tuple[KeptLookup, Any]]:
    """What was typed is sealed: every row is opened. There are those of half an hour."""
    for one in by_id(KeptLookup.objects.all()):
        text = unseal(one.sealed)
        values = json.loads(text) if text else []
        if values and (_has_id(values, subject.customer) or subject.is_named_in(values)):
            yield one, values[0]


def _has_id(value: Any, customer: int) -> bool:
    if isinstance(value, Mapping):
        return any(_has_id(one, customer) for one in value.values())
    if isinstance(value, list):
        return any(_has_id(one, customer) for one in value)
    return bool(customer) and str(value) == str(customer)


def _verified(subject: Subject) -> Iterator[Sequence[Any]]:
    rows = CallerVerification.objects.filter(customer_id=subject.customer).select_related("user")
    for one in by_id(rows):
        yield one.verified_at, staff_of(one.user), one.get_level_display(), one.expires_at


def _protected(subject: Subject) -> Iterator[Sequence[Any]]:
    for one in by_id(ProtectedCustomer.objects.filter(customer_id=subject.customer)):
        yield (
            one.marked_at,
            Staff(one.marked_by_name, "Administrator"),
            one.get_kind_display(),
            one.reason,
            one.ended_at,
            one.ended_reason,
        )


def _opened(subject: Subject) -> Iterator[Sequence[Any]]:
    rows = OpenedForReason.objects.filter(customer_id=subject.customer).select_related("user")
    for one in by_id(rows):
        yield one.opened_at, staff_of(one.user), one.expires_at


def _notes(subject: Subject) -> Iterator[Sequence[Any]]:
    for one in by_id(NoteAct.objects.filter(customer_id=subject.customer).select_related("user")):
        yield (
            one.created_at,
            staff_of(one.user),
            one.get_state_display(),
            one.text,
            one.outside_id,
            one.message,
            one.reference,
        )


def _open_acts(subject: Subject) -> Iterator[str]:
    for one in NoteAct.objects.unsettled().filter(customer_id=subject.customer).order_by("pk"):
        yield _now("Of the note %(reference)s it is not known yet whether it was added.") % {
            "reference": one.reference
        }


def _erase(subject: Subject, _found: Any) -> Mapping[str, int]:
    whose = {"customer_id": subject.customer}
    kept = [one.pk for one, _values in _kept_about(subject)]
    notes = NoteAct.objects.filter(**whose).exclude(state__in=NoteAct.OPEN)
    protected = ProtectedCustomer.objects.filter(**whose).exclude(reason=FORGOTTEN)
    protected.exclude(ended_reason="").update(ended_reason=FORGOTTEN)
    return {
        "recent": RecentCustomer.objects.filter(**whose).delete()[0],
        "lookups": KeptLookup.objects.filter(pk__in=kept).delete()[0],
        "verifications": CallerVerification.objects.filter(**whose).delete()[0],
        "openings": OpenedForReason.objects.filter(**whose).delete()[0],
        "protected": protected.update(reason=FORGOTTEN),
        # The hash is of id and text, and the message may repeat the text.
        "notes": notes.exclude(text_hash="").update(text_sealed="", text_hash="", message=""),
    }


register(
    Room(
        "customers",
        tables=(
            Table(
                "recent_customers",
                _("Lists of customers opened lately"),
                columns(
                    at=_("When"),
                    by=BY,
                    name=_("Name"),
                    handle=_("Identifier"),
                    found_by=_("Found by"),
                    tier=_("Tier"),
                    last_act=_("Last act"),
                ),
                _recent,
                models=("customers.RecentCustomer",),
                about=_("Gone a day after you were opened last."),
            ),
            Table(
                "kept_lookups",
                _("Look-ups that led to you"),
                columns(until=_("Kept until"), typed=_("What was typed")),
                _lookups,
                models=("customers.KeptLookup",),
                held=_("Look-ups that led to them"),
                about=_("Gone half an hour after the look-up."),
            ),
            Table(
                "caller_verifications",
                _("Callers verified as you"),
                columns(at=_("When"), by=BY, level=_("How"), until=_("Held until")),
                _verified,
                models=("customers.CallerVerification",),
                held=_("Callers verified as them"),
            ),
            Table(
                "protection",
                _("Marked as protected"),
                columns(
                    at=_("When"),
                    by=BY,
                    kind=_("As"),
                    reason=_("Reason"),
                    ended=_("Ended"),
                    ended_reason=_("Why it ended"),
                ),
                _protected,
                models=("customers.ProtectedCustomer",),
            ),
            Table(
                "opened_for_a_reason",
                _("Opened for a reason"),
                columns(at=_("When"), by=BY, until=_("Held until")),
                _opened,
                models=("customers.OpenedForReason",),
                about=_("The reasons stand in what was done about you."),
            ),
            Table(
                "notes",
                _("Notes"),
                columns(
                    at=_("When"),
                    by=BY,
                    state=_("State"),
                    text=_("Text"),
                    outside_id=_("Id in the loyalty system"),
                    message=_("Message"),
                    reference=_("Reference"),
                ),
                _notes,
                models=("customers.NoteAct",),
                about=_("The text of a note that was added is kept in the loyalty system, no longer here."),
            ),
        ),
        erase=_erase,
        open_acts=_open_acts,
    )
)
