"""A new store, and other values for one that is there."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.capillary.config import TILL_CODE
from apps.core.errors import BadInput
from apps.core.faults import Faults
from apps.core.opened import check_opened
from apps.core.taken import told_when_taken
from apps.staff.confirming.guard import check_second
from apps.staff.models import Store
from apps.staff.outside_models import TillCredentials
from apps.staff.stores_admin.holding import check_still_may, hold_open

FIELDS = ("code", "name", "till_code", "external_id", "external_id_1", "external_id_2")
# What goes out in a header, so that a call is counted for the store.
SENT = ("till_code", "external_id", "external_id_1", "external_id_2")


def add_store(*, actor: Actor, values: Mapping[str, str]) -> Store:
    """A new store. values: any of FIELDS, code and name at least.

    Raises: BadInput (the fields it is about); Refused
    """
    given = {name: values.get(name, "").strip() for name in FIELDS}
    with told_when_taken(lambda: check_values(given)):
        check_still_may(actor)
        check_values(given)
        store = Store.objects.create(**given)
        record(
            "staff.store_added",
            actor=actor,
            subject=store.name,
            details={"code": store.code, "till": store.till_code},
        )
    return store


def change_store(*, actor: Actor, pk: int, values: Mapping[str, str], opened: str = "") -> list[str]:
    """Other values for a store; fields that are not named stay. Entries of the trail keep the code of their time.

    Another till code needs a second person: calls would be counted elsewhere. So does another external id 1 of a
    store without a till code, see `counted_as`.

    opened  mark of the page that was opened, "" for none: see apps/core/opened.py
    Shape:  names of the fields that are different now; none when all were so already, and then no entry
    Raises: BadInput (the fields it is about); Conflict when it is closed or was changed since; Missing; Refused
    """
    given = {name: values[name].strip() for name in FIELDS if name in values}
    with told_when_taken(lambda: check_values(given, pk=pk)):
        store = hold_open(actor, pk)
        before = values_of(store)
        check_opened(opened, before)
        changed = {name: [before[name], new] for name, new in given.items() if before[name] != new}
        check_values({name: pair[1] for name, pair in changed.items()}, pk=pk)
        if not changed:
            return []
        if counted_as(before) != counted_as(before | given):
            check_second(actor)
        Store.objects.filter(pk=pk).update(**{name: pair[1] for name, pair in changed.items()})
        if "till_code" in changed:
            # They were tried for the till of before: what came back then says nothing about this one.
            TillCredentials.objects.filter(store_id=pk).update(
                tested_at=None,
                tested_by="",
                tested_outcome="",
                tested_words="",
                tested_code="",
                tested_request_id="",
            )
        subject = given.get("name", store.name)
        record("staff.store_changed", actor=actor, subject=subject, details={"changed": changed})
    return list(changed)


def counted_as(values: Mapping[str, str]) -> tuple[str, str]:
    """What Capillary counts calls of a store by: its till code, or without one its first external id."""
    till = values["till_code"]
    return ("till", till) if till else ("store", values["external_id"])


def values_of(store: Store) -> dict[str, str]:
    """What a store is called, here and outside."""
    return {name: getattr(store, name) for name in FIELDS}


def check_values(given: Mapping[str, str], *, pk: int | None = None) -> None:
    """Everything that is wrong with these values of the store pk, or of a new one.

    Raises: BadInput for one that is too long, missing, another store's already, or that no request can carry
    """
    faults = Faults()
    for name, value in given.items():
        with faults:
            _check_value(name, value)
            _check_not_taken(name, value, pk)
    faults.tell()


def _check_value(name: str, value: str) -> None:
    if not value and name in ("code", "name"):
        raise BadInput(_("Type a code.") if name == "code" else _("Type a name."), field=name)
    try:
        Store(**{name: value}).clean_fields(exclude={one.name for one in Store._meta.fields} - {name})
    except ValidationError as error:
        raise BadInput(" ".join(error.messages), field=name) from None
    if name in SENT and value and not TILL_CODE.fullmatch(value):
        raise BadInput(
            _("Capillary cannot be sent this. Use plain Latin letters, digits and signs only."), field=name
        )


def _check_not_taken(name: str, value: str, pk: int | None) -> None:
    if name == "name" or not value:
        return
    # Two spellings of one code would be one store to people who search by it.
    how = "iexact" if name == "code" else "exact"
    others = Store.objects.exclude(pk=pk) if pk else Store.objects.all()
    if other := others.filter(**{f"{name}__{how}": value}).first():
        raise BadInput(_("%(store)s has this already.") % {"store": other.name}, field=name)
