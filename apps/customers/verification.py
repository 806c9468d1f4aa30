"""How sure a person may be that the caller is the customer; ends by itself after some minutes."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.audit.writing import written
from apps.core.errors import BadInput, Refused
from apps.customers.models import CallerVerification

LASTS = timedelta(minutes=15)
FEWEST_QUESTIONS = 2
Level = CallerVerification.Level
STRENGTH = {Level.NUMBER_MATCHED: 1, Level.QUESTIONS_PASSED: 2, Level.CODE_PASSED: 3}

QUESTIONS: Mapping[str, str | Promise] = {
    "birthday": gettext_lazy("Date of birth"),
    "address": gettext_lazy("Postcode or street"),
    "city": gettext_lazy("Town or city"),
    "last_purchase": gettext_lazy("Last purchase: store and about how much"),
    "card": gettext_lazy("Last four digits of the card"),
    "email": gettext_lazy("E-mail address, spelled out"),
    "joined": gettext_lazy("Where and when they joined"),
}


def verification_of(user_id: int, customer_id: int) -> CallerVerification | None:
    """What still holds for this person and customer, None when the caller is not verified. One query."""
    return CallerVerification.objects.filter(
        user_id=user_id, customer_id=customer_id, expires_at__gt=timezone.now()
    ).first()


def level_of(user_id: int, customer_id: int) -> str:
    """The level that still holds, empty without one: what other rooms keep with an act."""
    held = verification_of(user_id, customer_id)
    return held.level if held else ""


def number_matched(*, actor: Actor, customer_id: int) -> CallerVerification:
    """The number the telephone system passed on is one this customer is known by."""
    return _verify(actor, customer_id, Level.NUMBER_MATCHED, {"by": "telephone system"})


def questions_passed(*, actor: Actor, customer_id: int, questions: Iterable[str]) -> CallerVerification:
    """The caller answered these questions (codes of QUESTIONS) correctly. Raises BadInput for too few."""
    passed = [code for code in QUESTIONS if code in set(questions)]
    if len(passed) < FEWEST_QUESTIONS:
        raise BadInput(
            _("Tick at least %(count)s questions that the caller answered correctly.")
            % {"count": FEWEST_QUESTIONS},
            field="questions",
        )
    asked = ", ".join(str(QUESTIONS[code]) for code in passed)
    return _verify(actor, customer_id, Level.QUESTIONS_PASSED, {"questions": passed}, asked)


def code_passed(actor: Actor, customer_id: int) -> None:
    """The caller read out a one-time code sent to the customer, and the outside took it."""
    _verify(actor, customer_id, Level.CODE_PASSED, {"by": "one-time code"})


def _verify(
    actor: Actor, customer_id: int, level: Level, details: Mapping[str, object], about: str = ""
) -> CallerVerification:
    """Keep the stronger of what holds and what is new; the entry first, so that nothing goes untraced."""
    if actor.user_id is None:
        raise Refused(_("Only a signed-in person can verify a caller."))
    now = timezone.now()
    with written():
        record(
            "customer.caller.verified",
            actor=actor,
            customer=str(customer_id),
            subject=f"{level.label} ({about})" if about else str(level.label),
            details={"level": level.value, **details},
        )
        held = CallerVerification.objects.select_for_update().filter(
            user_id=actor.user_id, customer_id=customer_id, expires_at__gt=now
        )
        if (stronger := held.first()) and STRENGTH[Level(stronger.level)] > STRENGTH[level]:
            return stronger
        kept, _created = CallerVerification.objects.update_or_create(
            user_id=actor.user_id,
            customer_id=customer_id,
            defaults={"level": level.value, "verified_at": now, "expires_at": now + LASTS},
        )
        return kept
