"""Addresses of acting programs: how each is called, by a key of which scopes, and what keys without them lack."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """One method of an address; `scopes` of which each opens it, `permission` what a refusal names."""

    name: str
    method: str
    scopes: tuple[str, ...]
    permission: str
    values: dict[str, Any] = field(default_factory=dict)


CUSTOMER = {"customer_id": 4417}
NONE = {"pk": 999_999}
SEEING = ("customers", "customers_clear", "notes", "goodwill_decide", "reversals_decide")
REVERSING = ("points_reverse", "reversals_decide")
GOODWILL = ("goodwill_ask", "goodwill_decide")


def _of(prefix: str, calls: tuple[tuple[Any, ...], ...]) -> list[Call]:
    return [Call(f"{prefix}_api:{name}", *rest) for name, *rest in calls]


ACTING = [
    *_of(
        "customers",
        (
            ("lookup", "post", SEEING, "view_customers"),
            ("customer", "get", SEEING, "view_customers", CUSTOMER),
            ("open", "post", SEEING, "view_customers", CUSTOMER),
            ("reveal", "post", ("customers_clear",), "reveal_identifiers", CUSTOMER),
            ("notes", "post", ("notes",), "add_notes", CUSTOMER),
            ("note", "get", ("notes",), "add_notes", {**CUSTOMER, "reference": "X"}),
        ),
    ),
    *_of(
        "goodwill",
        (
            ("choices", "get", ("goodwill_ask",), "ask_goodwill"),
            ("preview", "post", ("goodwill_ask",), "ask_goodwill"),
            ("requests", "get", GOODWILL, "ask_goodwill"),
            ("requests", "post", ("goodwill_ask",), "ask_goodwill"),
            ("request", "get", GOODWILL, "ask_goodwill", NONE),
            ("withdraw", "post", ("goodwill_ask",), "ask_goodwill", NONE),
            ("answer", "post", ("goodwill_ask",), "ask_goodwill", NONE),
            ("evidence", "get", ("goodwill_decide",), "approve_goodwill", NONE),
            ("approve", "post", ("goodwill_decide",), "approve_goodwill", NONE),
            ("reject", "post", ("goodwill_decide",), "approve_goodwill", NONE),
            ("send_back", "post", ("goodwill_decide",), "approve_goodwill", NONE),
        ),
    ),
    *_of(
        "points",
        (
            ("redemptions", "get", ("points_redeem",), "redeem_points"),
            ("redemptions", "post", ("points_redeem",), "redeem_points"),
            ("check", "post", ("points_redeem",), "redeem_points"),
            ("send_code", "post", ("points_redeem",), "redeem_points"),
            ("redemption", "get", ("points_redeem",), "redeem_points", NONE),
            ("reversals", "get", REVERSING, "reverse_redemptions"),
            ("reversals", "post", REVERSING, "reverse_redemptions"),
            ("reversal", "get", REVERSING, "reverse_redemptions", NONE),
            ("reversal_approve", "post", ("reversals_decide",), "approve_reversals", NONE),
            ("reversal_reject", "post", ("reversals_decide",), "approve_reversals", NONE),
            ("reversal_withdraw", "post", REVERSING, "reverse_redemptions", NONE),
        ),
    ),
    *_of(
        "referrals",
        (
            ("campaigns", "get", ("referrals",), "invite_referrals"),
            ("invitations", "get", ("referrals",), "invite_referrals"),
            ("invitations", "post", ("referrals",), "invite_referrals"),
            ("invitation", "get", ("referrals",), "invite_referrals", NONE),
        ),
    ),
    *_of(
        "operations",
        (
            ("operations", "get", ("operations",), "run_operations"),
            ("operations", "post", ("operations",), "run_operations"),
            ("kinds", "get", ("operations",), "run_operations"),
            ("operation", "get", ("operations",), "run_operations", NONE),
            *((name, "post", ("operations",), "run_operations", NONE)
              for name in ("run", "pause", "resume", "cancel", "ask")),
        ),
    ),
]  # fmt: skip
# What tells strangers that there is nothing at an address of the API.
NOT_THERE = "api_v1_not_there"
NAMES = {NOT_THERE, *(one.name for one in ACTING)}
