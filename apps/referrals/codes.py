"""Checks a referral code: good or not, whose it is, and whether it is the caller's own."""

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.capillary.client import Client
from apps.capillary.errors import CapillaryError
from apps.capillary.resources import referrals
from apps.core.words import needed
from apps.operations.closed import may_show
from apps.operations.customers import Person, call_for, person_of
from apps.referrals.wanted import CodeAnswer
from apps.staff.connection import client_for, config

LONGEST = 60


def can_check() -> bool:
    """Whether the organisation has a call that checks codes."""
    return referrals.can_check_codes(config().referrals_dialect)


def check_code(*, actor: Actor, code: str, caller_customer_id: int | None = None) -> CodeAnswer:
    """Ask outside whether a code is good; an entry. One call, two when it is good.

    Codes are told apart by capitals outside: one that nobody has is asked for once more in capitals.

    Raises: BadInput (code); NotSent where there is no such call; CapillaryError
    """
    word = needed(code, LONGEST, "code", missing=_("Enter a referral code."), is_number=True)
    client = client_for(actor)
    typed = word
    told = client.send(referrals.check_code(code=word, dialect=client.config.referrals_dialect))
    if not told.valid and word.upper() != word:
        again = client.send(referrals.check_code(code=word.upper(), dialect=client.config.referrals_dialect))
        if again.valid:
            told, word = again, word.upper()
    whose = int(told.referrer_id) if told.valid and told.referrer_id else None
    # Whom nobody opens without a reason is told by id alone; the link asks.
    person = _read(client, whose) if whose and may_show(actor, whose) else None
    own = None if caller_customer_id is None or whose is None else whose == caller_customer_id
    record(
        "referrals.code.checked",
        actor=actor,
        customer=str(whose or ""),
        details={"verdict": "valid" if told.valid else "not valid", "own": own is True},
        identifiers=(("external_id", word),),
    )
    return CodeAnswer(
        code=word,
        typed=typed,
        valid=told.valid,
        customer_id=whose,
        name=person.name if person else "",
        mask=person.mask if person else "",
        is_caller=own,
    )


def _read(client: Client, customer_id: int) -> Person | None:
    """Who that is; the code is good all the same when they cannot be read just now."""
    try:
        return person_of(client.send(call_for(customer_id)), customer_id)
    except CapillaryError:
        return None
