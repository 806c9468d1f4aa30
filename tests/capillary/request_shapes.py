"""Bodies of the request family in the shapes the reference shows, with invented people."""

import copy

MOBILE = "447700900123"
EMAIL = "asha.verma@example.com"
REFERENCE = "01JDCE5Q7R8S9T0V1W2X3Y4Z5A"
NUMBERS = {"success": True, "code": 200, "message": "SUCCESS"}
STRINGS = {"success": "true", "code": "200", "message": "Success"}
PERSON = {
    "firstname": "Asha",
    "lastname": "Verma",
    "email": EMAIL,
    "mobile": MOBILE,
    "external_id": "CRM-0042319",
}
ADDED_ITEM = {
    "reference_id": None,
    "id": "789849",
    "status": "PENDING",
    "requested_on": "2026-11-20 14:05:09",
    "type": "GOODWILL",
    "base_type": "POINTS",
    "customer": {**PERSON, "lastname": None, "external_id": None, "id": 341594},
    "old_value": MOBILE,
    "new_value": "",
    "old_type": "",
    "new_type": "",
    "misc_info": None,
    "transaction_id": "0",
    "reason": "",
    "comments": "",
    "item_status": {"success": True, "code": 9100, "message": "added"},
}
ADDED = {"response": {"status": NUMBERS, "requests": {"request": [ADDED_ITEM]}}}
APPROVED_ITEM = {
    "type": "POINTS",
    "reason": "DELAY",
    "comments": "Parcel late.",
    "updated_comments": "Agreed.",
    "status": "APPROVED",
    "customer": PERSON,
    "added_on": "2026-11-20T14:05:09+05:30",
    "last_action_on": "2026-11-20T15:00:00+05:30",
}
APPROVED = {"response": {"requests": {"goodwill": APPROVED_ITEM}}}
REJECTED = {
    "response": {
        "status": STRINGS,
        "requests": {
            "request": {
                "id": "789849",
                "type": "GOODWILL",
                "base_type": "POINTS",
                "status": "REJECTED",
                "old_value": MOBILE,
                "new_value": "",
                "item_status": {"success": "true", "code": "9000", "message": "updated"},
            }
        },
    }
}
REFUSED_ITEM = {
    "id": "789849",
    "type": "GOODWILL",
    "base_type": "POINTS",
    "item_status": {"success": "false", "code": "9777", "message": "Decided already"},
}
REFUSED = {
    "response": {
        "status": {"success": "false", "code": "500", "message": "all failed"},
        "requests": {"request": REFUSED_ITEM},
    }
}
PENDING_ROW = {
    "id": "11",
    "type": "GOODWILL",
    "status": "PENDING",
    "base_type": "COUPON",
    "reason": "DELAY",
    "comments": "Parcel late.",
    "customer": {**PERSON, "fraud_status": "NONE"},
    "added_on": "2026-11-20T14:05:09+05:30",
    "added_by": {"code": "till.bandra.01", "name": "Bandra till 1"},
    "updated_by": {},
}
APPROVED_ROW = {
    **PENDING_ROW,
    "id": "12",
    "status": "APPROVED",
    "base_type": "POINTS",
    "approved_value": "450",
    "last_action_on": "2026-11-20 15:00:00",
    "updated_by": {"code": "mgr", "name": "Member Care"},
}
CHANGE_ROW = {
    "id": "13",
    "type": "CHANGE_IDENTIFIER",
    "status": "REJECTED",
    "base_type": "EMAIL",
    "old_value": EMAIL,
    "new_value": "a.v@example.com",
    "customer": PERSON,
}
LISTED = {
    "response": {
        "status": STRINGS,
        "requests": {
            "count": "3",
            "rows": "30",
            "goodwill": PENDING_ROW,
            "change_identifier": [CHANGE_ROW, {**CHANGE_ROW, "id": "14"}],
            "item_status": {"success": "true", "code": "9000", "message": "retrieved"},
        },
    }
}
LOG_ROW = {
    "id": "11",
    "customer": {
        "user_id": "341594",
        "firstname": "Asha",
        "lastname": "Verma",
        "mobile": MOBILE,
        "email": EMAIL,
    },
    "type": "GOODWILL",
    "base_type": "COUPONS",
    "status": "PENDING",
    "old_value": MOBILE,
    "new_value": "",
    "one_step_change": "false",
    "approval_type": "CONFIG_DISABLED",
    "logs": {
        "added_by": {
            "till": {"code": "till.bandra.01", "name": "Bandra till 1"},
            "store": {},
            "time": "2026-11-20T14:05:09+05:30",
        },
        "updated_by": {
            "user": {"name": "Ravi Menon", "mobile": "447700900456", "email": "ravi@example.com"},
            "ip": "203.0.113.7",
            "time": "2026-11-20T14:05:10+05:30",
        },
    },
}
LOGGED = {
    "response": {
        "status": STRINGS,
        "requests": {
            "count": "1",
            "rows": "50",
            "goodwill": [LOG_ROW],
            "item_status": {"success": "true", "code": "9000", "message": "retrieved"},
        },
    }
}


def changed(shape, **values):
    """A copy; a__b=value replaces or adds at response.a.b, value None stays, DROP removes."""
    made = copy.deepcopy(shape)
    for path, value in values.items():
        *above, last = path.split("__")
        node = made["response"]
        for key in above:
            node = node.setdefault(key, {})
        if value is DROP:
            node.pop(last, None)
        else:
            node[last] = value
    return made


DROP = object()
