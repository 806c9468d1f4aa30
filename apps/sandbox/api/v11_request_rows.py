"""v1.1: one goodwill request as request/get and as request/logs show it."""

from typing import Any

from apps.sandbox.api.dates import iso
from apps.sandbox.api.v11_points import text
from apps.sandbox.catalogue import STORE_BY_TILL
from apps.sandbox.models import GoodwillRequest


def get_row(row: GoodwillRequest, who: dict[str, Any]) -> dict[str, Any]:
    """As in request/get: who decided is {} and when is empty while pending."""
    pending = row.status == GoodwillRequest.Status.PENDING
    return {
        "id": str(row.id),
        "type": "GOODWILL",
        "status": row.status,
        "base_type": row.type,
        "reason": row.reason,
        "comments": row.comments,
        "updated_comments": row.updated_comments,
        "assoc_id": "",
        "approved_value": text(row.approved_value) if row.approved_value else "",
        "customer": who,
        "added_on": iso(row.added_at),
        "last_action_on": "" if pending else iso(row.updated_at),
        "added_by": _named(row.added_by),
        "updated_by": {} if pending else _named(row.updated_by),
    }


def log_row(row: GoodwillRequest, who: dict[str, Any], *, with_ids: bool) -> dict[str, Any]:
    """As in request/logs: an external id only where there is one, and other shapes for who and when."""
    known = {name: value for name, value in who.items() if value or name != "external_id"}
    ids = {"user_id": str(row.customer_id)} if with_ids else {}
    return {
        "id": str(row.id),
        "customer": {**ids, **known},
        "type": "GOODWILL",
        "base_type": row.type,
        "status": row.status,
        "one_step_change": str(row.one_step).lower(),
        "approval_type": row.approval_type,
        "logs": {
            "added_by": {"till": _named(row.added_by), "store": {}, "time": iso(row.added_at)},
            "updated_by": {
                "user": {"name": _named(row.updated_by or row.added_by)["name"], "mobile": "", "email": ""},
                "ip": row.updated_ip,
                "time": iso(row.updated_at),
            },
        },
    }


def _named(code: str) -> dict[str, str]:
    store = STORE_BY_TILL.get(code)
    return {"code": code, "name": store.till.name if store else code}
