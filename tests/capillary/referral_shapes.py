"""Bodies of the referral family in the shapes the reference shows, with invented people."""

from apps.capillary.types_referrals import Invitation
from tests.capillary.request_shapes import DROP, changed

__all__ = ["DROP", "changed"]

MOBILE = "447700900301"
EMAIL = "rohan.dsouza@example.com"
SECOND = "447700900302"
ROHAN = Invitation("EMAIL", EMAIL, "Rohan D'Souza")
LEELA = Invitation("MOBILE", MOBILE, "Leela Nair")
TARA = Invitation("MOBILE", SECOND, "Tara")
PRIVATE = (
    MOBILE,
    MOBILE[2:],
    SECOND[2:],
    EMAIL,
    "rohan",
    "Rohan",
    "Souza",
    "Leela",
    "Nair",
    "Tara",
    "Asha",
    "Verma",
)
STRINGS = {"success": "true", "code": "200", "message": "Success"}
MIXED = {"success": "true", "code": 200, "message": "SUCCESS"}
ITEM = {"success": "true", "code": "1000", "message": "Invited"}
YES = {"success": "true", "code": "100", "message": "Invitee added"}
NO_ERRORS = {"warnings": [], "errors": []}
NO = {"success": "false", "code": "1206", "message": "Referral type not supported"}


def row(number, person, status=YES, **values):
    """One person of an answer; with status None nothing is said of them."""
    made = {
        "id": str(number),
        "name": person.name,
        "identifier": person.identifier,
        "invited_on": " 2026-11-20T15:19:21+05:30",
        **({} if status is None else {"status": status}),
    }
    return {**made, **values}


def answer(*groups, item=ITEM, status=STRINGS):
    """The v1.1 answer to an invitation; groups are (type, rows)."""
    return {
        "response": {
            "status": status,
            "customers": {
                "customer": {
                    "email": "asha.verma@example.com",
                    "mobile": "447700900123",
                    "external_id": "CRM-0042319",
                    "id": "341594",
                    "firstname": "Asha",
                    "lastname": "Verma",
                    "referrals": {
                        "referral_type": [{"type": kind, "referral": list(rows)} for kind, rows in groups]
                    },
                    "item_status": item,
                }
            },
        }
    }


def echo(*groups, **values):
    """The v2 answer to an invitation: the body again; groups are (type, people), `values` stand beside it."""
    return {
        "customerReferrals": [
            {
                "customer": {"id": 341594, "mobile": "447700900123", "email": "", "externalId": ""},
                "campaignToken": "CWRME",
                "referrals": [
                    {
                        "type": kind,
                        "referral": [
                            {
                                "name": one.name,
                                "identifier": one.identifier,
                                "invitedOn": "2026-11-20 15:19:21",
                            }
                            for one in people
                        ],
                    }
                    for kind, people in groups
                ],
            }
        ],
        **values,
    }


CAMPAIGN = {
    "response": {
        "status": MIXED,
        "customer": {
            "email": None,
            "mobile": "447700900123",
            "external_id": "CRM-0042319",
            "firstname": "Asha",
            "lastname": "Verma",
            "referral_code": "ASHA5K",
            "invitees": {
                "referral_type": [
                    {
                        "type": "MOBILE",
                        "invitee": [
                            {
                                "identifier": MOBILE,
                                "name": "Leela Nair",
                                "invited_on": "2026-10-02 11:52:33.0",
                                "till": {"code": "till.bandra.01", "name": "Bandra till 1"},
                            },
                            {
                                "identifier": None,
                                "name": None,
                                "invited_on": "2026-10-03 09:00:00.0",
                                "till": {},
                            },
                        ],
                    },
                    {"type": "EMAIL", "invitee": {"identifier": EMAIL, "name": "Rohan D'Souza"}},
                ]
            },
            "referees": {
                "referee": [
                    {
                        "event_type": "REGISTRATION",
                        "firstname": None,
                        "lastname": None,
                        "mobile": None,
                        "email": None,
                        "external_id": None,
                        "added_on": "2026-10-05 11:56:18",
                    }
                ]
            },
            "incentives": [],
            "item_status": {"success": "true", "code": 1000, "message": "Referral statistics retrieved"},
        },
    }
}
CAMPAIGN_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<root><response><customer><email null="true" /><external_id null="true" /><firstname>Asha</firstname>
<incentives /><invitees><referral_type><element><invitee><element><identifier>{MOBILE}</identifier>
<invited_on>2026-10-02 11:52:33.0</invited_on><name>Leela Nair</name>
<till><code>till.bandra.01</code><name>Bandra till 1</name></till></element></invitee><type>MOBILE</type>
</element></referral_type></invitees><item_status><code>1000</code><message>ok</message><success>true</success>
</item_status><mobile null="true" /><referees><referee><element><added_on>2026-10-05 11:56:18</added_on>
<email null="true" /><event_type>TRANSACTION</event_type><mobile>{MOBILE}</mobile></element></referee></referees>
<referral_code>ASHA5K</referral_code></customer><status><code>200</code><message>SUCCESS</message>
<success>true</success></status></response></root>"""
ALL_CODES = {
    "pagination": {"limit": 10, "offset": 0, "total": 0},
    "data": [
        {
            "customer": {
                "id": 341594,
                "profiles": [
                    {
                        "firstName": "Asha",
                        "lastName": "Verma",
                        "fields": {},
                        "identifiers": [{"type": "mobile", "value": "447700900123"}],
                        "userId": 341594,
                        "accountId": "",
                    }
                ],
            },
            "referralCode": "ASHA5K",
            "invitees": [
                {
                    "type": "EMAIL",
                    "identifier": EMAIL,
                    "invitedOn": "2026-10-02 11:52:33.0",
                    "till": {"code": "till.bandra.01", "name": "Bandra till 1"},
                },
                {"": {"type": "MOBILE", "identifier": MOBILE, "invitedOn": "2026-10-03 12:15:28.0"}},
            ],
            "referee": [
                {
                    "eventType": "REGISTRATION",
                    "userId": 700123,
                    "firstName": "Leela",
                    "lastName": "Nair",
                    "mobile": MOBILE,
                    "addedOn": "2026-10-05 11:56:18.0",
                }
            ],
            "incentives": [],
        },
        {"referralCode": "ASHA-SUMMER", "invitees": None, "referee": [], "incentives": None},
    ],
    "warnings": [],
    "errors": [],
}
CHECKED = {"valid": True, "referrer": 341594, "warnings": []}
