"""Whose row it is: a customer by id or by any identifier, read and found for a whole batch at once."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.actor import Actor
from apps.audit.identifiers import digests_of, mobile_digits
from apps.capillary.calls import Answer, Call
from apps.capillary.client import Client
from apps.capillary.errors import CustomerNotFound
from apps.capillary.resources import customers
from apps.capillary.types_customer import Customer
from apps.core.errors import BadInput, ConsoleError, Unavailable
from apps.core.grouping import ungrouped
from apps.core.masking import mask
from apps.operations.customers import Person, call_for, merged_of, person_of
from apps.operations.work.kinds import Column, Problem, Row
from apps.operations.work.pauses import passes
from apps.staff.connection import client_for

T = TypeVar("T")
WHO = (
    Column(
        "customer_id", gettext_lazy("Customer id"), aliases=("id", "customer", "user id"), example="500000012"
    ),
    Column("mobile", gettext_lazy("Mobile"), aliases=("mobile number", "phone", "phone number")),
    Column("email", gettext_lazy("E-mail"), aliases=("mail", "e-mail address")),
    Column("external_id", gettext_lazy("External id")),
    Column("card", gettext_lazy("Card number"), aliases=("card", "loyalty card")),
)
NAMES = {"mobile": "mobile", "email": "email", "external_id": "externalId", "card": "cardnumber"}
PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
LONGEST_ID, LONGEST_VALUE, FEWEST_DIGITS = 18, 200, 7


@dataclass(frozen=True, slots=True)
class Whose:
    """The customer of a row, or why there is none: then `person` is None."""

    person: Person | None
    problems: tuple[Problem, ...] = ()
    answer: Customer | None = None


def attempt(problems: list[Problem], column: str, read: Callable[[], T]) -> T | None:
    """What `read` gives; a BadInput becomes a problem beside the column, so that all of a row are found.

    One about an identifier stands beside that identifier's own column.
    """
    try:
        return read()
    except BadInput as error:
        beside = error.field if error.field in NAMES else column
        problems.append(Problem(beside, error.message, error.code))
        return None


def read_who(cells: Mapping[str, str]) -> list[list[str]]:
    """Every identifier the row has, the surest first: [["customer_id", "77"], …]. Raises BadInput (field)."""
    found = [[name, _plain(name, cells[name])] for name in ("customer_id", *NAMES) if cells.get(name)]
    if not found:
        raise BadInput(
            _("Say whose row this is: customer id, mobile, e-mail, external id or card."), field="customer_id"
        )
    return found


def read_amount(text: str, field: str) -> Decimal:
    """An amount above 0, written as in fields, 1500, 1,500 or 12.5: no 1E+03 of a spreadsheet.

    Raises: BadInput beside the field
    """
    text = ungrouped(text)
    plain = PLAIN.fullmatch(text) and len(text) <= LONGEST_ID
    amount = Decimal(text) if plain else Decimal(0)
    if amount <= 0:
        raise BadInput(_("Write a number above 0 in digits, such as 1500 or 1,500."), field=field)
    return amount


def find_people(
    actor: Actor, rows: Sequence[Row], *, call: Callable[[int], Call[Any]] = call_for
) -> list[Whose]:
    """The customers of these rows, in order; each one is read once. values["who"] is as `read_who` gave it.

    Raises: an error that passes, when nobody can say now; all others become the row's problem
    """
    client = client_for(actor, lane="bulk")
    ids = _ids(client, rows)
    wanted = {number for number in ids.values() if isinstance(number, int)}
    answers = client.send_all({str(number): call(number) for number in sorted(wanted)})
    return [_whose(row.values["who"], ids[_key(row)], answers) for row in rows]


def _plain(name: str, text: str) -> str:
    """Raises BadInput beside the column."""
    value = "".join(sign for sign in text if sign.isprintable()).strip()
    if name == "customer_id" and not (value.isascii() and value.isdecimal() and len(value) <= LONGEST_ID):
        raise BadInput(_("A customer id is a number of digits only."), field=name)
    if name == "mobile" and (len(mobile_digits(value)) < FEWEST_DIGITS or any(map(str.isalpha, value))):
        raise BadInput(_("This is no mobile number."), field=name)
    if name == "email" and ("@" not in value.strip("@") or " " in value):
        raise BadInput(_("This e-mail address is not complete."), field=name)
    if len(value) > LONGEST_VALUE:
        raise BadInput(_("This is too long for an identifier."), field=name)
    return mobile_digits(value) if name == "mobile" else value


def _key(row: Row) -> tuple[str, str]:
    name, value = row.values["who"][0]
    return name, value


def _ids(client: Client, rows: Sequence[Row]) -> dict[tuple[str, str], int | Problem]:
    """Who each first identifier is: looked up in the stores' own source, then in all of them."""
    found: dict[tuple[str, str], int | Problem] = {}
    keys = dict.fromkeys(_key(row) for row in rows)
    for name, value in keys:
        if name == "customer_id":
            found[name, value] = int(value)
    for source in dict.fromkeys((settings.CAPILLARY["default_source"], "ALL")):
        left = [key for key in keys if not isinstance(found.get(key), int)]
        found |= _looked_up(client, left, source)
    return found


def _looked_up(
    client: Client, keys: Iterable[tuple[str, str]], source: str
) -> dict[tuple[str, str], int | Problem]:
    calls = {
        key: customers.lookup(source=source, identifier_name=NAMES[key[0]], identifier_value=key[1])
        for key in keys
    }
    answers = client.send_all({"\n".join(key): call for key, call in calls.items()})
    return {key: _id_of(key[0], answers["\n".join(key)]) for key in calls}


def _id_of(name: str, answer: Answer[int]) -> int | Problem:
    if answer.value is not None:
        return answer.value
    error = _error_of(answer)
    if isinstance(error, CustomerNotFound):
        return Problem(name, _("No customer has this."), error.code)
    merged = merged_of(error)
    return Problem(name, _merged(merged) if merged else error.message, error.code)


def _merged(survivor: str) -> str:
    return _("This customer was merged into %(survivor)s. Use that one.") % {"survivor": survivor}


def _error_of(answer: Answer[Any]) -> ConsoleError:
    """Raises it when it passes: the whole batch is tried again later."""
    error = answer.error or Unavailable(_("The customer could not be read."))
    if passes(error):
        raise error
    return error


def _whose(who: list[list[str]], found: int | Problem, answers: Mapping[str, Answer[Any]]) -> Whose:
    if isinstance(found, Problem):
        return Whose(None, (found,))
    name, answer = who[0][0], answers[str(found)]
    merged = merged_of(answer.error)
    if answer.value is None and not merged:
        error = _error_of(answer)
        words = _("There is no such customer.") if isinstance(error, CustomerNotFound) else error.message
        return Whose(None, (Problem(name, words, error.code),))
    person = None if merged or answer.value is None else person_of(answer.value, found)
    merged = merged or (person.merged if person else "")
    if person is None or merged:
        return Whose(None, (Problem(name, _merged(merged)),))
    return Whose(person, tuple(_others(person, who[1:])), answer.value)


def _others(person: Person, who: Iterable[list[str]]) -> Iterable[Problem]:
    """A second identifier must be the same customer's, as far as their record tells."""
    known = set(digests_of(person.contacts))
    for name, value in who:
        if name in ("mobile", "email") and not known.issuperset(digests_of([(name, value)])):
            yield Problem(name, _("This belongs to somebody else than %(mask)s.") % {"mask": mask_of(person)})


def mask_of(person: Person) -> str:
    """As people may see them without asking."""
    return person.mask or mask("id", person.customer_id)
