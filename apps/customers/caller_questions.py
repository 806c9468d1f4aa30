"""Questions for a caller: only those this customer's data can answer, each with what to compare it with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.capillary.errors import Unreachable
from apps.capillary.resources import customers, transactions
from apps.capillary.types_activity import Transaction, TransactionPage
from apps.capillary.types_customer import Customer
from apps.core import formats
from apps.core.masking import mask
from apps.customers.panels.identifiers import identifiers_of
from apps.customers.panels.words import currency_of
from apps.customers.verification import QUESTIONS
from apps.staff.connection import client_for

# The outside names its own fields as each organisation likes.
FIELDS: Mapping[str, frozenset[str]] = {
    "birthday": frozenset({"dob", "birthday", "birthdate", "dateofbirth"}),
    "address": frozenset({"zip", "zipcode", "postcode", "postalcode", "pincode", "street", "address"}),
    "city": frozenset({"city", "town"}),
}
DIGITS_TOLD = 4


@dataclass(frozen=True, slots=True)
class CallerQuestion:
    """One question. `answer` is what the page shows anyway; `secret` stands masked until it is asked for.

    masks_as  how the secret is masked, a kind of core.masking
    """

    code: str
    label: str
    answer: str = ""
    secret: str = ""
    masks_as: str = "code"


def questions_for(*, actor: Actor, customer_id: int, may_reveal: bool) -> tuple[CallerQuestion, ...]:
    """What this customer can be asked, in the order of QUESTIONS.

    may_reveal  whether the person may see secrets; without, questions about them are left out
    Raises: CapillaryError when the customer did not load; a bill that did not load is only not asked about
    """
    answers = client_for(actor).send_all(
        {
            "customer": customers.get(customer_id=customer_id, embed=()),
            "bills": transactions.history(customer_id=customer_id, limit=1),
        }
    )
    customer: Customer | None = answers["customer"].value
    if customer is None:
        raise answers["customer"].error or Unreachable(_("The customer could not be loaded."))
    found = {one.code: one for one in (*_shown(customer, answers["bills"].value), *_secret(customer))}
    return tuple(
        found[code] for code in QUESTIONS if code in found and (may_reveal or not found[code].secret)
    )


def reveal_answer(*, actor: Actor, customer_id: int, question: CallerQuestion) -> None:
    """Write down that a masked answer is shown, before it is. Raises TraceUnavailable: then it is not."""
    record(
        "customer.revealed",
        actor=actor,
        customer=str(customer_id),
        subject=question.label,
        reason="To compare it with the caller's answer.",
        details={"field": f"question.{question.code}"},
        identifiers=[(question.masks_as, question.secret)] if question.code == "email" else [],
    )


def _shown(customer: Customer, bills: TransactionPage | None) -> Iterator[CallerQuestion]:
    bill = bills.transactions[0] if bills and bills.transactions else None
    if bill and bill.billed_at:
        yield _question("last_purchase", answer=_bill(bill))
    cards = [one.value for one in identifiers_of(customer) if one.kind == "card" and not one.ended]
    # A short number's mask shows less than the caller is asked for.
    if card := next((one for one in cards if len(mask("card", one).split()[-1]) == DIGITS_TOLD), ""):
        yield _question("card", answer=mask("card", card))
    made = [customer.attribution, *(one.attribution for one in customer.profiles)]
    if joined := next((one for one in made if one.created_at and one.created_by), None):
        yield _question("joined", answer=f"{joined.created_by}, {formats.day(joined.created_at)}")


def _secret(customer: Customer) -> Iterator[CallerQuestion]:
    fields = [*customer.extended_fields.items()]
    for profile in customer.profiles:
        fields += profile.fields.items()
    for code, names in FIELDS.items():
        values = [value.strip() for name, value in fields if _plain(name) in names]
        if told := next(filter(None, values), ""):
            yield _question(code, secret=told)
    emails = [one.value for one in identifiers_of(customer) if one.kind == "email"]
    if emails:
        yield _question("email", secret=emails[0], masks_as="email")


def _question(code: str, *, answer: str = "", secret: str = "", masks_as: str = "code") -> CallerQuestion:
    return CallerQuestion(code, str(QUESTIONS[code]), answer, secret, masks_as)


def _bill(bill: Transaction) -> str:
    amount = formats.money(bill.amount, currency_of(bill.currency))
    parts = (bill.store_name or bill.store_code, amount, formats.day(bill.billed_at))
    return ", ".join(part for part in parts if part)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
