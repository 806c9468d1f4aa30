"""One-time codes: sent again while they hold, void after too many wrong ones, spent by a redemption."""

import secrets

from django.db import transaction
from django.utils import timezone

from apps.sandbox.api.errors import Refusal
from apps.sandbox.catalogue import ORG_NAME
from apps.sandbox.control.switches import Switches, seconds
from apps.sandbox.models import Customer, Identifier, Message, OneTimeCode

PURPOSE = "Code for redeeming points"
_KINDS = {"sms": ("mobile",), "email": ("email",), "both": ("mobile", "email")}
_CHANNELS = {"mobile": "SMS", "email": "EMAIL"}


def send_code(customer: Customer, points: str, chosen: Switches) -> OneTimeCode:
    """Send the customer a code for these points, the same one again while it holds.

    Raises Refusal 860 (not issued: switched off, nowhere to send it, sent too often), 819 (not sent).
    """
    if chosen.codes == "not_issued":
        raise Refusal(860)
    if chosen.codes == "not_sent":
        raise Refusal(819, "The message to the customer could not be sent")
    with transaction.atomic():
        # A code sent again keeps its time: it would otherwise hold for ever.
        row = current_code(customer, chosen) or OneTimeCode(
            customer=customer, code=_drawn(), issued_at=timezone.now()
        )
        addresses = _addresses(customer, chosen.code_channel)
        if not addresses or row.sent >= int(chosen.code_sends):
            raise Refusal(860)
        row.points, row.sent = points, row.sent + 1
        row.save()
        text = f"{row.code} is your code to redeem {points} points at {ORG_NAME}. Give it only to our staff."
        for kind, to in addresses:
            Message.objects.create(
                customer=customer, channel=_CHANNELS[kind], to=to, purpose=PURPOSE, body=text
            )
    return row


def current_code(customer: Customer, chosen: Switches) -> OneTimeCode | None:
    """The code that holds now, if there is one."""
    row = customer.codes.order_by("-id").first()
    return row if row is not None and holds(row, chosen) else None


def holds(row: OneTimeCode, chosen: Switches) -> bool:
    """Neither used, nor too old, nor guessed at too often."""
    fresh = timezone.now() < row.issued_at + seconds(chosen.code_seconds)
    return row.used_at is None and row.wrong < int(chosen.code_tries) and fresh


def check_code(customer: Customer, given: str, chosen: Switches) -> OneTimeCode:
    """The code given, if it holds; a wrong one is counted. Raises Refusal 808.

    The reference has one code for wrong, expired, used and given too often. Whoever calls this in a transaction
    must not let the refusal roll it back: a guess has to stay counted.
    """
    row = current_code(customer, chosen)
    if row is None:
        raise Refusal(808, "The validation code is not valid any more; ask for a new one")
    if not secrets.compare_digest(row.code.encode(), given.encode()):
        row.wrong += 1
        row.save()
        raise Refusal(808)
    return row


def _addresses(customer: Customer, channel: str) -> list[tuple[str, str]]:
    rows = Identifier.objects.filter(customer=customer, kind__in=_KINDS[channel]).order_by("id")
    known: dict[str, str] = {}
    # A shop's number is known better than one of a chat account; of those of one place the first counts.
    for row in sorted(rows, key=lambda row: row.source != "INSTORE"):
        known.setdefault(row.kind, row.value)
    return list(known.items())


def _drawn() -> str:
    return f"{secrets.randbelow(900_000) + 100_000}"
