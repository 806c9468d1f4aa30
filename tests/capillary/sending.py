"""A read and a write of the scripted outside, and the answers that say yes to them."""

from apps.capillary.resources import customers, notes

FOUND = {"entity": 341594, "warnings": []}
NOTED = {
    "response": {
        "status": {"success": "true", "code": "200", "message": "SUCCESS"},
        "customer": {
            "user_id": "341594",
            "notes": {"note": {"id": "77", "date": "2026-11-20 10:00:00", "description": "Called back."}},
            "item_status": {"success": True, "code": 1000, "message": "done", "warnings": {"warning": []}},
        },
    }
}


def lookup(value="447700900123", name="mobile"):
    return customers.lookup(source="INSTORE", identifier_name=name, identifier_value=value)


def note():
    return notes.add(text="Called back.", customer_id=341594)
