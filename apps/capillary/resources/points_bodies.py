"""What the bodies of redeeming and reversing say, checked before anything leaves."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from apps.capillary.calls import Json
from apps.capillary.hiding import SHORTEST
from apps.capillary.resources.asking import amount
from apps.core.errors import BadInput

REVERSE_KINDS = frozenset({"mobile", "email", "externalId"})


def redemption(
    *,
    customer: Mapping[str, str],
    points: Decimal,
    reference: str,
    code: str,
    needs_code: bool,
    transaction_number: str,
    redeemed_at: datetime | None,
    till_id: str,
    purpose: str,
    notes: str,
    custom_fields: Mapping[str, str],
    group_redemption: bool,
    timezone: str,
) -> Json:
    """One `redeem`; what was not given is left out. Raises BadInput, which never repeats the code."""
    if not reference.strip():
        raise BadInput("The redemption needs a reference of its own.", field="reference")
    told: Json = {
        "points_redeemed": how_many(points),
        "customer": dict(customer),
        "external_reference_number": reference.strip(),
        "validation_code": _checked(code, needed=needs_code),
        "transaction_number": transaction_number,
        "redemption_time": _moment(redeemed_at, timezone),
        "till_id": till_id,
        "redemption_purpose": purpose,
        "notes": notes,
        "custom_fields": [{"name": name, "value": value} for name, value in custom_fields.items()],
        "group_redemption": "true" if group_redemption else "",
    }
    return {key: value for key, value in told.items() if value not in ("", [])}


def to_reverse(redemption_id: int | str, identifier_type: str, identifier_value: str) -> Json:
    """The redemption and, when given, whose it is. Raises BadInput."""
    number = str(redemption_id).strip()
    if not (number.isascii() and number.isalnum()):
        raise BadInput("Name the redemption by its id.", field="redemption")
    if bool(identifier_type) != bool(identifier_value.strip()):
        raise BadInput("An identifier has a type and a value.", field="identifier")
    if not identifier_type:
        return {"redemptionId": number}
    if identifier_type not in REVERSE_KINDS:
        raise BadInput(
            "A reversal names the customer by mobile, e-mail address or external id.", field="identifier"
        )
    return {
        "redemptionId": number,
        "identifier": {"type": identifier_type, "value": identifier_value.strip()},
    }


def how_many(points: Decimal) -> int | str:
    """Whole points as a number, others as text: JSON's own fractions are floats. Raises BadInput."""
    written = amount(points)
    return int(written) if written.isdecimal() else written


def _checked(code: str, *, needed: bool) -> str:
    """A code too short to be found again in an answer could not be kept out of the trail."""
    code = code.strip()
    if needed and not code:
        raise BadInput("Enter the one-time code the customer read out.", field="code")
    if code and (len(code) < SHORTEST or len(code) > 40 or not code.isprintable()):
        raise BadInput("A one-time code has at least four digits or letters.", field="code")
    return code


def _moment(moment: datetime | None, timezone: str) -> str:
    """As the sample writes it, in the organisation's zone; one without a zone is taken as that already."""
    if moment is None:
        return ""
    local = moment if moment.tzinfo is None else moment.astimezone(ZoneInfo(timezone))
    return local.strftime("%Y-%m-%d %H:%M:%S")
