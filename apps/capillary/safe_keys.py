"""The keys whose values may be kept as they are: facts of acts, places and programmes. All others are suspects."""

import re
from functools import lru_cache

# Ids of things. A key that is not here is no id, however it ends: loginId may hold a phone number.
THING_IDS = frozenset(
    (
        *("id", "ids", "orgid", "sourceorgid", "storeid", "tillid", "zoneid", "transactionid"),
        *("transactionids", "transactionnumber", "billid", "billnumber", "invoicenumber"),
        *("returntransactionid", "returntransactionnumber", "externalreferencenumber", "redemptionid"),
        *("redemptionids", "reversalid", "requestid", "noteid", "seriesid", "couponid", "campaignid"),
        *("programid", "programmeid", "groupprogramid", "partnerprogramid", "promotionid"),
        *("promotionsourceid", "eventid", "eventlogid", "cardid", "loyaltyid", "labelid", "statusid"),
        *("ruleid", "strategyid", "referenceid", "reference", "externalreference", "referencenumber"),
        *("uniqueref", "uniquerefs", "refid", "reversedontillid", "pointsstartid", "couponsstartid"),
        *("startid", "endid", "mutualexclusiveseriesids", "currencyid", "supportedcurrencyid"),
        *("languageid", "timezoneid", "associd", "productid", "itemid", "lineitemid", "segmentid"),
        *("groupid", "batchid", "entryid", "ledgerid", "slabid", "tierid"),
        *("pointsredemptionsummaryid", "redeemedonbillid", "redeemedonbillnumber", "pointsendid"),
        *("couponsendid",),
    )
)
# Internal ids of people: what is longer than any of them may be a phone number that was tried as one.
PERSON_IDS = frozenset({"customerid", "userid", "entity", "mergedinto", "survivorid", "referrer"})
LONGEST_PERSON_ID = 9
AMOUNT_ENDS = (
    *("points", "amount", "purchases", "count", "total", "balance", "limit", "offset", "rows", "start"),
    *("redeemed", "returned", "ratio", "discount", "price", "rate", "quantity", "upto", "threshold", "days"),
    *("seconds", "size", "discountvalue", "approvedvalue", "currentvalue", "entityvalues", "gaptorenewvalue"),
    *("reversed", "redeemedvalue", "localvalue", "redeemvalue"),
)
DATE_ENDS = ("on", "at", "date", "time", "datetime", "timestamp", "from", "to", "till", "upto", "until")
ACTS = (
    *(
        "action",
        "created",
        "create",
        "valid",
        "validtill",
        "expiry",
        "expired",
        "expires",
        "update",
        "updated",
    ),
    *(
        "registered",
        "registration",
        "billing",
        "billed",
        "bill",
        "transaction",
        "change",
        "changed",
        "invited",
    ),
    *(
        "requested",
        "request",
        "added",
        "modified",
        "issued",
        "redeemed",
        "redemption",
        "reversed",
        "reversal",
    ),
    *("returned", "return", "joined", "joining", "enrolled", "earned", "awarded", "credited", "approved"),
    *(
        "rejected",
        "decided",
        "processed",
        "event",
        "start",
        "end",
        "last",
        "used",
        "sent",
        "delivered",
        "marked",
    ),
    *(
        "active",
        "upgrade",
        "upgraded",
        "renewal",
        "renew",
        "purchase",
        "visit",
        "order",
        "effective",
        "synced",
    ),
)
MOMENTS = frozenset({*DATE_ENDS, *ACTS, "lastupdated", "lastused", "lastactionon"})
# Whose code, and whose name: of places, programmes and the API itself, never of a person.
PLACES = ("store", "till", "zone", "concept", "country", "currency", "region", "org", "brand", "department")
PROGRAMMES = (
    "series",
    "program",
    "programme",
    "slab",
    "tier",
    "campaign",
    "promotion",
    "event",
    "rule",
    "strategy",
)
CODES_OF = (
    *PLACES,
    *PROGRAMMES,
    "status",
    "error",
    "reason",
    "item",
    "product",
    "category",
    "language",
    "source",
)
NAMES_OF = (
    *(
        *PLACES,
        *PROGRAMMES,
        "source",
        "identifier",
        "channel",
        "product",
        "item",
        "category",
        "segment",
        "label",
    ),
    *("group", "attribute", "field", "coupon", "reason", "status", "host", "type"),
)
ULID_TEXT = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
BILL_NUMBER = re.compile(r"[A-Za-z]{1,6}[-/]?\d{1,16}")
AMOUNT = re.compile(r"-?\d{1,9}(?:\.\d{1,12})?")
DATE = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[T +]*\d{1,2}:\d{2}(?::\d{2})?(?:\.\d{1,9})?)?"
MOMENT = re.compile(rf"{DATE}\s?(?:Z|[+-]\d{{2}}:?\d{{2}})?")
EPOCH = re.compile(r"1\d{9}(?:\d{3})?")


@lru_cache(maxsize=4096)
def keeps(plain: str, word: str) -> bool:
    """Whether a value may stand under this key as it is; `plain` is the key without case and punctuation."""
    if plain in THING_IDS:
        is_bill = plain.endswith("number") and BILL_NUMBER.fullmatch(word)
        return bool(is_bill or ULID_TEXT.fullmatch(word) or (word.isdecimal() and len(word) <= 20))
    if plain in PERSON_IDS:
        return word.isdecimal() and len(word) <= LONGEST_PERSON_ID
    if is_moment(word) or EPOCH.fullmatch(word):
        return tells_when(plain)
    return plain.endswith(AMOUNT_ENDS) and bool(AMOUNT.fullmatch(word))


def is_moment(word: str) -> bool:
    """Whether this is a day or a moment and nothing else."""
    return bool(MOMENT.fullmatch(word))


@lru_cache(maxsize=4096)
def tells_when(plain: str) -> bool:
    """Whether the key is that of an act: when something was done, begins or ends; never somebody's own day."""
    if plain in MOMENTS:
        return True
    return any(plain.endswith(end) and plain.removesuffix(end).endswith(ACTS) for end in DATE_ENDS)
