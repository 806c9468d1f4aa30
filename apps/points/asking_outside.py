"""The calls of redeeming, from what was prepared and from what the row keeps."""

from collections.abc import Mapping
from typing import Any, TypeVar

from apps.capillary.calls import Call
from apps.capillary.resources import points
from apps.capillary.types_redeeming import CodeSent, Redeemability, Redeemed
from apps.core.errors import ConsoleError
from apps.points.models import Mode, Redemption
from apps.points.preparing import Prepared

E = TypeVar("E", bound=ConsoleError)
WAYS: Mapping[str, dict[str, Any]] = {
    Mode.CODE: {},
    Mode.MISSED_CALL: {"validation_type": "MISSED_CALL"},
    Mode.NO_CODE: {"skip_validation": True},
}
# The client's names of fields, and where they stand on our form; others belong to no field.
FIELDS = {
    "points": "points",
    "code": "code",
    "program": "programme_id",
    "transaction_number": "bill",
    "mobile": "mode",
    "mode": "mode",
}


def check_call(ready: Prepared) -> Call[Redeemability]:
    """Whether the points can be redeemed."""
    wanted = ready.wanted
    return points.is_redeemable(
        **ready.names,
        **WAYS[wanted.mode],
        points=wanted.points,
        program_id=wanted.programme_id,
        customer_id=wanted.customer_id,
    )


def code_call(ready: Prepared) -> Call[CodeSent]:
    """Send a one-time code. The internal id says whose it is, whatever source knows them."""
    return points.validation_code(points=ready.wanted.points, customer_id=ready.wanted.customer_id)


def redeem_call(act: Redemption, names: Mapping[str, Any], code: str) -> Call[Redeemed]:
    """The redemption. The code goes from here into the body and nowhere else. Raises BadInput (code)."""
    return points.redeem(
        **names,
        **WAYS[act.mode],
        points=act.points,
        reference=act.reference,
        code=code,
        program_id=act.programme_id,
        transaction_number=act.bill,
        purpose=act.purpose,
        notes=act.notes,
        customer_id=act.customer_id,
    )


def beside_our_field(error: E) -> E:
    """The same error, its field named as on our form."""
    error.field = FIELDS.get(error.field, "")
    return error
