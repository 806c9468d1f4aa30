"""Which keys of the outside hold secrets, identifiers and contact data, and how such things look in text."""

import re
from functools import lru_cache

NEVER = "never"

MOBILE_KEYS = {"mobile", "mobileno", "mobilenumber", "phone", "phoneno", "phonenumber", "msisdn", "landline"}
EMAIL_KEYS = {"email", "emailid", "emailaddress", "mail"}
CARD_KEYS = {"cardnumber", "cardno", "card", "cardexternalid", "cardnmber"}
NAME_KEYS = {"firstname", "lastname", "middlename", "fullname", "customername", "nickname", "q", "query"}
ID_KEYS = {
    *(
        "externalid",
        "wechat",
        "wechatid",
        "openid",
        "unionid",
        "line",
        "lineid",
        "fbid",
        "facebookid",
        "facebook",
    ),
    *("martjackid", "cuid", "tmalluname", "aliuname", "jduname", "vipuname", "mobilepush", "deviceid"),
    *(
        "identifiervalue",
        "idvalue",
        "entityvalue",
        "uvalue",
        "partnermembershipid",
        "referralcode",
        "identifier",
    ),
    *("sender", "receiver", "loyaltycard"),
}
# Somebody's mobile, e-mail address, external id or customer id: requests show the owner's here, whatever they change.
CONTACT_KEYS = {"oldvalue", "newvalue"}
PRIVATE_KEYS = {
    *(
        "dob",
        "birthday",
        "birthdate",
        "dateofbirth",
        "anniversary",
        "weddingdate",
        "spousename",
        "gstin",
        "pan",
    ),
    *("passport", "aadhaar", "latitude", "longitude", "lat", "long", "pincode", "zip", "zipcode", "postcode"),
    *("postalcode", "street", "landmark", "housenumber", "vehiclenumber", "ip", "ipaddress"),
    "miscinfo",
}
KINDS: dict[str, str] = {
    **dict.fromkeys(MOBILE_KEYS, "mobile"),
    **dict.fromkeys(EMAIL_KEYS, "email"),
    **dict.fromkeys(CARD_KEYS, "card"),
    **dict.fromkeys(NAME_KEYS, "name"),
    **dict.fromkeys(ID_KEYS, "external_id"),
    **dict.fromkeys(CONTACT_KEYS, "contact"),
    **dict.fromkeys(PRIVATE_KEYS, "private"),
}
SECRET_PARTS = (
    "password",
    "passwd",
    "secret",
    "authorization",
    "apikey",
    "accesskey",
    "sessionid",
    "validationcode",
)
SECRET_KEYS = {
    "otp",
    "pin",
    "cvv",
    "onetimecode",
    "mpin",
    "passcode",
    "otpcode",
    "xcapapioauthtoken",
    "signature",
}
# A mask of one of these keys is by its neighbour: {"type": "mobile", "value": "…"}.
TYPED_KEYS = {
    "value": ("type",),
    "identifiervalue": ("identifiername", "identifiertype"),
    "idvalue": ("idtype",),
    "entityvalue": ("entitytype",),
    "uvalue": ("utype",),
    "identifier": ("type", "idtype"),
}
COUPON_SIGNS = {"seriesid", "validtill", "discounttype", "redemptioncount", "couponcode"}
OTP_SIGNS = {"entityvalue", "otp", "validationcode"}
PERSON_SIGNS = {"identifier", "invitedon", "mobile", "email"}
SAFE_ENDS = (
    *(
        "id",
        "ids",
        "time",
        "date",
        "on",
        "points",
        "count",
        "total",
        "limit",
        "offset",
        "start",
        "rows",
        "at",
    ),
    *("amount", "purchases", "number", "code", "value", "redeemed", "ratio", "till", "upto"),
)

EMAIL_TEXT = re.compile(r"[^\s@,;:<>\"'()\[\]=&?/\\]+(?:@|%40)[^\s@,;:<>\"'()\[\]=&?/\\]+", re.IGNORECASE)
DIGITS_TEXT = re.compile(r"(?:%2B|\+)?\d(?:[ \t().\-/]{0,2}\d){6,}", re.IGNORECASE)
DATE_TEXT = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[T +]*\d{1,2}:\d{2}(?::\d{2})?(?:\.\d{1,9})?)?")
TOKEN_TEXT = re.compile(
    r"(?:eyJ[\w\-]*\.[\w\-.]+|\b(?:Basic|Bearer)\s+[\w\-.+/=]{4,}|[\w\-+/=.]{30,})", re.IGNORECASE
)
NAMED_TEXT = re.compile(
    r"(?i)\b((?:[a-z_\-]*(?:password|passwd|secret|token|otp|validation_?code|api_?key|authorization))"
    r"[\"']?\s*(?:=|:|\bis\b)\s*)[\"']?[^\s&,;\"'}]+"
)


@lru_cache(maxsize=4096)
def plain_key(key: str) -> str:
    """A key without case and punctuation: external_id, externalId and EXTERNAL_ID are one."""
    return "".join(letter for letter in key.lower() if letter.isalnum())


@lru_cache(maxsize=4096)
def kind_of(plain: str) -> str:
    """NEVER, a kind of mask, or "" for a key that names nothing private."""
    if plain in SECRET_KEYS or any(part in plain for part in SECRET_PARTS):
        return NEVER
    if plain.endswith("token") and plain != "campaigntoken":
        return NEVER
    if plain in KINDS:
        return KINDS[plain]
    if plain.startswith("address") or plain.endswith("address"):
        return "private"
    return _contact_like(plain)


def _contact_like(plain: str) -> str:
    """Custom fields are named by each organisation: alternate_mobile, spouse_email, father_name."""
    for part, kind in (("mobile", "mobile"), ("phone", "mobile"), ("whatsapp", "mobile"), ("email", "email")):
        if part in plain and not plain.endswith(("status", "verified", "count", "template")):
            return kind
    if plain.endswith(("dob", "birthday", "birthdate")):
        return "private"
    return "name" if plain in {"fathername", "mothername", "spousename", "contactname"} else ""


@lru_cache(maxsize=4096)
def is_safe(plain: str) -> bool:
    """Whether long numbers under this key are ids, amounts or moments rather than somebody's number."""
    return plain.endswith(SAFE_ENDS) or plain == "entity"
